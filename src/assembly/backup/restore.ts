/**
 * Bringing a node back from a backup, on this machine or another: into an empty data directory and an empty
 * database. Files first, the database last and in one transaction; an attempt that was broken off is begun
 * anew. Nothing is believed that does not agree with the backup's manifest.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { DatabaseServer } from '#assembly/database-server.ts';
import { NODE_DATABASE } from '#assembly/database-server.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import type { Clock } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { newestSequence, recordEvent } from '#custody/record.ts';
import type { Config } from '#platform/config.ts';
import { inTransaction, type NodePaths, nodePaths } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { defineJob } from '#platform/jobs.ts';
import type { Log } from '#platform/log.ts';
import { isRepeated, type Migration, migrate, readMigrations } from '#platform/migrate.ts';
import { type Backup, openManifest, summary } from './backup.ts';
import { loadDatabase } from './database-dump.ts';
import type { Manifest } from './manifest.ts';
import { putFilesBack } from './node-files.ts';

export interface RestoreRequest {
  readonly server: DatabaseServer;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the backup. */
  readonly folder: string;
  /** age identities that open it; none for one in clear. */
  readonly identities: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** Stands in the data directory while a restore is under way. */
const MARK = '.restoring';

/**
 * @returns what was restored
 * @throws backup/missing, backup/damaged, backup/needs-identity, backup/no-identity, backup/node-exists,
 *   database/newer-schema for a backup of a newer version, disk/full
 */
export async function restoreNode(request: RestoreRequest): Promise<Backup> {
  const { config, folder, identities, signal, server } = request;
  const manifest = await openManifest(folder, identities);
  const migrations = await schemaOf(manifest);
  const paths = await nodePaths(config.dataDir, config.temporaryDir);
  const url = await server.bare(NODE_DATABASE);
  await makeRoom(paths, url);
  const whole = summary(folder, manifest);
  let doneBytes = 0;
  const onBytes = (bytes: number) => request.onProgress?.((doneBytes += bytes), whole.sizeBytes);
  await putFilesBack(paths, manifest, { folder, identities, signal, onBytes });
  await migrate(url, migrations);
  await loadDatabase(url, manifest, { folder, identities, signal, onBytes });
  await migrate(url);
  await finish(request, manifest, url);
  await rm(join(paths.home, MARK), { force: true });
  return whole;
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
  const mark = join(paths.home, MARK);
  const begun = await readFile(mark).then(
    () => true,
    () => false,
  );
  if (!begun && (await readdir(paths.keys)).length > 0)
    throw new IcarusError('backup/node-exists', { path: paths.home });
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    if (!begun && (await holdsNode(db))) throw new IcarusError('backup/node-exists', { path: paths.home });
    await writeFile(mark, '');
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

/** Opens the node without letting it work, compares the log, gives the waiting jobs back, and records the restore. */
async function finish(request: RestoreRequest, manifest: Manifest, url: string): Promise<void> {
  const { config, clock, log } = request;
  const node = await openNode({ home: config.dataDir, databaseUrl: url, clock, log, config, work: false });
  try {
    const newest = await newestSequence(node.ctx.db);
    if (newest !== manifest.custody.sequence)
      throw new IcarusError('backup/damaged', { place: 'the custody log' });
    await inTransaction(node.ctx, async (tx) => {
      for (const job of manifest.jobs) await giveBack(node, tx, job);
      await recordEvent(tx, {
        at: clock.now(),
        kind: 'node.restored',
        actor: 'system:restore',
        subject: { kind: 'agency', id: node.ctx.node.agencyId },
        facts: { backupAt: manifest.at, custodySequence: newest, jobs: manifest.jobs.length },
      });
    });
  } finally {
    await node.close();
  }
}

/** A kind of job that this version has no more is work that nobody does. */
async function giveBack(
  { ctx }: OpenNode,
  tx: Parameters<typeof recordEvent>[0],
  { name, data, onceKey }: Manifest['jobs'][number],
): Promise<void> {
  if (!ctx.jobs.kinds().includes(name)) return;
  await ctx.jobs.enqueue(tx, defineJob<object>(name), data, onceKey === null ? {} : { onceKey });
}
