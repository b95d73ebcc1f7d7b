/**
 * Recording what came of a target. Each record is a new version; the one before stays as it was.
 * Taking back something that was stated needs a reason. The same statement twice is one version,
 * so a second click changes nothing; an officer never overwrites what he has not seen.
 */

import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { receivedTargetById } from '#packages/received-targets.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { insertOutcome, lock, type OutcomeRecord, outcomeVersions } from './outcome-store.ts';
import { checkOutcome, type Outcome, PENDING, sameOutcome, sortedFlags, takesBack } from './types.ts';

export interface OutcomeInput extends Outcome {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
  /** Stays in the country: it is in no report. Default: the note that stands. */
  readonly note?: string;
  /** Required when something stated before is taken back. */
  readonly reason?: string;
  /** The version that the officer saw, 0 for none; where another stands, nothing is recorded. Default: not checked. */
  readonly seenVersion?: number;
}

/**
 * Records an outcome as the target's next version, and returns the version that stands.
 * @throws casework/outcome-invalid, casework/target-unknown, casework/outcome-changed, casework/reason-required
 */
export async function recordOutcome(
  ctx: NodeContext,
  actor: Actor,
  input: OutcomeInput,
): Promise<OutcomeRecord> {
  authorize(actor, 'casework.record', { operationId: input.operationId });
  checkOutcome(input);
  return inTransaction(ctx, async (tx) => {
    await lock(tx, `outcome ${input.operationId} ${input.targetId}`);
    await requireOwnTarget(ctx, tx, input);
    const [before] = await outcomeVersions(tx, input.operationId, input.targetId);
    const note = input.note?.trim() ?? before?.note ?? '';
    if (before && sameOutcome(before, input) && before.note === note) return before;
    const next = nextVersion(before, { ...input, note }, { by: actorName(actor), at: ctx.clock.now() });
    await insertOutcome(tx, next);
    await recordEvent(tx, {
      at: next.recordedAt,
      kind: 'casework.outcome-recorded',
      actor: next.recordedBy,
      operationId: next.operationId,
      subject: { kind: 'target', id: next.targetId },
      facts: {
        version: next.version,
        outcome: next.outcome,
        supersedes: before?.version,
        reason: next.reason,
      },
    });
    return next;
  });
}

/**
 * The coordinator holds every country's targets, and works none of them.
 * @throws casework/target-unknown
 */
export async function requireOwnTarget(
  ctx: Pick<NodeContext, 'node'>,
  tx: Tx,
  input: Pick<OutcomeInput, 'operationId' | 'targetId'>,
): Promise<void> {
  const target = await receivedTargetById(tx, input.operationId, input.targetId);
  if (!target || target.country !== ctx.node.country) {
    throw new IcarusError('casework/target-unknown', { target: input.targetId });
  }
}

/** Pure: the version that follows `before`, or why there is none. */
function nextVersion(
  before: OutcomeRecord | undefined,
  input: OutcomeInput & { note: string },
  recorded: { by: string; at: Date },
): OutcomeRecord {
  const version = before?.version ?? 0;
  if (input.seenVersion !== undefined && input.seenVersion !== version) {
    throw new IcarusError('casework/outcome-changed', { version });
  }
  const reason = input.reason?.trim() || null;
  if (!reason && takesBack(before ?? PENDING, input)) throw new IcarusError('casework/reason-required');
  const { outcome, subscriberIdentified, searchDone, suspectsIdentified, suspectsArrested } = input;
  const { operationId, targetId, victimsSafeguarded, devicesSeized, bytesSeized, note } = input;
  return {
    operationId,
    targetId,
    version: version + 1,
    outcome,
    subscriberIdentified,
    searchDone,
    suspectsIdentified,
    suspectsArrested,
    victimsSafeguarded,
    devicesSeized,
    bytesSeized,
    flags: sortedFlags(input),
    note,
    reason,
    recordedBy: recorded.by,
    recordedAt: recorded.at,
  };
}
