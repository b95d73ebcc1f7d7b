/** What a ranked list does not count yet: weights, rules and requests that came after it. */

import { preservationsOf } from '#observations/retention/preservation-store.ts';
import { newestRuleAt } from '#observations/retention/rule-store.ts';
import type { Db } from '#platform/tables.ts';
import type { TargetBuild } from './build-store.ts';
import { rankingName } from './ranking.ts';
import { currentProfile } from './ranking-profiles.ts';

export interface ChangedSince {
  /** Other weights are in force than those that the list was ranked with. */
  readonly weights: boolean;
  /** When a retention rule was last entered or withdrawn; null: not after the ranking. */
  readonly rulesAt: Date | null;
  /** When a request for preservation was last recorded; null: not after the ranking. */
  readonly preservedAt: Date | null;
}

/** What {@link rankAgain} would count that the list of the build does not. */
export async function changedSince(
  db: Db,
  { operationId, profile, rankedAt }: TargetBuild,
): Promise<ChangedSince> {
  const after = (at: Date | undefined) => (at && at > rankedAt ? at : null);
  const inForce = await currentProfile(db);
  const sent = await preservationsOf(db, operationId);
  return {
    weights: rankingName(inForce) !== rankingName(profile),
    rulesAt: after(await newestRuleAt(db)),
    preservedAt: after(sent.at(-1)?.recordedAt),
  };
}
