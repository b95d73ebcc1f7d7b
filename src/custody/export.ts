/**
 * The log for an outsider: a folder in open formats that is checked without any node or database, by
 * `icarus custody verify --bundle` or by public tools, as its own README says. Of events that the reader
 * is not to see, or that were erased, the leaf stands.
 */
import { sql } from 'kysely';
import type { OperationId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import type { PackageSink } from '#seal/sink.ts';
import { bundleReadme } from './bundle-readme.ts';
import { readCheckpoint } from './checkpoint.ts';
import { readVerifierKey, utf8 } from './note.ts';
import { inclusionProof } from './proofs.ts';
import { namesNone } from './record.ts';
import { requireCheckpoint } from './store.ts';
import { grownTiles, TILE_WIDTH, tilePath } from './tiles.ts';
import { writeTlogProof } from './tlog-proof.ts';
import { HASH_BYTES } from './tree.ts';
import { cosignedNote, witnessedNote } from './witness-store.ts';

/** Most events that get a proof file of their own; of more, every proof is computed from the tiles. */
const MOST_PROOFS = 1000;
const PAGE = 4096;

export interface BundleRequest {
  readonly db: Db;
  readonly sink: PackageSink;
  /** Events of this operation are shown; of all others the leaf. */
  readonly operationId: OperationId;
  /** Of events that name one of these ids only the leaf is shown. */
  readonly without: ReadonlySet<string>;
  readonly logKey: string;
  /** Verifier keys of partners that may have cosigned. */
  readonly witnessKeys: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Bundle {
  readonly size: number;
  /** Hex. */
  readonly root: string;
  /** Events whose content is in it. */
  readonly shown: number;
  readonly proofs: number;
}

/** Writes the log up to its newest checkpoint. @throws custody/log-empty, disk/full; the signal's reason */
export async function exportLog(request: BundleRequest): Promise<Bundle> {
  const { db, sink } = request;
  try {
    const { size, root } = await requireCheckpoint(db);
    const { shown, proven } = await writeEntries(request, size);
    for (const index of proven)
      await writeFile(sink, `proofs/${index}.tlog-proof`, writeTlogProof(await inclusionProof(db, index)));
    await writeHead(request, { size, shown });
    await sink.commit();
    return { size, root: root.toString('hex'), shown, proofs: proven.length };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

async function writeHead(
  { db, sink, logKey, witnessKeys }: BundleRequest,
  about: { size: number; shown: number },
): Promise<void> {
  const note = await cosignedNote(db, about.size);
  const { origin, note: parts } = readCheckpoint(note);
  const key = readVerifierKey(logKey);
  const own = parts.signatures.find(({ keyId }) => keyId === key.noteId);
  const witnessed = await witnessedNote(db);
  const files: Record<string, string | Uint8Array> = {
    'README.md': bundleReadme({ origin, ...about }),
    checkpoint: note,
    'checkpoint.text': parts.text,
    'checkpoint.sig': own?.signature ?? '',
    'log-key.pem': key.key.export({ type: 'spki', format: 'pem' }) as string,
    'log.vkey': `${logKey}\n`,
    'witnesses.vkeys': witnessKeys.map((each) => `${each}\n`).join(''),
    ...(witnessed && !witnessed.startsWith(parts.text) && { 'checkpoint.witnessed': witnessed }),
  };
  for (const [path, content] of Object.entries(files)) await writeFile(sink, path, content);
}

/** Entries and tiles, in one pass. @returns how many events are shown, and the numbers of those to be proven */
async function writeEntries(
  request: BundleRequest,
  size: number,
): Promise<{ shown: number; proven: readonly number[] }> {
  const { sink, signal, onProgress } = request;
  const entries = await sink.create('entries.jsonl');
  const proven: number[] = [];
  let shown = 0;
  let edge = new Map<number, Buffer>();
  for (let from = 0; from < size; from += PAGE) {
    signal?.throwIfAborted();
    const rows = await readRows(request, { from, to: Math.min(from + PAGE, size) });
    const lines = rows.map((row) => {
      if (row.event !== null && ++shown <= MOST_PROOFS) proven.push(row.index);
      const content = row.event === null ? {} : { salt: row.salt?.toString('hex'), event: row.event };
      return `${JSON.stringify({ index: row.index, leaf: row.leaf_hash.toString('hex'), ...content })}\n`;
    });
    await entries.write(utf8(lines.join('')));
    const leaves = rows.map((row) => row.leaf_hash);
    const grown = grownTiles(from, leaves, ({ level }) => edge.get(level) ?? Buffer.alloc(0));
    const next = new Map(edge);
    for (const { tile, hashes } of grown) {
      const isFull = hashes.length === TILE_WIDTH * HASH_BYTES;
      if (isFull) await writeFile(sink, tilePath(tile), hashes);
      if (isFull) next.delete(tile.level);
      else next.set(tile.level, hashes);
    }
    edge = next;
    onProgress?.(from + rows.length, size);
  }
  for (const [level, hashes] of edge) {
    const index = Math.floor(size / TILE_WIDTH ** (level + 1));
    await writeFile(sink, tilePath({ level, index }, hashes.length / HASH_BYTES), hashes);
  }
  await entries.close();
  return { shown, proven: shown > MOST_PROOFS ? [] : proven };
}

interface Row {
  index: number;
  leaf_hash: Buffer;
  event: string | null;
  salt: Buffer | null;
}

async function readRows(
  { db, operationId, without }: BundleRequest,
  page: { from: number; to: number },
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select l.index, l.leaf_hash, e.event, e.salt from custody_leaf l
    left join (select * from custody_event where operation_id = ${operationId} and ${namesNone(without)}) e
      on e.sequence = l.event_sequence
    where l.index >= ${page.from} and l.index < ${page.to} order by l.index`.execute(db);
  return rows;
}

async function writeFile(sink: PackageSink, path: string, content: string | Uint8Array): Promise<void> {
  const file = await sink.create(path);
  await file.write(typeof content === 'string' ? utf8(content) : content);
  await file.close();
}
