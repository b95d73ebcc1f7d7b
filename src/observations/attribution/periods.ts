/**
 * Which snapshot of each source answers for an instant: pure decisions over dates. A *period* is the time
 * between two instants at which some source begins to answer from another snapshot; its number is its
 * first second since 1970, so that a period keeps its number whatever is loaded before or after it.
 */
import type { AttributionSnapshot } from '#observations/types.ts';

export interface Answering {
  readonly snapshot: AttributionSnapshot;
  /** The source has none dated before: its earliest answers, and the answer says so. */
  readonly afterTheFact: boolean;
}

/** Instants at which the answering snapshot of some source changes, ascending. Nothing was observed before 1970. */
export function boundariesOf(snapshots: readonly AttributionSnapshot[]): Date[] {
  const instants = new Set(snapshots.map(({ validFrom }) => validFrom.getTime()));
  return [...instants]
    .filter((instant) => instant > 0)
    .sort((a, b) => a - b)
    .map((instant) => new Date(instant));
}

/** The number of the period that begins at a boundary. */
export function periodAt(boundary: Date): number {
  return boundary.getTime() / 1000;
}

/** The numbers of all periods, ascending; the first begins before every boundary. */
export function periodsOf(boundaries: readonly Date[]): number[] {
  return [0, ...boundaries.map(periodAt)];
}

/** For each source, in the order in which they are asked, the snapshot nearest before `at`. */
export function answeringAt(snapshots: readonly AttributionSnapshot[], at: Date): Answering[] {
  const bySource = Map.groupBy(snapshots, ({ source }) => source);
  const answering = [...bySource.values()].map((dated): Answering | undefined => {
    const ascending = dated.toSorted((a, b) => a.validFrom.getTime() - b.validFrom.getTime());
    const before = ascending.findLast(({ validFrom }) => validFrom <= at);
    const snapshot = before ?? ascending[0];
    return snapshot && { snapshot, afterTheFact: !before };
  });
  return answering.filter((one) => one !== undefined).sort(inOrderAsked);
}

function inOrderAsked(a: Answering, b: Answering): number {
  return a.snapshot.priority - b.snapshot.priority || (a.snapshot.source < b.snapshot.source ? -1 : 1);
}
