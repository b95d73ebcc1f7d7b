/**
 * Attribution: which country and operator an address belonged to when it was seen. Each distinct
 * address is asked once for each period within which every source answers from one snapshot. Every
 * source's answer is kept; the first source in order that knows the country names it; where sources
 * differ, the address is marked for a person to verify.
 */
import { join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { type Id, newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import {
  duckOptions,
  type LakeContext,
  lakeDraft,
  lakeFolder,
  openLake,
  removeFromLake,
} from '#observations/lake.ts';
import { lakeRows } from '#observations/lake-rows.ts';
import {
  type AttributionRun,
  deleteRun,
  importsOf,
  insertRun,
  runsOf,
  sourcesOf,
} from '#observations/store.ts';
import { inTransaction } from '#platform/context.ts';
import { countIn, type DuckDb, sqlText } from '#platform/duckdb.ts';
import { type Answering, answeringAt, boundariesOf } from './periods.ts';
import { rangesFile } from './snapshots.ts';

export interface AttributeProgress {
  /** Lists of addresses (one a family and period) done, of `total`. */
  readonly done: number;
  readonly total: number;
}

export interface AttributeRequest {
  readonly operationId: OperationId;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AttributeProgress) => void;
}

/** Earlier runs that are kept, so that a build which reads one is not cut off. */
const RUNS_KEPT = 2;

/** Every file of a run, as a glob. */
export function attributionFiles(lake: string, runId: string): string {
  return join(lakeFolder(lake, 'attribution', runId), '*.parquet');
}

/** SQL: the number of the period that an instant lies in. */
export function periodSql(instant: string, boundaries: readonly Date[]): string {
  const steps = boundaries.map(
    (from) => `(${instant} >= TIMESTAMPTZ ${sqlText(from.toISOString())})::UTINYINT`,
  );
  return steps.length === 0 ? '0' : `(${steps.join(' + ')})`;
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
  const boundaries = boundariesOf(snapshots);
  await using draft = await lakeDraft(ctx.paths.lake, 'attribution');
  await using duck = await openLake(duckOptions(ctx, request.signal));
  await collectAddresses(
    duck,
    lakeRows(imports, { lake: ctx.paths.lake, columns: ADDRESS_COLUMNS }),
    boundaries,
  );
  const lists = await duck.rows(
    'SELECT DISTINCT family::INTEGER AS family, period::INTEGER AS period FROM seen ORDER BY ALL',
  );
  for (const [index, row] of lists.entries()) {
    request.onProgress?.({ done: index, total: lists.length });
    const list = { family: countIn(row, 'family'), period: countIn(row, 'period') };
    const at = boundaries[list.period - 1] ?? null;
    await attributeList(duck, {
      ...list,
      lake: ctx.paths.lake,
      answering: answeringAt(snapshots, at),
      folder: draft.folder,
    });
  }
  const now = ctx.clock.now();
  const run: AttributionRun = {
    ...(await countAnswers(duck, draft.folder)),
    runId: newId<Id<'attribution'>>('attribution', now),
    operationId,
    importIds: imports.map(({ importId }) => importId),
    snapshotIds: snapshots.map(({ snapshotId }) => snapshotId),
    boundaries,
    finishedAt: now,
    finishedBy: actorName(actor),
  };
  await inTransaction(ctx, async (tx) => {
    await insertRun(tx, run);
    await draft.commit(tx, run.runId);
    await recordEvent(tx, runEvent(run));
  });
  await removeOldRuns(ctx, operationId);
  return run;
}

const ADDRESS_COLUMNS = ['observed_at', 'family', 'address_high', 'address_low'] as const;

async function collectAddresses(
  duck: DuckDb,
  rows: string | undefined,
  boundaries: readonly Date[],
): Promise<void> {
  const none =
    'SELECT NULL::TIMESTAMPTZ AS observed_at, 4::UTINYINT AS family, 0::UBIGINT AS address_high, 0::UBIGINT AS address_low WHERE false';
  await duck.run(
    `CREATE TEMP TABLE seen AS SELECT DISTINCT family, address_high, address_low, ${periodSql('observed_at', boundaries)} AS period FROM (${rows ?? none})`,
  );
}

interface AddressList {
  readonly family: number;
  readonly period: number;
  readonly lake: string;
  readonly answering: readonly Answering[];
  readonly folder: string;
}

/** One list: an ASOF join with each source, whose ranges do not overlap. */
async function attributeList(duck: DuckDb, list: AddressList): Promise<void> {
  const { family, period, lake, answering, folder } = list;
  const key = (prefix: string) => (family === 4 ? `${prefix}_low` : `wide(${prefix}_high, ${prefix}_low)`);
  const joins = answering.map(
    (
      { snapshot },
      i,
    ) => `ASOF LEFT JOIN (SELECT ${key('start')} AS first, ${key('end')} AS last, country, asn, operator
      FROM read_parquet(${sqlText(rangesFile(lake, snapshot.snapshotId))}) WHERE family = ${family}) s${i} ON address >= s${i}.first`,
  );
  const covered = (i: number, column: string) => `CASE WHEN address <= s${i}.last THEN s${i}.${column} END`;
  const answers = answering.map(
    ({ snapshot, afterTheFact }, i) =>
      `CASE WHEN address <= s${i}.last THEN {source: ${sqlText(snapshot.source)}, snapshot: ${sqlText(snapshot.snapshotId)}, country: s${i}.country, asn: s${i}.asn, operator: s${i}.operator, after_the_fact: ${afterTheFact}} END`,
  );
  const first = (column: string) => `coalesce(${answering.map((_, i) => covered(i, column)).join(', ')})`;
  const differs = answering
    .map((_, i) => `coalesce(${covered(i, 'country')} <> ${first('country')}, false)`)
    .join(' OR ');
  const late = answering
    .map(({ afterTheFact }, i) => `WHEN ${covered(i, 'country')} IS NOT NULL THEN ${afterTheFact}`)
    .join(' ');
  await duck.run(`COPY (
    SELECT ${family}::UTINYINT AS family, address_high, address_low, ${period}::UTINYINT AS period,
      ${first('country')} AS country, ${first('operator')} AS operator, ${first('asn')} AS asn,
      ${differs} AS disagreement, CASE ${late} ELSE false END AS after_the_fact,
      list_filter([${answers.join(', ')}], lambda answer: answer IS NOT NULL) AS answers
    FROM (SELECT *, ${key('address')} AS address FROM seen WHERE family = ${family} AND period = ${period}) ${joins.join(' ')})
    TO ${sqlText(join(folder, `family-${family}-period-${period}.parquet`))} (FORMAT parquet)`);
}

type AnswerCounts = Pick<AttributionRun, 'addresses' | 'unattributed' | 'disagreements' | 'afterTheFact'>;

async function countAnswers(duck: DuckDb, folder: string): Promise<AnswerCounts> {
  const [empty] = await duck.rows('SELECT count(*) = 0 AS empty FROM seen');
  if (empty?.['empty'] === true) return { addresses: 0, unattributed: 0, disagreements: 0, afterTheFact: 0 };
  const [row] =
    await duck.rows(`SELECT count(*) AS addresses, count_if(country IS NULL) AS unattributed, count_if(disagreement) AS disagreements,
    count_if(after_the_fact) AS late FROM read_parquet(${sqlText(join(folder, '*.parquet'))})`);
  return {
    addresses: countIn(row, 'addresses'),
    unattributed: countIn(row, 'unattributed'),
    disagreements: countIn(row, 'disagreements'),
    afterTheFact: countIn(row, 'late'),
  };
}

function runEvent(run: AttributionRun) {
  const { addresses, unattributed, disagreements, afterTheFact, snapshotIds, importIds } = run;
  return {
    at: run.finishedAt,
    kind: 'observations.attributed',
    actor: run.finishedBy,
    operationId: run.operationId,
    subject: { kind: 'attribution', id: run.runId },
    facts: {
      addresses,
      unattributed,
      disagreements,
      afterTheFact,
      snapshots: [...snapshotIds],
      imports: [...importIds],
    },
  };
}

async function removeOldRuns(ctx: LakeContext, operationId: OperationId): Promise<void> {
  for (const { runId } of (await runsOf(ctx.db, operationId)).slice(RUNS_KEPT)) {
    await deleteRun(ctx.db, runId);
    await removeFromLake(ctx.paths.lake, 'attribution', runId);
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
