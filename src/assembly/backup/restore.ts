/**
 * Bringing a node back from a backup, on this machine or another: into an empty data directory and an empty
 * database. Files first, the database last and in one transaction; an attempt that was broken off is begun
 * anew. Nothing is believed that does not agree with the backup's manifest; the custody log is verified whole; and
 * what was erased since the backup was made is erased again. Until all of that is done, nobody starts the node.
 */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { DatabaseServer } from '#assembly/database-server.ts';
import { NODE_DATABASE } from '#assembly/database-server.ts';
import { isBeingRestored, RESTORE_MARK } from '#assembly/restore-mark.ts';
import type { Clock } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { Config } from '#platform/config.ts';
import { type NodePaths, nodePaths } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import type { Log } from '#platform/log.ts';
import { isRepeated, type Migration, migrate, readMigrations } from '#platform/migrate.ts';
import { type Backup, summary } from './backup.ts';
import { loadDatabase } from './database-dump.ts';
import { type FinishedRestore, finishRestore, type RestoreProof } from './finish-restore.ts';
import type { Manifest } from './manifest.ts';
import { putFilesBack } from './node-files.ts';
import { type BackupKeys, openManifest } from './open-backup.ts';

export interface RestoreRequest extends RestoreProof {
  readonly server: DatabaseServer;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the backup. */
  readonly folder: string;
  /** None for one in clear. */
  readonly keys: BackupKeys;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export type Restored = Backup & FinishedRestore;

/**
 * @returns what was restored
 * @throws backup/missing, backup/damaged, backup/needs-identity, backup/needs-register, backup/no-identity,
 *   backup/key-destroyed, backup/key-missing, backup/needs-journal, backup/journal-invalid, backup/journal-stale,
 *   backup/behind-checkpoint, backup/other-history, backup/node-exists, custody/log-broken,
 *   database/newer-schema for a backup of a newer version, disk/full
 */
export async function restoreNode(request: RestoreRequest): Promise<Restored> {
  const { config, folder, keys, signal, server } = request;
  const opened = await openManifest(folder, keys);
  const { manifest, identities, readable } = opened;
  const migrations = await schemaOf(manifest);
  const paths = await nodePaths(config.dataDir, config.temporaryDir);
  const { ownerUrl } = await server.bare(NODE_DATABASE);
  await makeRoom(paths, ownerUrl);
  const whole = summary(folder, manifest);
  let doneBytes = 0;
  const onBytes = (bytes: number) => request.onProgress?.((doneBytes += bytes), whole.sizeBytes);
  const options = { folder, identities, readable, signal, onBytes };
  await putFilesBack(paths, manifest, options);
  await migrate(ownerUrl, migrations);
  await loadDatabase(ownerUrl, manifest, options);
  const { url } = await server.ready(NODE_DATABASE);
  const finished = await finishRestore(request, {
    home: config.dataDir,
    url,
    madeAt: manifest.at,
    at: manifest.at,
    custody: manifest.custody,
    jobs: manifest.jobs,
    forgotten: opened.closed,
  });
  await rm(join(paths.home, RESTORE_MARK), { force: true });
  return { ...whole, ...finished };
}

/** The schema changes that the backup's tables have, by this version's files: the same to the letter. */
async function schemaOf({ migrations }: Manifest): Promise<Migration[]> {
  const ours = new Map((await readMigrations()).map((migration) => [migration.name, migration]));
  // What is repeated follows the tables, by this version's words.
  const numbered = migrations.filter(({ name }) => !isRepeated(name));
  return numbered.map(({ name, sha256 }) => {
    const found = ours.get(name);
    if (!found) throw new IcarusError('database/newer-schema', { name });
    if (found.sha256 !== sha256) throw new IcarusError('database/migration-changed', { name });
    return found;
  });
}

/** A node that is there is never written over; the rest of a broken attempt is cleared away. */
async function makeRoom(paths: NodePaths, url: string): Promise<void> {
  const begun = await isBeingRestored(paths.home);
  if (!begun && (await readdir(paths.keys)).length > 0)
    throw new IcarusError('backup/node-exists', { path: paths.home });
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    if (!begun && (await holdsNode(db))) throw new IcarusError('backup/node-exists', { path: paths.home });
    await writeFile(join(paths.home, RESTORE_MARK), '');
    await sql`drop schema if exists pgboss cascade`.execute(db);
    await sql`drop schema if exists public cascade`.execute(db);
    await sql`create schema public`.execute(db);
  } finally {
    await db.destroy();
  }
  for (const [name, path] of Object.entries(paths)) {
    if (name === 'home' || name === 'temporary') continue;
    for (const entry of await readdir(path)) await rm(join(path, entry), { recursive: true, force: true });
  }
}

async function holdsNode(db: ReturnType<typeof openDatabase>): Promise<boolean> {
  const { rows } = await sql<{
    here: boolean;
  }>`select to_regclass('public.agency') is not null as here`.execute(db);
  if (!rows[0]?.here) return false;
  const own = await sql<{ own: boolean }>`select from agency where own`.execute(db);
  return own.rows.length > 0;
}
