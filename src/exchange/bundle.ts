/** Taking in an archive of sealed messages, as another node hands it out: each message is judged by itself. */
import { open } from 'node:fs/promises';
import { type Actor, authorizeOnNode } from '#access/policy.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { byteReader } from '#seal/bytes.ts';
import { readTarContent, readTarHeader } from '#seal/tar.ts';
import { type Arrival, acceptMessage } from './accept.ts';
import type { Exchange } from './exchange.ts';
import { fileBytes } from './file-bytes.ts';

/** One file of an archive: taken in, or refused with its reason. */
export type Bundled = { readonly name: string } & (
  | { readonly arrival: Arrival; readonly error?: undefined }
  | { readonly error: IcarusError; readonly arrival?: undefined }
);

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{2,63}\.icarus$/;

/** Is it an archive of messages, by the name of its first entry, or one message? Both are tar. @throws exchange/file-unreadable */
export async function isBundle(path: string): Promise<boolean> {
  const file = await open(path).catch((cause: unknown) => {
    throw new IcarusError('exchange/file-unreadable', { path }, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(100), 0, 100, 0).catch((cause: unknown) => {
      throw new IcarusError('exchange/file-unreadable', { path }, { cause });
    });
    const name = buffer.subarray(0, bytesRead).toString('latin1');
    return NAME.test(name.slice(0, Math.max(0, name.indexOf('\0'))));
  } finally {
    await file.close();
  }
}

/**
 * Takes in every message of an archive; one that is refused does not keep the others out.
 * @throws seal/malformed, seal/truncated for an archive that cannot be read on; what was taken in before stays
 */
export async function* addBundle(
  exchange: Exchange,
  actor: Actor,
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<Bundled, void> {
  authorizeOnNode(actor, 'exchange.receive');
  const reader = byteReader(fileBytes(path));
  for (;;) {
    const header = await readTarHeader(reader);
    if (!header) return;
    const { path: name, sizeBytes } = header;
    if (!NAME.test(name)) throw new IcarusError('seal/malformed', { reason: `${name} is no sealed message` });
    const content = readTarContent(reader, sizeBytes);
    try {
      const arrival = await acceptMessage(exchange, {
        bytes: untilDone(content),
        way: 'file',
        actor,
        sizeBytes,
        ...(signal && { signal }),
      });
      yield { name, arrival };
    } catch (error) {
      if (!isIcarusError(error) || error.httpStatus >= 500) throw error;
      yield { name, error };
    }
    // What a refusal left unread.
    for await (const _ of content) signal?.throwIfAborted();
  }
}

/** The same chunks; whoever stops early leaves the rest to be read by another. */
async function* untilDone(content: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for (let next = await content.next(); !next.done; next = await content.next()) yield next.value;
}
