/**
 * The end of a series: ICSE has it under a reference. Interpol's node says so by message, or an officer
 * records what Interpol said otherwise. A confirmation is about the very content that was sent.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import type { SeriesRef } from './claim-icse.ts';
import { readConfirmation } from './documents.ts';
import { markSeriesConfirmed } from './icse-store.ts';
import { requireSeries } from './prepare-icse.ts';
import { CONFIRMATION_KIND } from './receive-icse.ts';
import { type Act, type IcseSeries, INTERPOL, type SeriesId } from './types.ts';

/** @throws referral/not-sent, referral/confirmed-otherwise */
export async function confirmIcse(
  ctx: NodeContext,
  actor: Actor,
  input: SeriesRef & { readonly icseReference: string },
): Promise<IcseSeries> {
  authorize(actor, 'referrals.send', { operationId: input.operationId });
  return inTransaction(ctx, async (tx) => {
    const series = await requireSeries(tx, input, { lock: true });
    await confirm(tx, series, {
      at: ctx.clock.now(),
      by: actorName(actor),
      icseReference: input.icseReference.trim(),
    });
    return requireSeries(tx, input);
  });
}

export const confirmationHandler: MessageHandler = {
  kind: CONFIRMATION_KIND,
  async receive(ctx, tx, message) {
    const document = await readConfirmation(message);
    if (message.from !== INTERPOL) throw new IcarusError('referral/misdirected', { agency: message.from });
    const ref = { operationId: message.operationId, seriesId: document.seriesId as SeriesId };
    const series = await requireSeries(tx, ref, { lock: true });
    if (series.contentDigest !== document.contentDigest)
      throw new IcarusError('referral/contradicts', { what: 'series' });
    await confirm(tx, series, {
      at: ctx.clock.now(),
      by: `agency:${message.from}`,
      icseReference: document.icseReference,
    });
  },
};

/** The same confirmation again changes nothing. */
async function confirm(
  tx: Tx,
  series: IcseSeries,
  confirmation: Act & { readonly icseReference: string },
): Promise<void> {
  if (!series.sent) throw new IcarusError('referral/not-sent');
  if (series.confirmed?.icseReference === confirmation.icseReference) return;
  if (series.confirmed) throw new IcarusError('referral/confirmed-otherwise');
  await markSeriesConfirmed(tx, series.seriesId, confirmation);
  await recordEvent(tx, {
    at: confirmation.at,
    kind: 'referral.confirmed',
    actor: confirmation.by,
    operationId: series.operationId,
    subject: { kind: 'icse-series', id: series.seriesId },
    facts: { reference: confirmation.icseReference, content: series.contentDigest },
  });
}
