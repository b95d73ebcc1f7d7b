/** The database as files: one snapshot, table by table, and back. */

import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { sql } from 'kysely';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { newestSequence } from '#custody/record.ts';
import { newestCheckpoint, treeSize } from '#custody/store.ts';
import { ownNoteOfSize } from '#custody/witness-store.ts';
import { openClient, openDatabase } from '#platform/database.ts';
import { waitingJobs } from '#platform/jobs.ts';
import type { Tx } from '#platform/tables.ts';
import { NODE_PART } from '#protection/backup-keys.ts';
import type { Manifest, TableEntry } from './manifest.ts';
import { checked, digesting, load, store } from './stored-file.ts';
import { type CaseRows, caseRows, sequencesOf, type TableShape, tablesInOrder } from './tables.ts';

export interface DumpOptions {
  /** Whom a part is encrypted to; none: in clear. */
  readonly recipientsOf: (part: string) => Promise<readonly string[]>;
  readonly signal: AbortSignal | undefined;
  /** Called with the bytes of rows so far. */
  readonly onBytes: (bytes: number) => void;
}

/** Writes the database at `url` (the owner's connection) to `folder`, as it stands at one instant. */
export async function dumpDatabase(
  url: string,
  folder: string,
  options: DumpOptions,
): Promise<Pick<Manifest, 'migrations' | 'tables' | 'sequences' | 'jobs' | 'custody'>> {
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  const copying = openClient({ url, role: 'owner' });
  try {
    await copying.connect();
    // The snapshot is taken by the first connection and shared with the one that copies.
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(tx);
        // Not read only: rows as an erasure leaves them are made in a temporary table.
        await copying.query('begin isolation level repeatable read');
        await copying.query(`set transaction snapshot '${rows[0]?.id ?? ''}'`);
        const tables: TableEntry[] = [];
        const cases = await caseRows(tx);
        for (const shape of await tablesInOrder(tx)) {
          options.signal?.throwIfAborted();
          tables.push(...(await dumpTable(copying, shape, { ...options, folder, cases })));
        }
        const migrations = await tx
          .selectFrom('schema_migration')
          .select(['name', 'sha256'])
          .orderBy('name')
          .execute();
        return {
          migrations,
          tables,
          sequences: await sequencesOf(tx),
          jobs: await waitingJobs(tx),
          custody: {
            sequence: await newestSequence(tx),
            size: await treeSize(tx),
            checkpoint: await newestNote(tx),
          },
        };
      });
  } finally {
    await copying.end().catch(() => undefined);
    await db.destroy();
  }
}

async function newestNote(tx: Tx): Promise<string | null> {
  const newest = await newestCheckpoint(tx);
  return newest ? ((await ownNoteOfSize(tx, newest.size)) ?? null) : null;
}

type TableOptions = DumpOptions & { readonly folder: string };

/** A table by parts: what belongs to an operation apart from the rest, so that it can be forgotten apart. */
async function dumpTable(
  client: pg.Client,
  shape: TableShape,
  options: TableOptions & { readonly cases: CaseRows },
): Promise<TableEntry[]> {
  const { table } = shape;
  const { operations, found, change } = options.cases;
  const condition = found.get(table);
  const columns = listOf(shape.columns);
  const from = `select ${columns} from public."${table}"`;
  if (condition === undefined) {
    const file = `database/${table}.copy.zst`;
    return [await dumpRows(client, { shape, query: from, file, part: NODE_PART }, options)];
  }
  const entries: TableEntry[] = [];
  const earlier: string[] = [];
  for (const [index, operationId] of operations.entries()) {
    const own = [`(${condition(operationId)})`, ...earlier.map((one) => `${one} is not true`)].join(' and ');
    earlier.push(`(${condition(operationId)})`);
    const query = `${from} where ${own}`;
    if (!(await anyRow(client, query))) continue;
    const file = (kind: string) => `database/${table}.${index}${kind}.copy.zst`;
    const set = change.get(table);
    if (set !== undefined) {
      await blank(client, query, set);
      const left = { shape, query: `select ${columns} from icarus_left`, file: file('.left') };
      const entry = await dumpRows(client, { ...left, part: NODE_PART }, options);
      entries.push({ ...entry, insteadOf: operationId });
      await client.query('drop table icarus_left');
    }
    entries.push(await dumpRows(client, { shape, query, file: file(''), part: operationId }, options));
  }
  const rest = earlier.map((one) => `${one} is not true`).join(' and ');
  const query = rest === '' ? from : `${from} where ${rest}`;
  const file = `database/${table}.copy.zst`;
  return [await dumpRows(client, { shape, query, file, part: NODE_PART }, options), ...entries];
}

function listOf(columns: readonly string[]): string {
  return columns.map((name) => `"${name}"`).join(', ');
}

async function anyRow(client: pg.Client, query: string): Promise<boolean> {
  const { rows } = await client.query<{ any: boolean }>(`select exists (${query}) as any`);
  return rows[0]?.any ?? false;
}

/** The rows of `query` as erasing their operation would leave them, in a temporary table. */
async function blank(client: pg.Client, query: string, set: string): Promise<void> {
  await client.query(`create temporary table icarus_left on commit drop as ${query}`);
  await client.query(`select set_config('icarus.erasure_at', now()::text, true)`);
  await client.query(`update icarus_left set ${set}`);
}

interface Rows {
  readonly shape: TableShape;
  readonly query: string;
  readonly file: string;
  readonly part: string;
}

async function dumpRows(
  client: pg.Client,
  { shape: { table, columns }, query, file, part }: Rows,
  { folder, recipientsOf, signal, onBytes }: TableOptions,
): Promise<TableEntry> {
  const recipients = await recipientsOf(part);
  const copy = client.query(copyTo(`copy (${query}) to stdout`));
  const digest = digesting();
  const compressed = createZstdCompress();
  const passing = pipeline(digest.through(watched(copy, onBytes)), compressed);
  await Promise.all([store(join(folder, file), compressed, { recipients, signal }), passing]);
  return { table, columns: [...columns], part, file, rows: copy.rowCount, ...digest.result() };
}

async function* watched(
  bytes: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/**
 * Fills the empty, migrated database at `url` from a backup, in one transaction: all of it or nothing.
 * @throws backup/damaged
 */
export async function loadDatabase(
  url: string,
  manifest: Manifest,
  options: {
    folder: string;
    identities: readonly string[];
    /** Which entries are to be loaded. */
    readable: (entry: TableEntry) => boolean;
    signal: AbortSignal | undefined;
    onBytes: (bytes: number) => void;
  },
): Promise<void> {
  const client = openClient({ url });
  await client.connect();
  try {
    await client.query('begin');
    for (const entry of manifest.tables.filter(options.readable)) {
      options.signal?.throwIfAborted();
      // COPY writes to no table that holds the owner to its policies; the next migration holds him to them again.
      await client.query(`alter table public."${entry.table}" no force row level security`);
      await loadTable(client, entry, { ...options, encrypted: manifest.encrypted });
    }
    for (const { sequence, value } of manifest.sequences) {
      await client.query('select setval($1::regclass, greatest($2::bigint, 1), $2::bigint > 0)', [
        `public."${sequence}"`,
        value,
      ]);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function loadTable(
  client: pg.Client,
  entry: TableEntry,
  {
    folder,
    identities,
    encrypted,
    onBytes,
  }: { folder: string; identities: readonly string[]; encrypted: boolean; onBytes: (bytes: number) => void },
): Promise<void> {
  const list = listOf(entry.columns);
  // The rows are as the triggers left them; they must not act a second time.
  await client.query(`alter table public."${entry.table}" disable trigger user`);
  const copy = client.query(copyFrom(`copy public."${entry.table}" (${list}) from stdin`));
  const stored = load(join(folder, entry.file), { identities, encrypted });
  const unpacked = createZstdDecompress();
  const place = entry.file;
  await Promise.all([
    pipeline(stored, unpacked),
    pipeline(checked(watched(unpacked, onBytes), { expected: entry, place }), copy),
  ]);
  await client.query(`alter table public."${entry.table}" enable trigger user`);
}
