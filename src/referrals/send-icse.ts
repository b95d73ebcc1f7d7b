/**
 * Sending a series to ICSE: sealed for Interpol, which is an agency like any other with a card. It goes
 * out if a second officer approved it, the registrar granted the claim, nobody's permission is missing
 * and the files are still those that were approved; and it goes out once. Where Interpol's card names no
 * address the sealed file is exported for the secure drop, as any message is.
 */
import { createHash } from 'node:crypto';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { postMessage, type SealedMessage, sealMessage } from '#exchange/send.ts';
import { requireOperation } from '#operations/create.ts';
import { toDocument } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import type { PackageEntry } from '#seal/seal.ts';
import type { SeriesRef } from './claim-icse.ts';
import { firstHolder } from './claim-store.ts';
import { documentEntry, ITEMS_FILE, OPERATION_FILE, SERIES_FILE, type SeriesDocument } from './documents.ts';
import { markSeriesSent } from './icse-store.ts';
import { itemsText, requireSeries } from './prepare-icse.ts';
import { missingPermissions, refuseMissing, seriesRequirements } from './requirements.ts';
import { type IcseSeries, INTERPOL } from './types.ts';

export const SUBMISSION_KIND = 'icse-submission';

export interface SendIcse extends SeriesRef {
  readonly signal?: AbortSignal;
  /** Called with the bytes written so far. */
  readonly onProgress?: (doneBytes: number) => void;
}

/**
 * Seals the series for Interpol and posts it.
 * @throws referral/not-approved, referral/not-claimed, referral/claim-waiting, referral/claim-refused,
 *   referral/claim-withdrawn, referral/permission-missing, referral/already-sent, referral/altered,
 *   agency/not-found where Interpol's card is missing
 */
export async function sendIcse(ctx: NodeContext, actor: Actor, input: SendIcse): Promise<IcseSeries> {
  authorize(actor, 'referrals.send', { operationId: input.operationId });
  const series = await requireSeries(ctx.db, input);
  await checkSendable(ctx, ctx.db, series);
  const sealed = await sealSeries(ctx, series, input);
  return inTransaction(ctx, async (tx) => {
    const standing = await requireSeries(tx, input, { lock: true });
    await checkSendable(ctx, tx, standing);
    const at = ctx.clock.now();
    const by = actorName(actor);
    await markSeriesSent(tx, series.seriesId, { at, by, messageId: sealed.messageId });
    await recordEvent(tx, {
      at,
      kind: 'referral.sent',
      actor: by,
      operationId: series.operationId,
      subject: { kind: 'icse-series', id: series.seriesId },
      facts: {
        to: INTERPOL,
        content: series.contentDigest,
        items: series.itemCount,
        claim: standing.claim?.claimId ?? null,
        message: sealed.messageId,
      },
    });
    await postMessage(ctx, tx, sealed, { actor });
    return requireSeries(tx, input);
  });
}

/** The checklist, in the order in which an officer would go through it. */
async function checkSendable(ctx: NodeContext, db: Db, series: IcseSeries): Promise<void> {
  const { sent, approved, claim } = series;
  if (sent) throw new IcarusError('referral/already-sent', { at: sent.at.toISOString() });
  if (!approved) throw new IcarusError('referral/not-approved');
  if (!claim) throw new IcarusError('referral/not-claimed');
  switch (claim.state) {
    case 'asked':
      throw new IcarusError('referral/claim-waiting', { coordinator: await coordinatorOf(db, series) });
    case 'refused':
      throw await claimRefusal(db, series);
    case 'withdrawn':
      throw new IcarusError('referral/claim-withdrawn', { at: claim.changedAt.toISOString() });
    case 'granted':
  }
  const requirements = seriesRequirements(series, ctx.node.agencyId);
  refuseMissing(
    await missingPermissions(
      db,
      { referralId: series.seriesId, requirements, at: ctx.clock.now() },
      { lock: db !== ctx.db },
    ),
  );
}

async function coordinatorOf(db: Db, { operationId }: IcseSeries): Promise<AgencyId> {
  return (await requireOperation(db, operationId)).coordinator;
}

/** The refusal of a claim as an officer reads it. */
async function claimRefusal(db: Db, series: IcseSeries): Promise<IcarusError> {
  const first = series.claim ? await firstHolder(db, series.claim.claimId) : undefined;
  const holder = first?.onBehalfOf ? `${first.heldBy} on behalf of ${first.onBehalfOf}` : first?.heldBy;
  return new IcarusError('referral/claim-refused', {
    overlaps: series.overlapCount,
    items: series.itemCount,
    holder: holder ?? 'another agency',
    since: first?.heldSince.toISOString() ?? 'an earlier time',
  });
}

async function sealSeries(ctx: NodeContext, series: IcseSeries, input: SendIcse): Promise<SealedMessage> {
  const operation = await requireOperation(ctx.db, series.operationId);
  const items = hashedItems(ctx.db, series);
  try {
    const sealed = await sealMessage(ctx, {
      kind: SUBMISSION_KIND,
      operationId: series.operationId,
      to: [INTERPOL],
      entries: [
        documentEntry(OPERATION_FILE, toDocument(operation)),
        documentEntry(SERIES_FILE, seriesDocument(ctx, series, operation.exercise)),
        items.entry,
      ],
      subject: 'Series for ICSE',
      ...(input.signal && { signal: input.signal }),
      ...(input.onProgress && { onProgress: input.onProgress }),
    });
    if (items.sha256() !== series.itemsSha256) throw new IcarusError('referral/altered');
    return sealed;
  } catch (cause) {
    // Another number of bytes than was approved.
    if (isIcarusError(cause, 'seal/entry-changed')) throw new IcarusError('referral/altered', {}, { cause });
    throw cause;
  }
}

function hashedItems(db: Db, series: IcseSeries): { entry: PackageEntry; sha256: () => string } {
  const hash = createHash('sha256');
  return {
    entry: {
      path: ITEMS_FILE,
      sizeBytes: series.itemsBytes,
      async *content() {
        for await (const chunk of itemsText(db, series.seriesId)) {
          hash.update(chunk);
          yield chunk;
        }
      },
    },
    sha256: () => hash.digest('hex'),
  };
}

function seriesDocument(ctx: NodeContext, series: IcseSeries, exercise: boolean): SeriesDocument {
  return {
    format: 'icarus-icse-series/1',
    seriesId: series.seriesId,
    operationId: series.operationId,
    agencyId: ctx.node.agencyId,
    onBehalfOf: series.onBehalfOf,
    name: series.name,
    caseReference: series.caseReference,
    handling: { codes: [...series.handling.codes], text: series.handling.text },
    pap: series.pap,
    itemCount: series.itemCount,
    seriesDigest: series.seriesDigest,
    itemsSha256: series.itemsSha256,
    exercise,
    approvedAt: (series.approved?.at ?? series.prepared.at).toISOString(),
  };
}
