/** The database as files: one snapshot, table by table, and back. */

import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { sql } from 'kysely';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { newestSequence } from '#custody/record.ts';
import { OWNER_OPTIONS, openDatabase } from '#platform/database.ts';
import { waitingJobs } from '#platform/jobs.ts';
import type { Manifest, TableEntry } from './manifest.ts';
import { checked, digesting, load, store } from './stored-file.ts';
import { sequencesOf, type TableShape, tablesInOrder } from './tables.ts';

export interface DumpOptions {
  readonly recipients: readonly string[];
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
  const copying = new pg.Client({ connectionString: url, options: OWNER_OPTIONS });
  try {
    await copying.connect();
    // The snapshot is taken by the first connection and shared with the one that copies.
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(tx);
        await copying.query('begin isolation level repeatable read read only');
        await copying.query(`set transaction snapshot '${rows[0]?.id ?? ''}'`);
        const tables: TableEntry[] = [];
        for (const shape of await tablesInOrder(tx)) {
          options.signal?.throwIfAborted();
          tables.push(await dumpTable(copying, shape, { ...options, folder }));
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
          custody: { sequence: await newestSequence(tx) },
        };
      });
  } finally {
    await copying.end().catch(() => undefined);
    await db.destroy();
  }
}

async function dumpTable(
  client: pg.Client,
  { table, columns }: TableShape,
  { folder, recipients, signal, onBytes }: DumpOptions & { folder: string },
): Promise<TableEntry> {
  const file = `database/${table}.copy.zst`;
  const list = columns.map((name) => `"${name}"`).join(', ');
  const copy = client.query(copyTo(`copy public."${table}" (${list}) to stdout`));
  const digest = digesting();
  const compressed = createZstdCompress();
  const passing = pipeline(digest.through(watched(copy, onBytes)), compressed);
  await Promise.all([store(join(folder, file), compressed, { recipients, signal }), passing]);
  return { table, columns: [...columns], file, rows: copy.rowCount, ...digest.result() };
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
    signal: AbortSignal | undefined;
    onBytes: (bytes: number) => void;
  },
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    for (const entry of manifest.tables) {
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
  const list = entry.columns.map((name) => `"${name}"`).join(', ');
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
