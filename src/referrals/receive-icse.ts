/**
 * The receiving end of ICSE: a series that came is checked against its own digests and kept once; the
 * same files again, from whomever, are refused by name. An officer there confirms it with the reference
 * that the database gave it, and the confirmation travels back.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join, relative } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { adoptOperation } from '#operations/create.ts';
import { fromDocument } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { SeriesRef } from './claim-icse.ts';
import {
  CONFIRMATION_FILE,
  type ConfirmationDocument,
  documentEntry,
  ITEMS_FILE,
  readOperation,
  readSeriesDocument,
  type SeriesDocument,
} from './documents.ts';
import { readItems, seriesDigester } from './item-file.ts';
import { takesPart } from './prepare-icse.ts';
import {
  insertReceivedSeries,
  listReceivedSeries,
  markReceivedConfirmed,
  type ReceivedSeries,
  receivedSeriesByDigest,
} from './received-store.ts';
import { SUBMISSION_KIND } from './send-icse.ts';
import { type SeriesId, seriesContentDigest } from './types.ts';

export const CONFIRMATION_KIND = 'icse-confirmation';

export const submissionHandler: MessageHandler = {
  kind: SUBMISSION_KIND,
  async receive(ctx, tx, message) {
    const document = await readSeriesDocument(message);
    const operation = fromDocument(await readOperation(message));
    checkSender(document, message);
    if (operation.operationId !== message.operationId || operation.exercise !== document.exercise)
      throw new IcarusError('referral/malformed', { field: 'operation.json' });
    if (!takesPart(operation, message.from))
      throw new IcarusError('referral/not-participant', { agency: message.from });
    await checkItems(document, message);
    const receivedAt = ctx.clock.now();
    await adoptOperation(tx, operation, { at: receivedAt, actor: `agency:${message.from}` });
    const series = receivedSeries(document, message, {
      receivedAt,
      folder: relative(ctx.paths.opened, message.folder),
    });
    if (!(await insertReceivedSeries(tx, series))) {
      const first = await receivedSeriesByDigest(tx, operation.operationId, series.seriesDigest);
      if (!first) throw new IcarusError('referral/contradicts', { what: 'series' });
      throw new IcarusError('referral/duplicate', { agency: first.from, at: first.receivedAt.toISOString() });
    }
    await recordEvent(tx, {
      at: receivedAt,
      kind: 'referral.received',
      actor: `agency:${message.from}`,
      operationId: operation.operationId,
      subject: { kind: 'icse-series', id: series.seriesId },
      facts: { items: series.itemCount, series: series.seriesDigest, content: series.contentDigest },
    });
  },
};

function checkSender(document: SeriesDocument, message: OpenedMessage): void {
  if (document.agencyId !== message.from || document.operationId !== message.operationId)
    throw new IcarusError('referral/misdirected', { agency: message.from });
}

/** The list is the one that the document names, in its order, each file once. */
async function checkItems(document: SeriesDocument, message: OpenedMessage): Promise<void> {
  const path = join(message.folder, ITEMS_FILE);
  const hash = createHash('sha256');
  const series = seriesDigester();
  let count = 0;
  let last = '';
  let ordered = true;
  for await (const { sha1 } of readItems(tapped(createReadStream(path), (chunk) => hash.update(chunk)))) {
    ordered &&= sha1 > last;
    last = sha1;
    series.add(sha1);
    count++;
  }
  const agrees =
    ordered &&
    count === document.itemCount &&
    series.hex() === document.seriesDigest &&
    hash.digest('hex') === document.itemsSha256;
  if (!agrees) throw new IcarusError('referral/malformed', { field: ITEMS_FILE });
}

async function* tapped(
  source: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of source) {
    onChunk(chunk);
    yield chunk;
  }
}

function receivedSeries(
  document: SeriesDocument,
  message: OpenedMessage,
  record: { receivedAt: Date; folder: string },
): Omit<ReceivedSeries, 'confirmed'> {
  const onBehalfOf = document.onBehalfOf as AgencyId | null;
  const pap = document.pap ?? 'CLEAR';
  return {
    ...record,
    seriesId: document.seriesId as SeriesId,
    operationId: message.operationId,
    from: message.from,
    onBehalfOf,
    name: document.name,
    caseReference: document.caseReference,
    handling: document.handling,
    pap,
    itemCount: document.itemCount,
    seriesDigest: document.seriesDigest,
    contentDigest: seriesContentDigest({ ...document, onBehalfOf, pap }),
    messageId: message.messageId,
  };
}

/**
 * Confirms a series that came, with the reference under which ICSE has it.
 * @throws referral/not-found, referral/confirmed-otherwise
 */
export async function confirmReceived(
  ctx: NodeContext,
  actor: Actor,
  input: SeriesRef & { readonly icseReference: string },
): Promise<ReceivedSeries> {
  authorize(actor, 'referrals.send', { operationId: input.operationId });
  const series = await requireReceived(ctx, input);
  if (series.confirmed) throw new IcarusError('referral/confirmed-otherwise');
  const confirmation = {
    at: ctx.clock.now(),
    by: actorName(actor),
    icseReference: input.icseReference.trim(),
  };
  const document: ConfirmationDocument = {
    format: 'icarus-icse-confirmation/1',
    seriesId: series.seriesId,
    contentDigest: series.contentDigest,
    icseReference: confirmation.icseReference,
    confirmedAt: confirmation.at.toISOString(),
  };
  const sealed = await sealMessage(ctx, {
    kind: CONFIRMATION_KIND,
    operationId: input.operationId,
    to: [series.from],
    entries: [documentEntry(CONFIRMATION_FILE, document)],
    subject: 'Confirmation of a series',
  });
  await inTransaction(ctx, async (tx) => {
    if (!(await markReceivedConfirmed(tx, series.seriesId, confirmation)))
      throw new IcarusError('referral/confirmed-otherwise');
    await recordEvent(tx, {
      at: confirmation.at,
      kind: 'referral.confirmed',
      actor: confirmation.by,
      operationId: input.operationId,
      subject: { kind: 'icse-series', id: series.seriesId },
      facts: { reference: confirmation.icseReference, content: series.contentDigest },
    });
    await postMessage(ctx, tx, sealed, { actor });
  });
  return requireReceived(ctx, input);
}

async function requireReceived(
  ctx: NodeContext,
  { operationId, seriesId }: SeriesRef,
): Promise<ReceivedSeries> {
  const all = await listReceivedSeries(ctx.db, operationId);
  const series = all.find((one) => one.seriesId === seriesId);
  if (!series) throw new IcarusError('referral/not-found', { what: 'series', id: seriesId });
  return series;
}
