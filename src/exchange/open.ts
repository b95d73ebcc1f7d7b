/**
 * Opening what came: unpacked into a folder of its own, then taken in by its room and acknowledged in
 * one transaction. A message is opened once, whoever tries how often; a broken attempt leaves at most
 * a folder that no row names.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '#core/error-codes.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { type Id, type MessageId, newId, type OperationId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction } from '#platform/context.ts';
import { newFolder } from '#platform/staging-folder.ts';
import { type OpenedPackage, openPackage } from '#seal/open.ts';
import type { PackageSink } from '#seal/sink.ts';
import { EXCHANGE_ACTOR } from './actor.ts';
import type { Exchange } from './exchange.ts';
import { fileBytes } from './file-bytes.ts';
import { inboxById, lockReceived, markRefused } from './inbox-store.ts';
import { keyringNow } from './keyring.ts';
import { RECEIPT_KIND } from './kinds.ts';
import { memorySink } from './memory-sink.ts';
import { dropSealed, MAX_RECEIPT_BYTES, sealReceipt } from './receipt.ts';
import type { Named } from './record-openings.ts';
import { DEADLINE_LINE, NOTE_LINE, OPERATION_LINE, postMessage } from './send.ts';
import type { InboxMessage } from './types.ts';

/** Opens one message; returns quietly where it was opened or refused before. */
export async function openMessage(
  exchange: Exchange,
  { messageId }: { messageId: MessageId },
  signal: AbortSignal,
): Promise<void> {
  const message = await inboxById(exchange.ctx.db, messageId);
  if (message?.state === 'received') await openReceived(exchange, message, signal);
}

/** The same for a message as it was just read. */
export function openReceived(exchange: Exchange, message: InboxMessage, signal: AbortSignal): Promise<void> {
  return message.kind === RECEIPT_KIND
    ? openReceipt(exchange, message, signal)
    : openToFolder(exchange, message, signal);
}

/** A receipt is small and says all in one document, which is kept in rows: it is read without unpacking it. */
async function openReceipt(exchange: Exchange, message: InboxMessage, signal: AbortSignal): Promise<void> {
  const sink = memorySink(MAX_RECEIPT_BYTES);
  let named: Named | undefined;
  try {
    const opened = await unpack(exchange, message, { sink, signal });
    named = namedBy(opened);
    const verifiedAt = exchange.ctx.clock.now();
    await exchange.openings({ message, opened, named, verifiedAt, document: sink.bytes() });
  } catch (error) {
    if (!isIcarusError(error) || error.httpStatus >= 500) throw error;
    await refuse(exchange, message, { error, named });
  }
}

async function openToFolder(exchange: Exchange, message: InboxMessage, signal: AbortSignal): Promise<void> {
  const { ctx } = exchange;
  const folder = newId<Id<'folder'>>('opened', ctx.clock.now());
  const path = join(ctx.paths.opened, folder);
  let named: Named | undefined;
  try {
    const opened = await unpack(exchange, message, { sink: await newFolder(path), signal });
    named = namedBy(opened);
    const { operationId } = named;
    if (operationId === null) throw new IcarusError('exchange/no-operation');
    const verifiedAt = ctx.clock.now();
    if (await exchange.openings({ message, opened, named, operationId, verifiedAt, folder })) return;
    // Another worker was first, unless it was this one: its commit went through although the answer was lost.
    const row = await inboxById(ctx.db, message.messageId);
    if (row?.folder !== folder) await rm(path, { recursive: true, force: true });
  } catch (error) {
    // Only what one of ours threw is known to have been rolled back; else a row may name the folder.
    if (isIcarusError(error)) await rm(path, { recursive: true, force: true });
    if (!isIcarusError(error) || error.httpStatus >= 500) throw error;
    await refuse(exchange, message, { error, named });
  }
}

async function unpack(
  { ctx }: Exchange,
  message: InboxMessage,
  { sink, signal }: { sink: PackageSink; signal: AbortSignal },
): Promise<OpenedPackage> {
  return openPackage({
    stream: fileBytes(join(ctx.paths.inbox, message.file), message.sizeBytes),
    keyring: await keyringNow(ctx.db),
    identities: ctx.keys.identities,
    me: ctx.node.agencyId,
    at: message.receivedAt,
    checkedSha256: message.sha256,
    sink,
    signal,
  });
}

function namedBy({ bagInfo, contentDigest }: OpenedPackage): Named {
  const operation = bagInfo[OPERATION_LINE] ?? '';
  const deadline = new Date(bagInfo[DEADLINE_LINE] ?? '');
  return {
    operationId: /^operation_[0-9a-z]{26}$/.test(operation) ? (operation as OperationId) : null,
    deadlineAt: Number.isNaN(deadline.getTime()) ? null : deadline,
    noteWanted: bagInfo[NOTE_LINE] === 'yes',
    contentDigest,
  };
}

/** Refusals that are more than a refusal: somebody speaks of what is not theirs. */
const ALARMS: ReadonlyMap<ErrorCode, EventKind> = new Map([
  ['exchange/recall-not-sender', 'message.recall-not-sender'],
  ['exchange/erasure-not-sender', 'message.erasure-not-sender'],
]);

/** The sender learns why by a receipt; a receipt that is refused stays here, with its reason. */
async function refuse(
  { ctx }: Exchange,
  message: InboxMessage,
  { error, named }: { error: IcarusError; named: Named | undefined },
): Promise<void> {
  const operationId = named?.operationId ?? null;
  const verdict = {
    recipient: ctx.node.agencyId,
    status: 'refused' as const,
    code: error.code,
    at: ctx.clock.now(),
    contentDigest: named?.contentDigest ?? null,
    operationId,
  };
  const receipt = message.kind === RECEIPT_KIND ? undefined : await sealReceipt(ctx, message, verdict);
  const first = await inTransaction(ctx, async (tx) => {
    if (!(await lockReceived(tx, [message.messageId])).has(message.messageId)) return false;
    const at = ctx.clock.now();
    await markRefused(tx, message.messageId, { code: error.code, operationId, at });
    await recordEvent(tx, {
      at,
      kind: ALARMS.get(error.code) ?? 'message.refused',
      actor: 'system:exchange',
      ...(operationId !== null && { operationId }),
      subject: { kind: 'message', id: message.messageId },
      facts: { kind: message.kind, from: message.from, sha256: message.sha256, code: error.code },
    });
    if (receipt) await postMessage(ctx, tx, receipt, { actor: EXCHANGE_ACTOR });
    return true;
  });
  if (!first) await dropSealed(receipt);
}
