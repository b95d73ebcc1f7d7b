/** Which loader a file is for, where its content leaves no doubt. */
import { createReadStream } from 'node:fs';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { IPTOASN_LINE } from './iptoasn.ts';
import type { LoaderName } from './loader-names.ts';
import { isMmdb } from './mmdb-file.ts';
import { PFX2AS_LINE } from './pfx2as.ts';
import { RIR_LINE } from './rir-delegated.ts';
import { firstBytes } from './source-file.ts';

const HEAD_LENGTH = 65_536;

/**
 * The loader, or undefined where the content does not say: an agency's own CSV may be anything.
 * @throws `observations/snapshot-invalid` where the file cannot be read
 */
export async function recogniseLoader(path: string): Promise<LoaderName | undefined> {
  const start = await firstBytes(path, 4);
  if (start.length > 0 && isMmdb(path)) return 'mmdb';
  const lines = (await headText(path, start))
    .split(/\r?\n/)
    .slice(0, -1)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const first = lines[0] ?? '';
  if (RIR_LINE.test(first)) return 'rir-delegated';
  const all = (pattern: RegExp) => lines.length > 0 && lines.slice(0, 10).every((line) => pattern.test(line));
  if (all(PFX2AS_LINE)) return 'pfx2as';
  return all(IPTOASN_LINE) ? 'iptoasn' : undefined;
}

async function headText(path: string, start: Buffer): Promise<string> {
  const gzip = start[0] === 0x1f && start[1] === 0x8b;
  const zstd = start.length >= 4 && start.readUInt32LE(0) === 0xfd2fb528;
  const file = createReadStream(path);
  const text = gzip ? file.pipe(createGunzip()) : zstd ? file.pipe(createZstdDecompress()) : file;
  let head = '';
  try {
    for await (const chunk of text as AsyncIterable<Buffer>) {
      head += chunk.toString('latin1');
      if (head.length >= HEAD_LENGTH) break;
    }
  } catch {
    // A damaged file is refused by its loader, with the reason.
  } finally {
    file.destroy();
  }
  return head;
}
