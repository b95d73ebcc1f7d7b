/** A target's addresses on the retention clock: until when each, and the target, can still be identified. */
import type { OperationId, TargetId } from '#core/ids.ts';
import type { LakeContext } from '#observations/lake.ts';
import {
  type ClockSources,
  clockOf,
  type PlaceSeen,
  type TargetClock,
} from '#observations/retention/clock.ts';
import { preservationsOf } from '#observations/retention/preservation-store.ts';
import { retentionRulesOf } from '#observations/retention/rule-store.ts';
import type { TargetAddress } from '#observations/types.ts';
import { addressesOf } from './target-reader.ts';

export interface AddressOnClock extends TargetAddress {
  /** Null where no direct grade saw the target here: it leads to nobody. */
  readonly clock: TargetClock | null;
}

export interface TargetOnClock {
  readonly clock: TargetClock;
  /** Newest first. */
  readonly addresses: readonly AddressOnClock[];
}

/** By the rules and requests as they stand now, where the list has the clock of its last ranking. */
export async function targetOnClock(
  ctx: LakeContext,
  { operationId, targetId }: { readonly operationId: OperationId; readonly targetId: TargetId },
): Promise<TargetOnClock> {
  const addresses = (await addressesOf(ctx, operationId, [targetId])).get(targetId) ?? [];
  const sources: ClockSources = {
    rules: await retentionRulesOf(ctx.db),
    preservations: await preservationsOf(ctx.db, operationId),
    at: ctx.clock.now(),
  };
  return {
    clock: clockOf(targetId, addresses.flatMap(placeSeen), sources),
    addresses: addresses.map((address) => {
      const [place] = placeSeen(address);
      return { ...address, clock: place ? clockOf(targetId, [place], sources) : null };
    }),
  };
}

/** An address counts on the clock from when a direct grade last saw it. */
function placeSeen({ country, operator, asn, lastDirectAt }: TargetAddress): PlaceSeen[] {
  return lastDirectAt === null ? [] : [{ holder: { country, operator, asn }, lastSeenAt: lastDirectAt }];
}
