/**
 * Taking a message in, whichever way it comes: by network, as a file, or this node's own copy. The
 * bytes go to a file of their own and are checked as a courier checks them; the file is durable and in
 * its place before the row that names it; nothing is acknowledged before that row is committed. A
 * crash leaves at most a file that no row names, and the sender sends again.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, actorName } from '#access/policy.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { type AgencyId, type Id, type MessageId, newId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction } from '#platform/context.ts';
import { FLOOR_BYTES, freeBytes, type ReserveContext, requireReserve } from '#platform/free-space.ts';
import { newFile, type StagingFile } from '#platform/staging-folder.ts';
import type { Envelope } from '#seal/envelope.ts';
import { type CheckedPackage, type Keyring, readEnvelope } from '#seal/open.ts';
import type { Exchange } from './exchange.ts';
import { fileBytes, SMALL_BYTES } from './file-bytes.ts';
import { inboxById } from './inbox-store.ts';
import { keyringNow } from './keyring.ts';
import { RECEIPT_KIND } from './kinds.ts';
import { carriedTo, type KeptFile } from './record-arrivals.ts';
import { takeUpAgain } from './take-up-again.ts';
import type { Way } from './types.ts';

interface Came {
  readonly way: Way;
  readonly actor: Actor;
  /** Of the whole file, where it is known before. */
  readonly sizeBytes?: number;
  /** What the peer says that it hands over. */
  readonly claim?: { readonly messageId: string; readonly sha256: string };
  /** The agencies whose TLS key the peer showed, where it showed one. */
  readonly peers?: readonly AgencyId[];
  readonly signal?: AbortSignal;
}

/** A message that comes as bytes, or one whose parts are all in their place: a file's name in the inbox folder. */
export type Incoming = Came & ({ readonly bytes: AsyncIterable<Uint8Array> } | { readonly inPlace: string });

export interface Arrival {
  readonly messageId: MessageId;
  readonly sha256: string;
  /** The very message was here already; nothing was changed. */
  readonly known: boolean;
}

/**
 * Takes a message in, or refuses it and records that.
 *
 * @throws what `readEnvelope` throws, seal/not-addressed, exchange/kind-unknown, exchange/unknown-recipient,
 *   exchange/wrong-id, exchange/digest-mismatch, exchange/id-conflict, request/too-large, disk/reserve, disk/full
 */
export async function acceptMessage(exchange: Exchange, incoming: Incoming): Promise<Arrival> {
  try {
    const known = await alreadyHere(exchange, incoming.claim);
    return known ?? (await recordIncoming(exchange, await keepIncoming(exchange, incoming), incoming));
  } catch (error) {
    if (isIcarusError(error) && error.httpStatus < 500) await recordRefusal(exchange, incoming, error);
    throw error;
  }
}

/** Spares reading a message whose id and digest are those of one that is here. */
export async function alreadyHere(
  { ctx, lookUp }: Exchange,
  claim: Incoming['claim'],
): Promise<Arrival | undefined> {
  if (!claim) return undefined;
  const messageId = claim.messageId as MessageId;
  const here = await lookUp(messageId);
  if (here?.sha256 !== claim.sha256) return undefined;
  await takeUpAgain(ctx, messageId);
  return { messageId, sha256: claim.sha256, known: true };
}

/** First step: checks the message while it is written aside, then makes the file durable and visible. */
export async function keepIncoming(exchange: Exchange, incoming: Incoming): Promise<KeptFile> {
  const { paths, clock } = exchange.ctx;
  const receivedAt = clock.now();
  if ('inPlace' in incoming) {
    const bytes = fileBytes(join(paths.inbox, incoming.inPlace));
    return {
      file: incoming.inPlace,
      receivedAt,
      checked: await check(exchange, incoming, { bytes, receivedAt }),
    };
  }
  const limitBytes = limitOf(exchange, incoming);
  const fileBytesExpected = incoming.sizeBytes ?? 0;
  if (fileBytesExpected > limitBytes) throw new IcarusError('request/too-large', { limitBytes });
  await requireFreeSpace(exchange.ctx, { fileBytes: fileBytesExpected, hereBytes: 0 });
  const file = `${newId<Id<'file'>>('file', receivedAt)}.icarus`;
  const staging = await newFile(join(paths.inbox, file));
  try {
    const bytes = writtenAside(incoming.bytes, staging, limitBytes);
    const checked = await check(exchange, incoming, { bytes, receivedAt });
    await staging.commit();
    return { file, receivedAt, checked };
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

async function check(
  exchange: Exchange,
  incoming: Incoming,
  { bytes, receivedAt }: { bytes: AsyncIterable<Uint8Array>; receivedAt: Date },
): Promise<CheckedPackage> {
  const { signal, peers } = incoming;
  const keyring = await keyringNow(exchange.ctx.db);
  const checked = await readEnvelope(bytes, keyring, receivedAt, { ...(signal && { signal }) });
  const { from, via, createdAt } = checked.envelope;
  const aheadMs = Date.parse(createdAt) - receivedAt.getTime();
  if (aheadMs > 0) exchange.ctx.clocks?.heard(from as AgencyId, 'signed', aheadMs);
  if (peers && !peers.includes(from) && !(via !== null && peers.includes(via)))
    throw new IcarusError('exchange/not-from-peer', {
      peer: peers.join(', '),
      messageId: checked.envelope.id,
    });
  checkClaim(checked, incoming);
  checkForUs(exchange, checked.envelope, keyring);
  return checked;
}

function limitOf({ options }: Exchange, { way }: Incoming): number {
  return way === 'http' ? options.messageLimitBytes : Number.POSITIVE_INFINITY;
}

async function* writtenAside(
  source: AsyncIterable<Uint8Array>,
  staging: StagingFile,
  limitBytes: number,
): AsyncGenerator<Uint8Array, void> {
  let sizeBytes = 0;
  for await (const chunk of source) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw new IcarusError('request/too-large', { limitBytes });
    await staging.write(chunk);
    yield chunk;
  }
}

/** Receipts, risk alarms and notices are smaller: they come in while the disk's reserve lasts. */
const SMALL_MESSAGE_BYTES = 64 * 1024;
/** What was free is believed for so long, less what was taken since, while it is only about small files. */
const FREE_MS = 1000;

const free = new Map<string, { readonly at: number; bytes: number }>();

/**
 * Room for a file of which `hereBytes` are written, and for what is unpacked from it.
 * @throws disk/reserve where the node takes in nothing more, disk/full
 */
export async function requireFreeSpace(
  ctx: ReserveContext,
  { fileBytes: wanted, hereBytes }: { readonly fileBytes: number; readonly hereBytes: number },
): Promise<void> {
  const isSmall = wanted > 0 && wanted <= SMALL_MESSAGE_BYTES;
  if (!isSmall) await requireReserve(ctx);
  const folder = ctx.paths.inbox;
  const known = free.get(folder);
  const fresh = known && performance.now() - known.at < FREE_MS && wanted <= SMALL_BYTES;
  const there = fresh ? known : { at: performance.now(), bytes: await freeBytes(folder) };
  free.set(folder, there);
  there.bytes -= 2 * wanted - hereBytes;
  if (there.bytes < FLOOR_BYTES) throw new IcarusError('disk/full', { place: folder });
}

function checkClaim({ envelope, sha256 }: CheckedPackage, { claim }: Incoming): void {
  if (!claim) return;
  if (envelope.id !== claim.messageId)
    throw new IcarusError('exchange/wrong-id', { claimed: claim.messageId });
  if (sha256 !== claim.sha256) throw new IcarusError('exchange/digest-mismatch');
}

/** It must be for this node to open, or to carry to agencies that it knows. */
function checkForUs({ ctx, handlers }: Exchange, envelope: Envelope, keyring: Keyring): void {
  const { agencyId } = ctx.node;
  const addressed = envelope.to.includes(agencyId);
  if (!addressed && envelope.via !== agencyId)
    throw new IcarusError('seal/not-addressed', { agency: agencyId });
  if (addressed && envelope.kind !== RECEIPT_KIND && !handlers.has(envelope.kind)) {
    throw new IcarusError('exchange/kind-unknown', { kind: envelope.kind });
  }
  for (const agency of carriedTo(envelope, agencyId)) {
    if (!keyring.cardOf(agency)) throw new IcarusError('exchange/unknown-recipient', { agency });
  }
}

/** Second step: the row, what follows from it and its custody event, in one transaction with others that came now. */
export async function recordIncoming(
  exchange: Exchange,
  kept: KeptFile,
  incoming: Incoming,
): Promise<Arrival> {
  const { ctx } = exchange;
  const { sha256 } = kept.checked;
  const messageId = kept.checked.envelope.id as MessageId;
  const { way, actor } = incoming;
  const arrived = { ...kept, way, actor, inParts: 'inPlace' in incoming };
  if (await exchange.arrivals(arrived)) return { messageId, sha256, known: false };
  const here = await inboxById(ctx.db, messageId);
  // The commit of a first try went through although its answer was lost.
  if (here?.file === kept.file) return { messageId, sha256, known: false };
  await rm(join(ctx.paths.inbox, kept.file), { force: true });
  if (here?.sha256 !== sha256) {
    throw new IcarusError('exchange/id-conflict', {
      messageId,
      here: here?.sha256 ?? '',
      came: sha256,
      from: kept.checked.envelope.from,
    });
  }
  await takeUpAgain(ctx, messageId);
  return { messageId, sha256, known: true };
}

/** A refusal changes nothing but the log. A second message under one id is an alarm of its own kind. */
async function recordRefusal({ ctx }: Exchange, incoming: Incoming, error: IcarusError): Promise<void> {
  const id = error.details['messageId'] ?? incoming.claim?.messageId ?? 'not read';
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: error.code === 'exchange/id-conflict' ? 'message.id-conflict' : 'message.refused',
      actor: actorName(incoming.actor),
      subject: { kind: 'message', id: String(id) },
      facts: { code: error.code, way: incoming.way, ...error.details },
    }),
  );
}
