/**
 * The second officer's approval of a series, over the digest of all that will be sent. The database
 * itself refuses the officer who prepared it, another digest, and any change after. He signs that digest.
 */
import { takeWord } from '#access/approvals/signatures.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { markApproved } from './icse-store.ts';
import { requireSeries } from './prepare-icse.ts';
import type { IcseSeries, SeriesId } from './types.ts';

export interface ApprovalInput {
  readonly operationId: OperationId;
  readonly seriesId: SeriesId;
  /** Of the series that the officer looked at. */
  readonly digest: string;
}

/** @throws access/same-officer, access/signature-needed, referral/approved-already, referral/other-digest */
export async function approveIcse(ctx: NodeContext, actor: Actor, input: ApprovalInput): Promise<IcseSeries> {
  const { operationId, seriesId, digest } = input;
  authorize(actor, 'referrals.approve', { operationId });
  const approval = { at: ctx.clock.now(), by: actorName(actor) };
  return inTransaction(ctx, async (tx) => {
    const series = await requireSeries(tx, input, { lock: true });
    if (series.approved) throw new IcarusError('referral/approved-already');
    if (series.prepared.by === approval.by) throw new IcarusError('access/same-officer');
    if (series.contentDigest !== digest) throw new IcarusError('referral/other-digest');
    const things = [{ kind: 'icse-series', id: seriesId, digest }] as const;
    const [signature] = await takeWord(tx, ctx, actor, { word: 'approve', things, operationId });
    await markApproved(tx, seriesId, { ...approval, digest });
    await recordEvent(tx, {
      at: approval.at,
      kind: 'referral.approved',
      actor: approval.by,
      operationId,
      subject: { kind: 'icse-series', id: seriesId },
      facts: { content: digest, signature: signature?.signatureId, signed: signature?.way },
    });
    return requireSeries(tx, input);
  });
}
