/** In the place of `node:fs` for the code under test: only what it uses of it. */
import { DiskError } from '../disk.ts';
import { diskFault, diskOf } from '../disks.ts';
import { theWorld } from '../world.ts';

export { constants } from 'node:fs';

const CHUNK_BYTES = 4096;

export async function* createReadStream(
  path: string,
  { start = 0, end = Number.POSITIVE_INFINITY }: { start?: number; end?: number } = {},
): AsyncGenerator<Uint8Array, void> {
  await theWorld().step('open');
  const node = diskOf(path).find(path);
  if (node?.type !== 'file') throw new DiskError('ENOENT', path);
  const last = Math.min(node.data.length, end + 1);
  for (let at = start; at < last; at += CHUNK_BYTES) {
    await theWorld().step('read');
    diskFault('read', path);
    yield Buffer.from(node.data.subarray(at, Math.min(last, at + CHUNK_BYTES)));
  }
}
