/** Hash tiles by the paths of C2SP tlog-tiles, for whoever fetches them. */
import type { Db } from '#platform/tables.ts';
import { newestCheckpoint, readTiles } from './store.ts';
import { TILE_WIDTH, type TileId } from './tiles.ts';
import { HASH_BYTES } from './tree.ts';

const PATH = /^(\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/**
 * The tile at `L/N` or `L/N.p/W`.
 * @returns undefined for a path that is none, and for hashes that are under no checkpoint
 */
export async function tileBytes(db: Db, path: string): Promise<Uint8Array | undefined> {
  const asked = readPath(path);
  const head = asked && (await newestCheckpoint(db));
  if (!asked || !head) return undefined;
  const { tile, width } = asked;
  const signed = Math.floor(head.size / TILE_WIDTH ** tile.level) - tile.index * TILE_WIDTH;
  if (width > signed) return undefined;
  const read = await readTiles(db, [tile]);
  return read(tile).hashes.subarray(0, width * HASH_BYTES);
}

function readPath(path: string): { tile: TileId; width: number } | undefined {
  const [, level, index, partial] = PATH.exec(path) ?? [];
  if (level === undefined || index === undefined) return undefined;
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const tile = { level: Number(level), index: Number(index.replaceAll(/[x/]/g, '')) };
  return width > TILE_WIDTH || !Number.isSafeInteger(tile.index) ? undefined : { tile, width };
}
