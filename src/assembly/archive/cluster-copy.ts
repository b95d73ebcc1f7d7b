/**
 * A copy of the files of the embedded server while it runs, between `pg_backup_start` and `pg_backup_stop`: what changes
 * meanwhile is put right by the log when it is replayed. As one stream, since most of the thousand files are small.
 */
import { mkdir, open, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { IcarusError } from '#core/errors.ts';
import type { NewCluster } from '#platform/recover-cluster.ts';
import type { Db } from '#platform/tables.ts';
import type { ByteReader } from '#seal/bytes.ts';
import { line, takeLine } from './packed.ts';

const READ_BYTES = 1024 * 1024;
/** Folders whose content is of a running server alone, or comes with the log (documented for base backups). */
const EMPTY = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|pg_internal\.init.*|backup_label(\.old)?|tablespace_map(\.old)?|pgsql_tmp.*|recovery\.signal|standby\.signal|t\d+_\d+.*|\.s\.PGSQL\..*)$/;
/** Goes last: it must not be older than any other file. */
const CONTROL = 'global/pg_control';

type Entry =
  | { readonly folder: string }
  | { readonly file: string; readonly sizeBytes: number }
  | { readonly end: true };

export interface CopiedCluster {
  readonly startPosition: number;
  readonly stopPosition: number;
  /** First moment after the copy was whole. */
  readonly from: Date;
}

/**
 * @param db a connection of its own: the server ends the copying when it is closed
 * @param tell called before the last byte
 */
export async function* copyCluster(
  db: Db,
  cluster: string,
  tell: (copied: CopiedCluster) => void,
): AsyncGenerator<Uint8Array> {
  const { rows: started } = await sql<{ at: number }>`
    select (pg_backup_start('icarus', true) - '0/0')::float8 as at`.execute(db);
  for await (const entry of entriesBelow(cluster, '')) {
    if ('folder' in entry) yield line(entry);
    else if (entry.file !== CONTROL) yield* copyFile(cluster, entry.file);
  }
  yield* copyFile(cluster, CONTROL);
  const { rows: stopped } = await sql<{ at: number; label: string }>`
    select (lsn - '0/0')::float8 as at, labelfile as label from pg_backup_stop(false)`.execute(db);
  const { rows: now } = await sql<{ ms: number }>`
    select ceil(extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db);
  const label = Buffer.from(stopped[0]?.label ?? '', 'utf8');
  yield line({ file: 'backup_label', sizeBytes: label.length });
  yield label;
  tell({
    startPosition: started[0]?.at ?? 0,
    stopPosition: stopped[0]?.at ?? 0,
    from: new Date(now[0]?.ms ?? Number.NaN),
  });
  yield line({ end: true });
}

async function* entriesBelow(
  cluster: string,
  below: string,
): AsyncGenerator<{ folder: string } | { file: string }> {
  const folder = await opendir(join(cluster, below)).catch(ifMissing);
  if (!folder) return;
  for await (const entry of folder) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (LEFT_OUT.test(entry.name)) continue;
    if (entry.isDirectory()) {
      yield { folder: path };
      if (!EMPTY.has(path)) yield* entriesBelow(cluster, path);
    } else if (entry.isFile()) yield { file: path };
  }
}

/** As many bytes as it had when it was opened; what the server has cut off meanwhile is filled up, as the log will. */
async function* copyFile(cluster: string, path: string): AsyncGenerator<Uint8Array> {
  const file = await open(join(cluster, path), 'r').catch(ifMissing);
  if (!file) return;
  try {
    const { size } = await file.stat();
    yield line({ file: path, sizeBytes: size });
    for (let at = 0; at < size; ) {
      const bytes = Buffer.alloc(Math.min(READ_BYTES, size - at));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
      const whole = bytesRead === 0 ? bytes : bytes.subarray(0, bytesRead);
      yield whole;
      at += whole.length;
    }
  } finally {
    await file.close();
  }
}

/** The server removes files while they are copied. */
function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Puts a copy into a new cluster. @throws backup/damaged, disk/full */
export async function putCluster(
  content: ByteReader,
  { folder, give }: NewCluster,
  options: { readonly place: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { place, signal } = options;
  for (;;) {
    signal?.throwIfAborted();
    const entry = await takeLine<Entry>(content, place);
    if ('end' in entry) return;
    const path = 'folder' in entry ? entry.folder : entry.file;
    if (typeof path !== 'string' || path.split('/').some((part) => ['', '.', '..'].includes(part)))
      throw new IcarusError('backup/damaged', { place });
    const target = join(folder, path);
    if ('folder' in entry) await mkdir(target, { recursive: true, mode: 0o700 });
    else await putFile(content, target, entry.sizeBytes);
    await give(target);
  }
}

async function putFile(content: ByteReader, target: string, sizeBytes: number): Promise<void> {
  const file = await open(target, 'wx', 0o600);
  try {
    for (let left = sizeBytes; left > 0; ) {
      const bytes = await content.some(left);
      if (bytes.length === 0) throw new IcarusError('seal/truncated');
      await file.write(bytes);
      left -= bytes.length;
    }
  } finally {
    await file.close();
  }
}
