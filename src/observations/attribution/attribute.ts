/**
 * Attribution: which country and operator an address belonged to when it was seen, and whether it was
 * behind carrier-grade NAT or a rented machine. Each distinct address is asked once for each period within
 * which every source answers from one snapshot. The first source in order that knows the country names it;
 * where sources differ, the address is marked for a person to verify. A run takes over what the run before
 * decided wherever its sources still decide the same, and is equal to one that asks everything.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { type Id, newId, type OperationId } from '#core/ids.ts';
import { type CustodyEvent, recordEvent } from '#custody/record.ts';
import {
  duckOptions,
  type LakeContext,
  lakeDraft,
  lakeFolder,
  openLake,
  removeFromLake,
} from '#observations/lake.ts';
import {
  type AttributionRun,
  deleteRun,
  importsOf,
  insertRun,
  runsOf,
  sourcesOf,
} from '#observations/store.ts';
import { buildsOf } from '#observations/targets/build-store.ts';
import type { AttributionSnapshot, ObservationImport } from '#observations/types.ts';
import { inTransaction } from '#platform/context.ts';
import { countIn, type DuckDb, sqlText } from '#platform/duckdb.ts';
import type { Tx } from '#platform/tables.ts';
import { collectAddresses } from './collect.ts';
import { type EarlierRun, holdEarlierRun } from './earlier-run.ts';
import { type ListWork, type RunFolders, writeList } from './lists.ts';
import { DECIDED, PARQUET_OPTIONS } from './lookup.ts';
import { boundariesOf, periodAt } from './periods.ts';
import { planLists, splitPeriods } from './plan.ts';

export interface AttributeProgress {
  /** Lists of addresses (one a family and period) done, of `total`. */
  readonly done: number;
  readonly total: number;
}

export interface AttributeRequest {
  readonly operationId: OperationId;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AttributeProgress) => void;
  /** Ask everything anew, also what the run before decided. Default false. */
  readonly afresh?: boolean;
}

/** Runs that are kept, so that a build which reads one is not cut off; those that builds rest on stay as well. */
const RUNS_KEPT = 2;

/** Every file of a run, as a glob. There is one at least. */
export function attributionFiles(lake: string, runId: string): string {
  return join(lakeFolder(lake, 'attribution', runId), '*.parquet');
}

/** SQL: the number of the period that an instant lies in. */
export function periodSql(instant: string, boundaries: readonly Date[]): string {
  const search = (from: number, to: number): string => {
    const middle = (from + to) >> 1;
    const boundary = boundaries[middle];
    if (from >= to || boundary === undefined) {
      const before = boundaries[from - 1];
      return String(before === undefined ? 0 : periodAt(before));
    }
    return `CASE WHEN ${instant} >= TIMESTAMPTZ ${sqlText(boundary.toISOString())} THEN ${search(middle + 1, to)} ELSE ${search(from, middle)} END`;
  };
  return `(${search(0, boundaries.length)})::UINTEGER`;
}

/**
 * Attributes every address of the operation's imports with the snapshots that are loaded now.
 * @throws `access/denied`, `observations/nothing-imported`, `observations/no-address-data`, `disk/full`
 */
export async function attribute(
  ctx: LakeContext,
  actor: Actor,
  request: AttributeRequest,
): Promise<AttributionRun> {
  const { operationId } = request;
  authorize(actor, 'observations.attribute', { operationId });
  const imports = await importsOf(ctx.db, operationId);
  const snapshots = await sourcesOf(ctx.db);
  if (imports.length === 0) throw new IcarusError('observations/nothing-imported');
  if (snapshots.length === 0) throw new IcarusError('observations/no-address-data');
  const { lake } = ctx.paths;
  await using draft = await lakeDraft(lake, 'attribution');
  await using held = await lakeDraft(lake, 'attribution');
  const earlier = request.afresh ? undefined : await holdEarlierRun(ctx, held, operationId);
  await using duck = await openLake(duckOptions(ctx, request.signal));
  const part = randomBytes(6).toString('hex');
  const folders = { lake, folder: draft.folder, earlier: held.folder, part };
  await mkdir(join(draft.folder, 'lookup'));
  await mkdir(join(held.folder, 'lookup'), { recursive: true });
  const asked = await writeLists(duck, folders, {
    request,
    imports,
    snapshots,
    earlier: usable(earlier, imports),
  });
  const now = ctx.clock.now();
  const counts = await countAnswers(duck, draft.folder);
  const run: AttributionRun = {
    ...counts,
    asked,
    takenOver: counts.addresses - asked,
    runId: newId<Id<'attribution'>>('attribution', now),
    operationId,
    importIds: imports.map(({ importId }) => importId),
    snapshotIds: snapshots.map(({ snapshotId }) => snapshotId),
    boundaries: boundariesOf(snapshots),
    finishedAt: now,
    finishedBy: actorName(actor),
  };
  const overtaken = await inTransaction(ctx, async (tx) => {
    const newest = await overtakenBy(tx, run);
    if (newest) return newest;
    await insertRun(tx, run);
    await draft.commit(tx, run.runId);
    await recordEvent(tx, runEvent(run));
    return undefined;
  });
  await removeOldRuns(ctx, operationId);
  return overtaken ?? run;
}

/** An earlier run helps where everything that it rests on still stands. */
function usable(
  earlier: EarlierRun | undefined,
  imports: readonly ObservationImport[],
): EarlierRun | undefined {
  const standing = new Set<string>(imports.map(({ importId }) => importId));
  return earlier?.run.importIds.every((id) => standing.has(id)) ? earlier : undefined;
}

interface RunInput {
  readonly request: AttributeRequest;
  readonly imports: readonly ObservationImport[];
  readonly snapshots: readonly AttributionSnapshot[];
  readonly earlier: EarlierRun | undefined;
}

/** Returns how many addresses were asked. */
async function writeLists(duck: DuckDb, folders: RunFolders, input: RunInput): Promise<number> {
  const { request, imports, snapshots, earlier } = input;
  const boundaries = boundariesOf(snapshots);
  const period = periodSql('observed_at', boundaries);
  const old = new Set(earlier?.run.importIds);
  const { lake } = folders;
  const fresh = imports.filter(({ importId }) => !old.has(importId));
  await collectAddresses(duck, 'fresh', { lake, imports: fresh, period });
  const known = imports.filter(({ importId }) => old.has(importId));
  const split = splitPeriods(earlier, boundaries, lastSeenAt(known));
  const where = split.map(windowSql).join(' OR ');
  const again = split.length === 0 ? [] : known;
  await collectAddresses(duck, 'again', { lake, imports: again, period, where: `(${where || 'false'})` });
  const found = await duck.rows(`SELECT family::INTEGER AS family, period::BIGINT AS period FROM fresh
    UNION SELECT family, period FROM again ORDER BY ALL`);
  const places = found.map((row) => ({
    family: countIn(row, 'family') === 4 ? (4 as const) : (6 as const),
    period: countIn(row, 'period'),
  }));
  const lists: ListWork[] = planLists({ places, snapshots, earlier, split });
  let asked = 0;
  for (const [index, list] of lists.entries()) {
    request.onProgress?.({ done: index, total: lists.length });
    asked += await writeList(duck, folders, list);
  }
  await writeNone(duck, folders.folder);
  request.onProgress?.({ done: lists.length, total: lists.length });
  return asked;
}

function lastSeenAt(imports: readonly ObservationImport[]): Date | undefined {
  const times = imports.flatMap(({ lastObservedAt }) => lastObservedAt?.getTime() ?? []);
  return times.length === 0 ? undefined : new Date(times.reduce((a, b) => Math.max(a, b)));
}

function windowSql({ from, until }: { from: Date; until: Date | undefined }): string {
  const before = until ? ` AND observed_at < TIMESTAMPTZ ${sqlText(until.toISOString())}` : '';
  return `observed_at >= TIMESTAMPTZ ${sqlText(from.toISOString())}${before}`;
}

/** A file without rows, so that who reads a run finds one also where no address could be read. */
async function writeNone(duck: DuckDb, folder: string): Promise<void> {
  await duck.run(`COPY (SELECT 4::UTINYINT AS family, 0::UBIGINT AS address_high, 0::UBIGINT AS address_low, 0::UINTEGER AS period,
    ''::VARCHAR AS country, ''::VARCHAR AS operator, 0::UINTEGER AS asn, false AS disagreement, false AS after_the_fact,
    false AS carrier_nat, false AS hosting WHERE false) TO ${sqlText(join(folder, 'none.parquet'))} ${PARQUET_OPTIONS}`);
}

type AnswerCounts = Pick<
  AttributionRun,
  'addresses' | 'unattributed' | 'disagreements' | 'afterTheFact' | 'carrierNat' | 'hosting'
>;

async function countAnswers(duck: DuckDb, folder: string): Promise<AnswerCounts> {
  const flags = DECIDED.slice(3).map((name) => `count_if(${name}) AS ${name}`);
  const [row] =
    await duck.rows(`SELECT count(*) AS addresses, count_if(country IS NULL) AS unattributed, ${flags.join(', ')}
    FROM read_parquet(${sqlText(join(folder, '*.parquet'))})`);
  return {
    addresses: countIn(row, 'addresses'),
    unattributed: countIn(row, 'unattributed'),
    disagreements: countIn(row, 'disagreement'),
    afterTheFact: countIn(row, 'after_the_fact'),
    carrierNat: countIn(row, 'carrier_nat'),
    hosting: countIn(row, 'hosting'),
  };
}

const RUN_LOCK = 7_236_815_444;

/** A run that finished meanwhile and knew all that this one knows, and more: it stays the newest. */
async function overtakenBy(tx: Tx, run: AttributionRun): Promise<AttributionRun | undefined> {
  await sql`select pg_advisory_xact_lock(${RUN_LOCK})`.execute(tx);
  const [newest] = await runsOf(tx, run.operationId);
  if (!newest) return undefined;
  const has = (all: readonly string[], some: readonly string[]) => some.every((id) => all.includes(id));
  const covers = has(newest.importIds, run.importIds) && has(newest.snapshotIds, run.snapshotIds);
  const more =
    newest.importIds.length > run.importIds.length || newest.snapshotIds.length > run.snapshotIds.length;
  const standing = (await importsOf(tx, run.operationId)).map(({ importId }) => importId);
  return covers && more && has(standing, newest.importIds) ? newest : undefined;
}

function runEvent(run: AttributionRun): CustodyEvent {
  const { addresses, asked, takenOver, unattributed, disagreements, afterTheFact, carrierNat, hosting } = run;
  return {
    at: run.finishedAt,
    kind: 'observations.attributed',
    actor: run.finishedBy,
    operationId: run.operationId,
    subject: { kind: 'attribution', id: run.runId },
    facts: {
      addresses,
      asked,
      takenOver,
      unattributed,
      disagreements,
      afterTheFact,
      carrierNat,
      hosting,
      snapshots: [...run.snapshotIds],
      imports: [...run.importIds],
    },
  };
}

async function removeOldRuns(ctx: LakeContext, operationId: OperationId): Promise<void> {
  const builtOn = new Set((await buildsOf(ctx.db, operationId)).map(({ attributionId }) => attributionId));
  const old = (await runsOf(ctx.db, operationId)).slice(RUNS_KEPT);
  for (const { runId } of old.filter((run) => !builtOn.has(run.runId))) {
    if (await deleteRun(ctx.db, runId)) await removeFromLake(ctx.paths.lake, 'attribution', runId);
  }
}

/**
 * The newest run, if it covers the imports that stand now.
 * @throws `observations/nothing-imported`, `observations/attribution-stale`
 */
export async function requireRun(ctx: LakeContext, operationId: OperationId): Promise<AttributionRun> {
  const imports = await importsOf(ctx.db, operationId);
  if (imports.length === 0) throw new IcarusError('observations/nothing-imported');
  const [run] = await runsOf(ctx.db, operationId);
  const covered = new Set(run?.importIds);
  if (!run || imports.some(({ importId }) => !covered.has(importId)))
    throw new IcarusError('observations/attribution-stale');
  return run;
}
