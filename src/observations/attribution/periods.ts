/** Which snapshot of each source answers for an instant: pure decisions over dates. */
import type { AttributionSnapshot } from '#observations/types.ts';

export interface Answering {
  readonly snapshot: AttributionSnapshot;
  /** The source has none dated before: its earliest answers, and the answer says so. */
  readonly afterTheFact: boolean;
}

/** Instants at which the answering snapshot of some source changes, ascending. */
export function boundariesOf(snapshots: readonly AttributionSnapshot[]): Date[] {
  const instants = new Set(snapshots.map(({ validFrom }) => validFrom.getTime()));
  return [...instants].sort((a, b) => a - b).map((instant) => new Date(instant));
}

/**
 * For each source, in the order in which they are asked, the snapshot nearest before `at`.
 * @param at null: before every snapshot
 */
export function answeringAt(snapshots: readonly AttributionSnapshot[], at: Date | null): Answering[] {
  const bySource = Map.groupBy(snapshots, ({ source }) => source);
  const answering = [...bySource.values()].map((dated): Answering | undefined => {
    const ascending = dated.toSorted((a, b) => a.validFrom.getTime() - b.validFrom.getTime());
    const before = at && ascending.findLast(({ validFrom }) => validFrom <= at);
    const snapshot = before ?? ascending[0];
    return snapshot && { snapshot, afterTheFact: !before };
  });
  return answering.filter((one) => one !== undefined).sort(inOrderAsked);
}

function inOrderAsked(a: Answering, b: Answering): number {
  return a.snapshot.priority - b.snapshot.priority || (a.snapshot.source < b.snapshot.source ? -1 : 1);
}
