/**
 * Taking a large file in parts. Each part is written where the file will lie, checked against its own digest,
 * and made durable before its end is recorded and answered; a crash loses the part that was under way. When the
 * last one is here, the file is checked as a whole and taken in like any other message.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { type AgencyId, type Id, newId } from '#core/ids.ts';
import { onDisk } from '#platform/durable-file.ts';
import { syncFolder } from '#platform/staging-folder.ts';
import { type Arrival, acceptMessage, alreadyHere, requireFreeSpace } from './accept.ts';
import { EXCHANGE_ACTOR } from './actor.ts';
import type { Exchange } from './exchange.ts';
import {
  deletePartials,
  deleteStalePartials,
  insertPartial,
  moveOffset,
  type Partial,
  type PartialKey,
  partialOf,
} from './partial-store.ts';

export interface ComingPart extends PartialKey {
  /** Where it begins in the file. */
  readonly offset: number;
  /** Of the whole file. */
  readonly fileBytes: number;
  /** Of this part; hexadecimal. */
  readonly partSha256: string;
  readonly partBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The agencies whose TLS key the sender showed; undefined where a proxy stands before this node. */
  readonly peers?: readonly AgencyId[];
}

/** How many bytes of the file are here, durable: 0 where nothing is. */
export async function offsetOf({ ctx }: Exchange, key: PartialKey): Promise<number> {
  return (await partialOf(ctx.db, key))?.offset ?? 0;
}

/**
 * Takes one part.
 * @returns how much is here now, or that the message is here
 * @throws transport/upload-offset, transport/upload-busy, transport/part-damaged, request/too-large, disk/full,
 *   and what `acceptMessage` throws for the whole file
 */
export async function takePart(
  exchange: Exchange,
  coming: ComingPart,
): Promise<Arrival | { readonly offset: number }> {
  const known = await alreadyHere(exchange, coming);
  if (known) return known;
  const name = `${coming.messageId} ${coming.sha256} ${coming.peer}`;
  if (exchange.uploads.has(name)) throw new IcarusError('transport/upload-busy');
  exchange.uploads.add(name);
  try {
    const partial = await beginOrGoOn(exchange, coming);
    const offset = coming.partBytes > 0 ? await writePart(exchange, partial, coming) : partial.offset;
    return offset < partial.sizeBytes ? { offset } : await takeWhole(exchange, partial, coming);
  } finally {
    exchange.uploads.delete(name);
  }
}

async function beginOrGoOn(exchange: Exchange, coming: ComingPart): Promise<Partial> {
  const { ctx, options } = exchange;
  const { messageId, sha256, peer, offset, fileBytes, partBytes } = coming;
  if (fileBytes > options.messageLimitBytes)
    throw new IcarusError('request/too-large', { limitBytes: options.messageLimitBytes });
  if (offset + partBytes > fileBytes)
    throw new IcarusError('request/invalid', { reason: 'the part ends after the file' });
  const known = await partialOf(ctx.db, coming);
  const here = known?.sizeBytes === fileBytes ? known.offset : 0;
  if (offset !== here) throw new IcarusError('transport/upload-offset', { offset: here });
  await requireFreeSpace(ctx, { fileBytes, hereBytes: here });
  if (known) return known;
  const file = `${newId<Id<'file'>>('file', ctx.clock.now())}.icarus`;
  const partial: Partial = { messageId, sha256, peer, file, sizeBytes: fileBytes, offset: 0 };
  await insertPartial(ctx.db, partial);
  return partial;
}

async function writePart({ ctx }: Exchange, partial: Partial, coming: ComingPart): Promise<number> {
  const path = join(ctx.paths.inbox, partial.file);
  const handle = await openAt(path, partial).catch(async (error: unknown) => {
    // What the row counts on is gone: the file begins anew.
    if (isIcarusError(error, 'transport/upload-offset')) await moveOffset(ctx.db, partial, 0);
    throw error;
  });
  try {
    const offset = await writeChecked(handle, coming, path);
    await onDisk(path, () => handle.datasync());
    if (partial.offset === 0) await syncFolder(ctx.paths.inbox);
    await moveOffset(ctx.db, partial, offset);
    return offset;
  } finally {
    await handle.close();
  }
}

/** The file, cut to what is recorded of it: behind that may lie half of a part that was broken off. */
async function openAt(path: string, { offset }: Partial): Promise<FileHandle> {
  const found = await stat(path).catch(() => undefined);
  if ((found?.size ?? 0) < offset) throw new IcarusError('transport/upload-offset', { offset: 0 });
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  await handle.truncate(offset);
  return handle;
}

async function writeChecked(handle: FileHandle, coming: ComingPart, path: string): Promise<number> {
  const hash = createHash('sha256');
  const end = coming.offset + coming.partBytes;
  let at = coming.offset;
  for await (const chunk of coming.bytes) {
    if (at + chunk.length > end) throw new IcarusError('transport/part-damaged');
    hash.update(chunk);
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await onDisk(path, () =>
        handle.write(chunk, done, chunk.length - done, at + done),
      );
      done += bytesWritten;
    }
    at += chunk.length;
  }
  if (at !== end || hash.digest('hex') !== coming.partSha256) throw new IcarusError('transport/part-damaged');
  return end;
}

/** A file that is refused as a whole is not kept: the next try begins anew. */
async function takeWhole(exchange: Exchange, partial: Partial, coming: ComingPart): Promise<Arrival> {
  const { messageId, sha256, sizeBytes, file } = partial;
  try {
    const arrival = await acceptMessage(exchange, {
      inPlace: file,
      way: 'http',
      actor: EXCHANGE_ACTOR,
      sizeBytes,
      claim: { messageId, sha256 },
      ...(coming.peers && { peers: coming.peers }),
    });
    // It came by another way meanwhile.
    if (arrival.known) await dropPartials(exchange, messageId, sha256);
    return arrival;
  } catch (error) {
    if (isIcarusError(error) && error.httpStatus < 500) await dropPartials(exchange, messageId, sha256);
    throw error;
  }
}

async function dropPartials({ ctx }: Exchange, ...about: [Partial['messageId'], string]): Promise<void> {
  await removeFiles(ctx.paths.inbox, await deletePartials(ctx.db, ...about));
}

/** A sender that is down for longer begins anew. */
const STALE_SECONDS = 7 * 24 * 3600;

/** Removes what nobody goes on with. @returns how many */
export async function sweepPartials({ ctx }: Exchange): Promise<number> {
  const files = await deleteStalePartials(ctx.db, STALE_SECONDS);
  await removeFiles(ctx.paths.inbox, files);
  return files.length;
}

async function removeFiles(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) await rm(join(folder, file), { force: true });
}
