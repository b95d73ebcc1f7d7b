/** The body of a request as a file of this node: taken in as it comes, with a limit, and removed after use. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { IcarusError } from '#core/errors.ts';
import { scratchFolder } from './scratch-folder.ts';

export interface ReceivedFile extends AsyncDisposable {
  readonly path: string;
}

interface Receiving {
  /** Of the file in a folder of its own; no path. Default `received`. */
  readonly name?: string;
  readonly limitBytes: number;
}

/**
 * @param temporary folder for what is needed only while work runs
 * @throws request/too-large, disk/full
 */
export async function receivedFile(
  temporary: string,
  body: Readable,
  { name = 'received', limitBytes }: Receiving,
): Promise<ReceivedFile> {
  const folder = await scratchFolder(temporary);
  const path = join(folder.path, name);
  let bytes = 0;
  const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw new IcarusError('request/too-large', { limitBytes });
      yield chunk;
    }
  };
  try {
    await pipeline(body, counted, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (cause) {
    await folder[Symbol.asyncDispose]();
    const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
    throw full ? new IcarusError('disk/full', { place: temporary }, { cause }) : cause;
  }
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
