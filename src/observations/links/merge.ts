/**
 * Merging targets and splitting them again, by an officer's word and with his reason. Nothing of the
 * members is changed: a merge is a row beside them, and its split a row beside that, so that after a split
 * everything stands exactly as before. A merge of what is merged takes the earlier merge in whole, and gives
 * it back when it is split. Both run in the caller's transaction. Targets of different countries are merged only with
 * a second officer's approval: one agency's suspect becomes another's.
 */

import { useApproval } from '#access/approvals/proposals.ts';
import type { Approved } from '#access/officers.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId, type TargetId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { type CustodyEvent, recordEvent } from '#custody/record.ts';
import type { LakeContext } from '#observations/lake.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { knownMembers } from './members.ts';
import { type MergePlan, mergeOf, planMerge } from './merge-plan.ts';
import { allMerges, insertMerge, insertSplit, lockLinks, standing } from './merge-store.ts';
import type { Merge, MergeId } from './types.ts';

const LONGEST_REASON = 2000;

/** @throws `links/reason-missing` */
export function checkedReason(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > LONGEST_REASON) throw new IcarusError('links/reason-missing');
  return reason;
}

export interface MergeRequest extends Approved {
  readonly operationId: OperationId;
  /** Two or more; one that is merged already stands for its whole merge. */
  readonly targetIds: readonly TargetId[];
  readonly reason: string;
  /** Frozen packages that hold a member, of which the officer was told. */
  readonly frozenPackages: readonly string[];
}

/**
 * @throws `access/denied`, `links/reason-missing`, `links/nothing-to-merge`, `links/too-many-members`,
 * `target/not-found`, also for a target of another operation; `access/second-officer-needed` where the targets lie in
 * different countries, and what `useApproval` throws
 */
export async function recordMerge(
  ctx: LakeContext,
  tx: Tx,
  actor: Actor,
  request: MergeRequest,
): Promise<Merge> {
  const { operationId, frozenPackages } = request;
  authorize(actor, 'targets.merge', { operationId });
  const reason = checkedReason(request.reason);
  const targetIds = [...new Set(request.targetIds)];
  await lockLinks(tx, operationId);
  const stand = standing(await allMerges(tx, operationId));
  const single = targetIds.filter((targetId) => !mergeOf(stand, targetId));
  const plan = planMerge(stand, targetIds, await knownMembers(ctx, operationId, single));
  const approval =
    plan.countries.length < 2
      ? {}
      : await useApproval(tx, ctx, {
          proposalId: request.proposalId,
          by: actor,
          kind: 'targets.merge',
          operationId,
          act: { ...contentOf(plan), reason, frozenPackages: [...frozenPackages] },
        });
  const at = ctx.clock.now();
  const merge: Merge = {
    ...plan,
    mergeId: newId<MergeId>('merge', at),
    operationId,
    clientIds: plan.members.map(({ clientId }) => clientId),
    frozenPackages: [...frozenPackages],
    reason,
    by: actorName(actor),
    at,
    split: null,
  };
  await insertMerge(tx, merge);
  await recordEvent(
    tx,
    mergeEvent(merge, 'target.merged', { reason, frozenPackages: [...frozenPackages], ...approval }),
  );
  return merge;
}

/** Exactly what is merged: with one member more it is another act. */
function contentOf({ targetId, members, countries }: MergePlan) {
  return {
    target: targetId,
    members: members.map((member) => ({ target: member.targetId, country: member.country })),
    countries: [...countries],
  };
}

export interface SplitRequest {
  readonly operationId: OperationId;
  readonly mergeId: MergeId;
  readonly reason: string;
  readonly frozenPackages: readonly string[];
}

/**
 * Undoes a merge: its members, or the merges that it took in, stand as they stood before it.
 * @throws `access/denied`, `links/reason-missing`, `links/merge-not-found`, `links/already-split`,
 * `links/merge-taken-in` where a later merge that stands holds it
 */
export async function recordSplit(
  ctx: Pick<NodeContext, 'clock'>,
  tx: Tx,
  actor: Actor,
  request: SplitRequest,
): Promise<Merge> {
  const { operationId, mergeId, frozenPackages } = request;
  authorize(actor, 'targets.merge', { operationId });
  const reason = checkedReason(request.reason);
  await lockLinks(tx, operationId);
  const merge = splittable(await allMerges(tx, operationId), mergeId);
  const split = { reason, by: actorName(actor), at: ctx.clock.now() };
  await insertSplit(tx, mergeId, split);
  const event = mergeEvent(merge, 'target.split', { reason, frozenPackages: [...frozenPackages] });
  await recordEvent(tx, { ...event, at: split.at, actor: split.by });
  return { ...merge, split };
}

/** The merge, if it can be split now. */
export function splittable(merges: readonly Merge[], mergeId: MergeId): Merge {
  const merge = merges.find((one) => one.mergeId === mergeId);
  if (!merge) throw new IcarusError('links/merge-not-found', { merge: mergeId });
  if (merge.split) throw new IcarusError('links/already-split', { merge: mergeId });
  const holder = merges.find(({ split, parts }) => split === null && parts.includes(mergeId));
  if (holder) throw new IcarusError('links/merge-taken-in', { merge: mergeId, by: holder.mergeId });
  return merge;
}

function mergeEvent(merge: Merge, kind: EventKind, facts: CustodyEvent['facts']): CustodyEvent {
  return {
    at: merge.at,
    kind,
    actor: merge.by,
    operationId: merge.operationId,
    subject: { kind: 'merge', id: merge.mergeId },
    facts: {
      target: merge.targetId,
      targets: merge.members.map(({ targetId }) => targetId),
      parts: [...merge.parts],
      countries: [...merge.countries],
      ...facts,
    },
  };
}
