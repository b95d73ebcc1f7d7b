/** A small exported log, signed by the corpus's log key: the entries that the fuzzer changes, and the files beside them. */
import { signCheckpoint } from '#custody/checkpoint.ts';
import { leafHash } from '#custody/leaf.ts';
import { grownTiles, tilePath } from '#custody/tiles.ts';
import { HASH_BYTES, rootOver } from '#custody/tree.ts';
import { LOG } from './custody-targets.ts';

const AT = new Date('2011-09-21T10:00:00.000Z');
const SIZE = 5;

interface Entry {
  readonly index: number;
  readonly leaf: Buffer;
  readonly salt?: string;
  readonly event?: string;
}

const ENTRIES: readonly Entry[] = Array.from({ length: SIZE }, (_, index) => {
  const salt = Buffer.alloc(16, index);
  const event = JSON.stringify({
    kind: 'officer.added',
    subject: { kind: 'officer', id: `officer_${index}` },
  });
  const leaf = leafHash(salt, event);
  // Of every other one only the leaf is shown.
  return index % 2 ? { index, leaf } : { index, leaf, salt: salt.toString('hex'), event };
});

export function bundleEntries(): string {
  return ENTRIES.map(
    ({ leaf, ...entry }) => `${JSON.stringify({ ...entry, leaf: leaf.toString('hex') })}\n`,
  ).join('');
}

export function bundleFiles(): Record<string, string | Uint8Array> {
  const leaves = ENTRIES.map(({ leaf }) => leaf);
  const tiles = grownTiles(0, leaves, () => Buffer.alloc(0)).map(
    ({ tile, hashes }) => [tilePath(tile, hashes.length / HASH_BYTES), hashes] as const,
  );
  return {
    checkpoint: signCheckpoint(LOG, { size: SIZE, root: rootOver(leaves) }, AT),
    'log.vkey': `${LOG.verifierKey}\n`,
    'witnesses.vkeys': '',
    ...Object.fromEntries(tiles),
  };
}
