/** Which lists a run writes, and what an earlier run knows of each: pure decisions over dates. */
import type { AttributionSnapshot } from '#observations/types.ts';
import type { EarlierRun } from './earlier-run.ts';
import type { ListWork } from './lists.ts';
import type { Family } from './lookup.ts';
import { answeringAt, periodsOf } from './periods.ts';

interface Place {
  readonly family: Family;
  readonly period: number;
}

/** A period of an earlier run, from its first instant until its last. */
export interface PeriodWindow {
  readonly period: number;
  readonly from: Date;
  /** Undefined: it has no end. */
  readonly until: Date | undefined;
}

/**
 * Periods of the earlier run's lists that a snapshot loaded since divides: what was seen in each part must be looked up.
 * @param lastSeenAt of all that the earlier run knows; a snapshot dated later divides nothing of it
 */
export function splitPeriods(
  earlier: EarlierRun | undefined,
  boundaries: readonly Date[],
  lastSeenAt: Date | undefined,
): PeriodWindow[] {
  if (!earlier || !lastSeenAt) return [];
  const before = periodsOf(earlier.run.boundaries);
  const now = periodsOf(boundaries.filter((boundary) => boundary <= lastSeenAt));
  const listed = new Set(earlier.lists.map(({ period }) => period));
  return before.flatMap((period, i) => {
    const end = before[i + 1];
    const divided = now.some((one) => one > period && (end === undefined || one < end));
    if (!divided || !listed.has(period)) return [];
    const until = end === undefined ? undefined : new Date(end * 1000);
    return [{ period, from: new Date(period * 1000), until }];
  });
}

export interface PlanInput {
  /** Where addresses were found: new ones, and those of divided periods. */
  readonly places: readonly Place[];
  readonly snapshots: readonly AttributionSnapshot[];
  readonly earlier: EarlierRun | undefined;
  readonly split: readonly PeriodWindow[];
}

/** Lists of the new run, by family and period. */
export function planLists({ places, snapshots, earlier, split: windows }: PlanInput): ListWork[] {
  const split = new Set(windows.map(({ period }) => period));
  const standing = earlier?.lists.filter(({ period }) => !split.has(period)) ?? [];
  const all = new Map(
    [...standing, ...places].map(({ family, period }) => [`${family}-${period}`, { family, period }]),
  );
  const oldSnapshots = snapshots.filter(({ snapshotId }) => earlier?.run.snapshotIds.includes(snapshotId));
  const oldPeriods = periodsOf(earlier?.run.boundaries ?? []);
  const inOrder = [...all.values()].sort((a, b) => a.family - b.family || a.period - b.period);
  return inOrder.map(({ family, period }): ListWork => {
    const answering = answeringAt(snapshots, new Date(period * 1000));
    const within = oldPeriods.findLast((one) => one <= period) ?? 0;
    const list = earlier?.lists.find((one) => one.family === family && one.period === within);
    // What lies behind a boundary that divided nothing is new.
    if (!list || (within !== period && !split.has(within))) return { family, period, answering };
    const known = {
      list,
      answering: answeringAt(oldSnapshots, new Date(within * 1000)),
      split: split.has(within),
    };
    return { family, period, answering, known };
  });
}
