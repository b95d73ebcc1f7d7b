/**
 * Opening what came: unpacked into a folder of its own, then taken in by its room and acknowledged in
 * one transaction. A message is opened once, whoever tries how often; a broken attempt leaves at most
 * a folder that no row names.
 */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '#core/error-codes.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { type Id, type MessageId, newId, type OperationId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { recordEvent } from '#custody/record.ts';
import { witnessCheckpoint } from '#custody/witness.ts';
import { inTransaction } from '#platform/context.ts';
import { stagingFolder } from '#platform/staging-folder.ts';
import type { Tx } from '#platform/tables.ts';
import { type OpenedPackage, openPackage } from '#seal/open.ts';
import { startAlarms } from './alarm-store.ts';
import type { Exchange } from './exchange.ts';
import { inboxById, lockReceived, markOpened, markRefused } from './inbox-store.ts';
import { keyringNow } from './keyring.ts';
import { RECEIPT_KIND } from './kinds.ts';
import { settleOpened } from './recall/receive.ts';
import { addressReceipt, dropSealed, recordReceipt, sealReceipt } from './receipt.ts';
import {
  type Addressed,
  DEADLINE_LINE,
  NOTE_LINE,
  OPERATION_LINE,
  postMessage,
  type SealedMessage,
} from './send.ts';
import type { InboxMessage } from './types.ts';

const ACTOR = { kind: 'system', process: 'exchange' } as const;

/** The job: opens one message; returns quietly where it was opened or refused before. */
export async function openMessage(
  exchange: Exchange,
  { messageId }: { messageId: MessageId },
  signal: AbortSignal,
): Promise<void> {
  const { ctx } = exchange;
  const message = await inboxById(ctx.db, messageId);
  if (message?.state !== 'received') return;
  const name = newId<Id<'folder'>>('opened', ctx.clock.now());
  let named: Named | undefined;
  try {
    const opened = await unpack(exchange, message, { folder: join(ctx.paths.opened, name), signal });
    named = { ...readNames(opened), contentDigest: opened.contentDigest };
    await takeIn(exchange, message, { opened, name, named, verifiedAt: ctx.clock.now() });
  } catch (error) {
    // Only what one of ours threw is known to have been rolled back; else a row may name the folder.
    if (isIcarusError(error)) await rm(join(ctx.paths.opened, name), { recursive: true, force: true });
    if (!isIcarusError(error) || error.httpStatus >= 500) throw error;
    await refuse(exchange, message, { error, named });
  }
}

async function unpack(
  { ctx }: Exchange,
  message: InboxMessage,
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<OpenedPackage> {
  return openPackage({
    stream: createReadStream(join(ctx.paths.inbox, message.file)),
    keyring: await keyringNow(ctx.db),
    identities: ctx.keys.identities,
    me: ctx.node.agencyId,
    at: message.receivedAt,
    sink: await stagingFolder(folder),
    signal,
  });
}

/** What the lines of the exchange in bag-info.txt say. */
interface Named {
  readonly operationId: OperationId | null;
  readonly deadlineAt: Date | null;
  readonly noteWanted: boolean;
  readonly contentDigest: string;
}

function readNames({ bagInfo }: OpenedPackage): Omit<Named, 'contentDigest'> {
  const operation = bagInfo[OPERATION_LINE] ?? '';
  const deadline = new Date(bagInfo[DEADLINE_LINE] ?? '');
  return {
    operationId: /^operation_[0-9a-z]{26}$/.test(operation) ? (operation as OperationId) : null,
    deadlineAt: Number.isNaN(deadline.getTime()) ? null : deadline,
    noteWanted: bagInfo[NOTE_LINE] === 'yes',
  };
}

interface Unpacked {
  readonly opened: OpenedPackage;
  /** Of the folder below the folder of opened messages. */
  readonly name: string;
  readonly named: Named;
  /** When every signature and digest had been checked. */
  readonly verifiedAt: Date;
}

async function takeIn(exchange: Exchange, message: InboxMessage, unpacked: Unpacked): Promise<void> {
  const { ctx } = exchange;
  const { name, named } = unpacked;
  if (message.kind !== RECEIPT_KIND && named.operationId === null)
    throw new IcarusError('exchange/no-operation');
  const sealed: SealedMessage[] = [];
  // Before the transaction, which must not wait for a second connection.
  const addressed =
    message.kind === RECEIPT_KIND ? undefined : await addressReceipt(ctx, message, named.operationId);
  const onSealed = (receipt: SealedMessage) => void sealed.push(receipt);
  try {
    const first = await inTransaction(ctx, (tx) =>
      recordOpening(exchange, tx, { message, unpacked, addressed, onSealed }),
    );
    if (first) return;
  } catch (error) {
    if (isIcarusError(error)) for (const receipt of sealed) await dropSealed(receipt);
    throw error;
  }
  // Another worker was first.
  await rm(join(ctx.paths.opened, name), { recursive: true, force: true });
}

interface Opening {
  readonly message: InboxMessage;
  readonly unpacked: Unpacked;
  /** Where its receipt goes; undefined for a receipt, which is not acknowledged. */
  readonly addressed: Addressed | undefined;
  /** Told of the receipt's file as soon as it is there, so that it can go if the transaction does not commit. */
  readonly onSealed: (receipt: SealedMessage) => void;
}

async function recordOpening(exchange: Exchange, tx: Tx, opening: Opening): Promise<boolean> {
  const { ctx, handlers } = exchange;
  const { message, unpacked, addressed } = opening;
  const { opened, name, named, verifiedAt } = unpacked;
  if (!(await lockReceived(tx, message.messageId))) return false;
  const at = ctx.clock.now();
  const content = {
    messageId: message.messageId,
    kind: message.kind,
    from: message.from,
    to: message.to,
    createdAt: message.createdAt,
    contentDigest: opened.contentDigest,
    folder: join(ctx.paths.opened, name),
    files: opened.files,
  };
  let { operationId } = named;
  if (!addressed) operationId = await recordReceipt(ctx, tx, { ...content, operationId });
  else {
    const known = { ...content, operationId: operationId as OperationId };
    await handlerOf(handlers, message.kind).receive(ctx, tx, known);
    await settleOpened(ctx, tx, known, opened.bagInfo);
  }
  const aboutLogs = await witnessCheckpoint(ctx, tx, {
    from: message.from,
    lines: opened.bagInfo,
    logKeyOf: async (agency) => (await keyringNow(tx)).cardOf(agency)?.logKey,
  });
  const { leafHash } = await recordEvent(tx, {
    at,
    kind: 'message.opened',
    actor: 'system:exchange',
    ...(operationId !== null && { operationId }),
    subject: { kind: 'message', id: message.messageId },
    facts: {
      kind: message.kind,
      from: message.from,
      contentDigest: opened.contentDigest,
      files: opened.files.length,
      ...aboutLogs,
    },
  });
  const noted = { ...named, operationId, folder: name, verifiedAt, logLeaf: leafHash, at };
  await markOpened(tx, message.messageId, noted);
  if (!addressed) return true;
  if (named.deadlineAt)
    await startAlarms(tx, message.messageId, { fromAt: message.createdAt, deadlineAt: named.deadlineAt });
  // Sealed here and not before: the receipt names the leaf of the event that has just been written.
  const openedHere = { recipient: ctx.node.agencyId, status: 'acknowledged', at, openedAt: at } as const;
  const verdict = { ...named, ...openedHere, verifiedAt, logLeaf: leafHash };
  const receipt = await sealReceipt({ ...ctx, db: tx }, message, verdict, addressed);
  opening.onSealed(receipt);
  await postMessage(ctx, tx, receipt, { actor: ACTOR });
  return true;
}

function handlerOf(handlers: Exchange['handlers'], kind: string) {
  const handler = handlers.get(kind);
  if (!handler) throw new IcarusError('exchange/kind-unknown', { kind });
  return handler;
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
    if (!(await lockReceived(tx, message.messageId))) return false;
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
    if (receipt) await postMessage(ctx, tx, receipt, { actor: ACTOR });
    return true;
  });
  if (!first) await dropSealed(receipt);
}
