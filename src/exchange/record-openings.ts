/**
 * The transaction of openings: each message is taken in by its room, marked opened and acknowledged. Messages that
 * were unpacked at the same time share one, so that a busy node commits once for dozens; where one fails,
 * all are done again one by one.
 */
import { join } from 'node:path';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import { gatherEvents, recordEvents } from '#custody/record.ts';
import { type Witnessed, witnessCheckpoints } from '#custody/witness.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import type { OpenedPackage } from '#seal/open.ts';
import { EXCHANGE_ACTOR } from './actor.ts';
import { startAlarms } from './alarm-store.ts';
import type { Exchange } from './exchange.ts';
import { lockReceived, markOpened, type NotedOpening } from './inbox-store.ts';
import { keyringNow } from './keyring.ts';
import type { MessageHandler, OpenedMessage } from './kinds.ts';
import { settleOpened, takeReplacement } from './recall/receive.ts';
import { readReplacement } from './recall/replacement.ts';
import { addressReceipt, dropSealed, MAX_STATEMENTS, type Receipted, sealReceipts } from './receipt.ts';
import { recordReceipts } from './record-receipts.ts';
import { postMessages, type SealedMessage } from './send.ts';
import type { InboxMessage } from './types.ts';

/** What the lines of the exchange in bag-info.txt say, and what names the content. */
export interface Named {
  readonly operationId: OperationId | null;
  readonly deadlineAt: Date | null;
  readonly noteWanted: boolean;
  readonly contentDigest: string;
}

interface Checked {
  readonly message: InboxMessage;
  readonly opened: OpenedPackage;
  readonly named: Named;
  /** When every signature and digest had been checked. */
  readonly verifiedAt: Date;
}

/** A receipt: its document was read, nothing is unpacked. */
export interface ReadReceipt extends Checked {
  readonly document: Uint8Array;
}

/** Any other message. */
export interface UnpackedMessage extends Checked {
  readonly operationId: OperationId;
  /** Name below the folder of opened messages. */
  readonly folder: string;
}

export type Opening = ReadReceipt | UnpackedMessage;

const isReceipt = (opening: Opening): opening is ReadReceipt => 'document' in opening;
const isUnpacked = (opening: Opening): opening is UnpackedMessage => 'folder' in opening;

interface Group {
  readonly tx: Tx;
  /** What the events of the messages say of their senders' logs. */
  readonly aboutLogs: ReadonlyMap<Opening, Witnessed>;
  /** Told of each receipt's file as soon as it is there, so that it can go if the transaction does not commit. */
  readonly onSealed: (receipt: SealedMessage) => void;
}

/** @returns for each whether it was recorded; another worker was first with the others */
export async function recordOpenings(
  exchange: Exchange,
  openings: readonly Opening[],
): Promise<readonly boolean[]> {
  const { ctx } = exchange;
  const sealed: SealedMessage[] = [];
  // Before the transaction, which must not wait for a second connection.
  const keyring = await keyringNow(ctx.db);
  const ways = await waysBack(exchange, openings);
  try {
    return await inTransaction(ctx, (tx) =>
      gatherEvents(tx, async () => {
        const mine = await stillToOpen(tx, openings);
        const ridings = mine.map(({ message: { from }, opened: { bagInfo } }) => ({ from, lines: bagInfo }));
        const said = await witnessCheckpoints(ctx, tx, ridings, (agency) => keyring.cardOf(agency)?.logKey);
        const aboutLogs = new Map(mine.map((opening, place) => [opening, said[place] ?? {}]));
        const group = { tx, aboutLogs, onSealed: (receipt: SealedMessage) => void sealed.push(receipt) };
        await takeReceipts(exchange, group, mine.filter(isReceipt));
        await takeMessages(exchange, group, { messages: mine.filter(isUnpacked), ways });
        return openings.map((opening) => aboutLogs.has(opening));
      }),
    );
  } catch (error) {
    if (isIcarusError(error)) for (const receipt of sealed) await dropSealed(receipt);
    throw error;
  }
}

type Way = Awaited<ReturnType<typeof addressReceipt>>;

/** Where the receipt of each message goes. */
async function waysBack({ ctx }: Exchange, openings: readonly Opening[]): Promise<Map<Opening, Way>> {
  const messages = openings.filter(isUnpacked);
  const ways = await Promise.all(
    messages.map(({ message, operationId }) => addressReceipt(ctx, message, operationId)),
  );
  return new Map(messages.flatMap((one, place) => (ways[place] ? [[one, ways[place]]] : [])));
}

/** Of each message the first opening, where it is still to be opened. */
async function stillToOpen(tx: Tx, openings: readonly Opening[]): Promise<Opening[]> {
  const left = await lockReceived(
    tx,
    openings.map(({ message }) => message.messageId),
  );
  return openings.filter(({ message }) => left.delete(message.messageId));
}

async function takeReceipts(
  { ctx }: Exchange,
  group: Group,
  receipts: readonly ReadReceipt[],
): Promise<void> {
  if (receipts.length === 0) return;
  const operations = await recordReceipts(
    ctx,
    group.tx,
    receipts.map(({ message, opened, named, document }) => ({
      messageId: message.messageId,
      from: message.from,
      files: opened.files,
      operationId: named.operationId,
      document,
    })),
  );
  const known = receipts.map((receipt, place) => ({ receipt, operationId: operations[place] ?? null }));
  const at = ctx.clock.now();
  const leaves = await recordEvents(
    group.tx,
    known.map(({ receipt, operationId }) => openedEvent(receipt, group, { at, operationId })),
  );
  await markOpened(
    group.tx,
    known.map(({ receipt, operationId }, place) => ({
      ...noted(receipt, { at, operationId, logLeaf: leaves[place] ?? '' }),
      folder: null,
    })),
  );
}

/**
 * Each run by its room in turn, and marked opened at once: the next may be about it. Their receipts come last: they
 * name the leaves of the events that were written of the openings.
 */
async function takeMessages(
  exchange: Exchange,
  group: Group,
  { messages, ways }: { messages: readonly UnpackedMessage[]; ways: ReadonlyMap<Opening, Way> },
): Promise<void> {
  const { ctx } = exchange;
  const taken: { known: OpenedMessage; receipted: Receipted; way: Way }[] = [];
  for (const run of runsOf(exchange, messages)) {
    for (const { unpacked, known, row } of await takeRun(exchange, group, run)) {
      const way = ways.get(unpacked);
      if (!way) throw new Error('unreachable: every message has its way back');
      const recipient = ctx.node.agencyId;
      const verdict = { ...row, recipient, status: 'acknowledged', openedAt: row.at } as const;
      taken.push({ known, way, receipted: { message: unpacked.message, verdict } });
    }
  }
  await settleOpened(
    ctx,
    group.tx,
    taken.map(({ known }) => known),
  );
  const seal = { ...ctx, db: group.tx };
  const receipts = await Promise.all(
    together(taken).map(async ({ receipted, way }) => {
      const receipt = await sealReceipts(seal, receipted, way);
      group.onSealed(receipt);
      return receipt;
    }),
  );
  await postMessages(ctx, group.tx, receipts, { actor: EXCHANGE_ACTOR });
}

/** What goes to the same agencies about the same operation shares a receipt. */
function together(
  taken: readonly { readonly receipted: Receipted; readonly way: Way }[],
): { receipted: Receipted[]; way: Way }[] {
  const groups = Map.groupBy(taken, ({ receipted: { verdict }, way: { to, via } }) =>
    JSON.stringify([verdict.operationId, to, via]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const receipted = group.map((one) => one.receipted);
    const parts = Math.ceil(receipted.length / MAX_STATEMENTS);
    return Array.from({ length: parts }, (_, part) => ({
      receipted: receipted.slice(part * MAX_STATEMENTS, (part + 1) * MAX_STATEMENTS),
      way: (first as { way: Way }).way,
    }));
  });
}

/** Messages in their order: what a room takes in together, and anything else alone. */
interface Run {
  readonly handler: MessageHandler;
  readonly messages: readonly UnpackedMessage[];
}

function runsOf({ handlers }: Exchange, messages: readonly UnpackedMessage[]): Run[] {
  const runs: { handler: MessageHandler; messages: UnpackedMessage[]; open: boolean }[] = [];
  for (const one of messages) {
    const { kind } = one.message;
    const handler = handlers.get(kind);
    if (!handler) throw new IcarusError('exchange/kind-unknown', { kind });
    // A new version is about a message that must be marked before it.
    const together = handler.receiveAll !== undefined && readReplacement(one.opened.bagInfo) === undefined;
    const last = runs.at(-1);
    if (together && last?.open && last.handler === handler) last.messages.push(one);
    else runs.push({ handler, messages: [one], open: together });
  }
  return runs;
}

interface Taken {
  readonly unpacked: UnpackedMessage;
  readonly known: OpenedMessage;
  readonly row: NotedOpening;
}

async function takeRun(
  { ctx }: Exchange,
  group: Group,
  { handler, messages }: Run,
): Promise<readonly Taken[]> {
  const { tx } = group;
  const at = ctx.clock.now();
  const known = messages.map((one) => openedOf(ctx, one));
  if (handler.receiveAll) await handler.receiveAll(ctx, tx, known);
  else for (const one of known) await handler.receive(ctx, tx, one);
  for (const [place, one] of known.entries()) {
    const bagInfo = messages[place]?.opened.bagInfo;
    if (bagInfo) await takeReplacement(ctx, tx, one, bagInfo);
  }
  const leaves = await recordEvents(
    tx,
    messages.map((one) => openedEvent(one, group, { at, operationId: one.operationId })),
  );
  const taken = messages.map((unpacked, place) => {
    const { operationId, folder } = unpacked;
    const row = { ...noted(unpacked, { at, operationId, logLeaf: leaves[place] ?? '' }), folder };
    return { unpacked, known: known[place] as OpenedMessage, row };
  });
  await markOpened(
    tx,
    taken.map(({ row }) => row),
  );
  for (const { message, named } of messages)
    if (named.deadlineAt)
      await startAlarms(tx, message.messageId, { fromAt: message.createdAt, deadlineAt: named.deadlineAt });
  return taken;
}

function openedOf(
  { paths }: Pick<NodeContext, 'paths'>,
  { message, opened, operationId, folder }: UnpackedMessage,
): OpenedMessage {
  const { messageId, kind, from, to, createdAt } = message;
  const { contentDigest, files } = opened;
  const about = { messageId, kind, from, to, createdAt, operationId };
  return { ...about, contentDigest, folder: join(paths.opened, folder), files };
}

function noted(
  { message, named, verifiedAt }: Opening,
  how: { at: Date; operationId: OperationId | null; logLeaf: string },
): Omit<NotedOpening, 'folder'> {
  return { ...named, ...how, messageId: message.messageId, verifiedAt };
}

function openedEvent(
  opening: Opening,
  { aboutLogs }: Group,
  { at, operationId }: { at: Date; operationId: OperationId | null },
) {
  const { message, opened } = opening;
  return {
    at,
    kind: 'message.opened',
    actor: 'system:exchange',
    ...(operationId !== null && { operationId }),
    subject: { kind: 'message', id: message.messageId satisfies MessageId },
    facts: {
      kind: message.kind,
      from: message.from,
      contentDigest: opened.contentDigest,
      files: opened.files.length,
      ...aboutLogs.get(opening),
    },
  } as const;
}
