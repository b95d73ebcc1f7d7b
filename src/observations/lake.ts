/**
 * Where the room keeps its Parquet, below the node's lake folder. What is written lies in a temporary
 * folder of its own until its row in PostgreSQL commits; a folder without a row does not count, and is
 * swept at the next start.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { DAY_MS } from '#core/clock.ts';
import type { NodeContext } from '#platform/context.ts';
import { type DuckDb, type DuckDbOptions, openDuckDb } from '#platform/duckdb.ts';
import { createDuckPool, type DuckPool } from '#platform/duckdb-pool.ts';
import { isLeftBehind, processName } from '#platform/process-name.ts';
import { sweepScratch } from '#platform/scratch-folder.ts';
import type { Tx } from '#platform/tables.ts';
import { ADDRESS_MACROS } from './address.ts';
import { liveDrafts } from './import/draft-store.ts';
import type {} from './links/tables.ts';
import { openWorkIds } from './partition/store.ts';

/** Kinds of folders in the lake; one folder below each, named by its id. */
export const LAKE_KINDS = ['imports', 'snapshots', 'severity', 'attribution', 'builds', 'links'] as const;
export type LakeKind = (typeof LAKE_KINDS)[number];

/** Text for a cell of CSV that no spreadsheet takes for a formula (OWASP, CSV injection). */
const CSV_MACROS = `
CREATE MACRO csv_cell(t) AS CASE WHEN regexp_matches(t, '^[=+@\\t\\r-]') THEN '''' || t ELSE t END;
`;

/** A DuckDB that knows the room's macros. */
export async function openLake(options: DuckDbOptions): Promise<DuckDb> {
  const duck = await openDuckDb(options);
  try {
    await duck.run(ADDRESS_MACROS + CSV_MACROS);
    return duck;
  } catch (error) {
    await duck[Symbol.asyncDispose]();
    throw error;
  }
}

export function lakeFolder(lake: string, kind: LakeKind, id: string): string {
  return join(lake, kind, id);
}

export interface LakeDraft extends AsyncDisposable {
  readonly folder: string;
  /** Makes what was written durable and moves it to its place, inside the transaction that records it. */
  commit(tx: Tx, id: string): Promise<void>;
}

const DRAFT_PREFIX = '.draft-';
/** So long an import that was cut short can be taken up again. */
const DRAFT_KEPT_MS = 7 * DAY_MS;
/** Held shared while a draft is moved and its row committed; exclusively by the sweep. */
const LAKE_LOCK = 7_236_815_443;

/**
 * A folder in the making; removed on disposal unless it was committed.
 * @param name of a draft that another process may take up again; without it the draft ends with this one
 */
export async function lakeDraft(lake: string, kind: LakeKind, name?: string): Promise<LakeDraft> {
  const ownName = `${processName()}-${randomBytes(6).toString('hex')}`;
  const folder = join(lake, kind, `${DRAFT_PREFIX}${name ?? ownName}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    folder,
    async commit(tx, id) {
      await syncTree(folder);
      await sql`select pg_advisory_xact_lock_shared(${LAKE_LOCK})`.execute(tx);
      await rename(folder, lakeFolder(lake, kind, id));
      await syncFile(join(lake, kind));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Makes a folder and all in it durable. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await (entry.isDirectory() ? syncTree(path) : syncFile(path));
  }
  await syncFile(folder);
}

/** Makes files durable; those that are not there are passed over. */
export async function syncFiles(paths: readonly string[]): Promise<void> {
  await Promise.all(
    paths.map((path) =>
      syncFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      }),
    ),
  );
}

async function syncFile(path: string): Promise<void> {
  await using handle = await open(path, 'r');
  await handle.sync();
}

/** Removes a folder whose row is gone: first out of the way, so that nobody reads half of it. */
export async function removeFromLake(lake: string, kind: LakeKind, id: string): Promise<void> {
  const doomed = join(lake, kind, `${DRAFT_PREFIX}${processName()}-${id}`);
  await rename(lakeFolder(lake, kind, id), doomed);
  await rm(doomed, { recursive: true });
}

/**
 * Removes what a process that died left in the lake: drafts of processes that no longer run here, and
 * folders without a row. Run at start. Returns how many folders went.
 */
export async function sweepLake(ctx: Pick<NodeContext, 'db' | 'paths' | 'log' | 'clock'>): Promise<number> {
  await sweepScratch(ctx.paths.temporary);
  const since = new Date(ctx.clock.now().getTime() - DRAFT_KEPT_MS);
  return ctx.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LAKE_LOCK})`.execute(tx);
    let swept = 0;
    const live = new Set([...(await liveDrafts(tx, since)), ...(await openWorkIds(tx))]);
    for (const kind of LAKE_KINDS) {
      const known = { ids: await recordedIds(tx, kind), drafts: live };
      const folders = await readdir(join(ctx.paths.lake, kind)).catch(() => []);
      for (const name of folders) {
        const path = join(ctx.paths.lake, kind, name);
        if (!(await isLeftOver(path, name, known))) continue;
        await rm(path, { recursive: true, force: true });
        swept++;
      }
    }
    if (swept > 0) ctx.log.warn({ swept }, 'removed unfinished work from the lake');
    return swept;
  });
}

interface KnownFolders {
  readonly ids: ReadonlySet<string>;
  /** Drafts that can be taken up again. */
  readonly drafts: ReadonlySet<string>;
}

async function isLeftOver(path: string, name: string, known: KnownFolders): Promise<boolean> {
  if (!name.startsWith(DRAFT_PREFIX)) return !known.ids.has(name);
  const draft = name.slice(DRAFT_PREFIX.length);
  if (known.drafts.has(draft)) return false;
  return draft.startsWith(`${processName()}-`) || isLeftBehind(path, draft);
}

const RECORDS = {
  imports: 'observation_import',
  snapshots: 'attribution_snapshot',
  severity: 'severity_list',
  attribution: 'attribution_run',
  builds: 'target_build',
  links: 'target_link_run',
} as const satisfies Record<LakeKind, string>;

async function recordedIds(tx: Tx, kind: LakeKind): Promise<Set<string>> {
  const rows = await tx.selectFrom(RECORDS[kind]).select('id').execute();
  return new Set(rows.map(({ id }) => id));
}

/** What a service of this room asks of its node. */
export type LakeContext = Pick<
  NodeContext,
  | 'db'
  | 'jobs'
  | 'clock'
  | 'paths'
  | 'log'
  | 'queryMemoryBytes'
  | 'queries'
  | 'objectStorage'
  | 'diskReserveBytes'
  | 'unpacking'
>;

/** Options of the DuckDB that does a piece of long work on this node. */
export function duckOptions(
  ctx: Pick<LakeContext, 'paths' | 'queryMemoryBytes'>,
  signal?: AbortSignal,
): DuckDbOptions {
  return {
    temporaryFolder: ctx.paths.temporary,
    memoryLimitBytes: ctx.queryMemoryBytes,
    signal,
  };
}

/** Asks the lake on an engine that is open already, where the node keeps some. */
export async function askLake<T>(ctx: LakeContext, act: (duck: DuckDb) => Promise<T>): Promise<T> {
  if (ctx.queries) return ctx.queries.use(act);
  await using duck = await openLake(duckOptions(ctx));
  return await act(duck);
}

/** Memory of an engine that answers officers' questions. */
const QUESTION_MEMORY_BYTES = 512 * 1024 ** 2;

/** Engines for {@link askLake}; closed with the node. */
export function lakePool({ temporary }: Pick<NodeContext['paths'], 'temporary'>): DuckPool {
  return createDuckPool({
    open: () => openLake({ temporaryFolder: temporary, memoryLimitBytes: QUESTION_MEMORY_BYTES }),
  });
}
