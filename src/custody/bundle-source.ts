/** An exported log, to be verified without any node or database. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { IcarusError } from '#core/errors.ts';
import { readCheckpoint } from './checkpoint.ts';
import { TILE_WIDTH, type TileId, tilePath } from './tiles.ts';
import { HASH_BYTES } from './tree.ts';
import type { LogEntry, LogSource, StatedCheckpoint } from './verify.ts';

const PAGE = 4096;
const MAX_LINE = 4 * 1024 ** 2;

export interface BundleKeys {
  readonly logKey: string;
  readonly witnessKeys: readonly string[];
}

/** The keys that stand in the folder itself: they prove nothing of who wrote it. */
export async function bundleKeys(folder: string): Promise<BundleKeys> {
  const lines = async (name: string) =>
    (await textOf(folder, name)).split('\n').filter((line) => line !== '');
  const [logKey = ''] = await lines('log.vkey');
  return { logKey, witnessKeys: await lines('witnesses.vkeys') };
}

/** @throws custody/bundle-invalid, custody/note-invalid */
export async function bundleSource(folder: string): Promise<LogSource> {
  const checkpoints = [await stated(await textOf(folder, 'checkpoint'))];
  const witnessed = await readFile(join(folder, 'checkpoint.witnessed'), 'utf8').catch(() => undefined);
  if (witnessed !== undefined) checkpoints.unshift(await stated(witnessed));
  const size = checkpoints.at(-1)?.size ?? 0;
  return {
    size,
    pages: () => pagesOf(join(folder, 'entries.jsonl')),
    tiles: (ids) => tilesOf(folder, size, ids),
    checkpoints: async (after, to) => checkpoints.filter((each) => each.size > after && each.size <= to),
  };
}

async function stated(note: string): Promise<StatedCheckpoint> {
  return { size: readCheckpoint(note).size, note, cosignatures: [] };
}

async function* pagesOf(path: string): AsyncGenerator<LogEntry[]> {
  let page: LogEntry[] = [];
  let number = 0;
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    page.push(entryOf(line, ++number));
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function entryOf(line: string, number: number): LogEntry {
  try {
    if (line.length > MAX_LINE) throw new RangeError('the line is too long');
    const { index, leaf, salt, event } = JSON.parse(line) as Record<string, unknown>;
    const hasContent = typeof event === 'string' && typeof salt === 'string';
    if (typeof index !== 'number' || typeof leaf !== 'string' || !/^[0-9a-f]{64}$/.test(leaf))
      throw new TypeError('not an entry');
    return {
      index,
      leafHash: Buffer.from(leaf, 'hex'),
      event: hasContent ? event : null,
      salt: hasContent ? Buffer.from(salt, 'hex') : null,
    };
  } catch (cause) {
    throw invalid(`line ${number} of entries.jsonl is damaged`, cause);
  }
}

/** Tiles as they are on disk: full, or the partial one of this size. One that is missing has no hashes. */
async function tilesOf(folder: string, size: number, ids: readonly TileId[]) {
  const found = new Map<string, Uint8Array>();
  for (const tile of ids) {
    const width = Math.min(Math.floor(size / TILE_WIDTH ** tile.level) - tile.index * TILE_WIDTH, TILE_WIDTH);
    const bytes = await readFile(join(folder, tilePath(tile, width))).catch(() => new Uint8Array());
    if (bytes.length <= TILE_WIDTH * HASH_BYTES) found.set(`${tile.level}/${tile.index}`, bytes);
  }
  return ({ level, index }: TileId) => ({ hashes: found.get(`${level}/${index}`) ?? new Uint8Array() });
}

async function textOf(folder: string, name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
    throw invalid(`it has no file ${name}`, cause);
  });
}

function invalid(reason: string, cause: unknown): IcarusError {
  return new IcarusError('custody/bundle-invalid', { reason }, { cause });
}
