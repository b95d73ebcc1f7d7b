/** One look at a node: is its database there and as this program wants it, are its keys, is there room, who works? */
import { sql } from 'kysely';
import { readStanding } from '#assembly/archive/standing.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { missingKeys } from '#operations/node.ts';
import { type ClockWatch, MACHINE_CLOCKS } from '#platform/clock-watch.ts';
import type { Config } from '#platform/config.ts';
import type { NodeContext } from '#platform/context.ts';
import { placesOnDisk } from '#platform/encrypted-disk.ts';
import { diskSpace } from '#platform/free-space.ts';
import { isRepeated, readMigrations } from '#platform/migrate.ts';
import { type Figures, nodeFigures } from './figures.ts';
import {
  archiveCheck,
  type Check,
  type Condition,
  clockCheck,
  diskCheck,
  encryptionCheck,
  jobsCheck,
  standingOf,
} from './types.ts';

export interface LookContext extends Pick<NodeContext, 'clock' | 'paths' | 'diskReserveBytes'> {
  /** Undefined where the database does not run. */
  readonly db: NodeContext['db'] | undefined;
}

export interface Look {
  readonly condition: Condition;
  /** Undefined while the database does not answer. */
  readonly figures: Figures | undefined;
}

export interface LookOptions {
  readonly clocks: ClockWatch;
  readonly toleranceMs: number;
  /** Default: nothing is asked, and the database is another's. */
  readonly disks?: DiskSettings;
}

export type DiskSettings = Pick<Config, 'databaseUrl' | 'diskEncryption'>;

const ANY_DISK: DiskSettings = { databaseUrl: '', diskEncryption: 'unchecked' };

/** Longer than a busy database takes for a handful of small queries. */
const ANSWER_WITHIN_MS = 5000;

export async function lookAt(ctx: LookContext, options: LookOptions): Promise<Look> {
  const { clocks, toleranceMs, disks = ANY_DISK } = options;
  const database = await within(databaseChecks(ctx, clocks)).catch(failedDatabase);
  const checks: Check[] = [...database.checks, await keysCheck(ctx), diskCheck(await diskSpace(ctx))];
  const { home: dataDir, temporary: temporaryDir } = ctx.paths;
  const places = await placesOnDisk({ dataDir, temporaryDir, databaseUrl: disks.databaseUrl });
  checks.push(encryptionCheck(disks.diskEncryption, places));
  checks.push(clockCheck(clocks.state(), toleranceMs, MACHINE_CLOCKS.counting()));
  const { figures } = database;
  if (figures) checks.push(jobsCheck(figures));
  checks.push(archiveCheck(await readStanding(ctx.paths.home), ctx.clock.now().getTime()));
  return { condition: { standing: standingOf(checks), at: new Date().toISOString(), checks }, figures };
}

interface DatabaseLook {
  readonly checks: readonly Check[];
  readonly figures: Figures | undefined;
}

async function databaseChecks(ctx: LookContext, clocks: ClockWatch): Promise<DatabaseLook> {
  const { db, clock } = ctx;
  if (!db) throw new IcarusError('database/unreachable');
  const before = Date.now();
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db);
  const after = Date.now();
  clocks.compareDatabase((rows[0]?.ms ?? after) - (before + after) / 2);
  const schema = await schemaCheck(db);
  const checks: Check[] = [{ name: 'database', state: 'ok', says: 'answers' }, schema];
  return { checks, figures: schema.state === 'ok' ? await nodeFigures({ db, clock }) : undefined };
}

function failedDatabase(error: unknown): DatabaseLook {
  const code = isIcarusError(error) ? error.code : error instanceof Error ? error.name : 'unknown';
  const says = `does not answer (${code}): look whether it runs; the node goes on by itself when it does`;
  return { checks: [{ name: 'database', state: 'failed', says }], figures: undefined };
}

async function schemaCheck(db: NodeContext['db']): Promise<Check> {
  const wanted = (await readMigrations()).map(({ name }) => name).filter((name) => !isRepeated(name));
  const done = new Set(
    (await db.selectFrom('schema_migration').select('name').execute()).map(({ name }) => name),
  );
  const missing = wanted.filter((name) => !done.has(name));
  const newer = [...done].filter((name) => !isRepeated(name) && !wanted.includes(name));
  if (newer.length > 0)
    return {
      name: 'schema',
      state: 'failed',
      says: `the database is of a newer version (${newer[0]}): start that version of Icarus`,
    };
  if (missing.length > 0)
    return {
      name: 'schema',
      state: 'failed',
      says: `the database is of an older version (${missing[0]} is missing): start the node again, which brings it up to date`,
    };
  return { name: 'schema', state: 'ok', says: `as this version wants it (${wanted.length} migrations)` };
}

async function keysCheck({ paths }: LookContext): Promise<Check> {
  const missing = await missingKeys(paths);
  if (missing.length === 0) return { name: 'keys', state: 'ok', says: 'all are there' };
  return {
    name: 'keys',
    state: 'failed',
    says: `${missing.join(', ')} is missing in the folder of keys: bring it back from a backup`,
  };
}

function within<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('took too long')), ANSWER_WITHIN_MS);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
