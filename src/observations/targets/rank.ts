/**
 * Ranking a build: the clock of each target from the rules on how long operators keep records, its score,
 * and the list in order of urgency. It changes nothing of the facts, so that new rules or weights take a
 * moment, not another build.
 */
import { join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { duckOptions, type LakeContext, openLake, syncFiles } from '#observations/lake.ts';
import { type PreservedSpan, preservedSpans, sameHolder } from '#observations/retention/clock.ts';
import { keepingOf } from '#observations/retention/keeping.ts';
import { preservationsOf } from '#observations/retention/preservation-store.ts';
import { retentionRulesOf } from '#observations/retention/rule-store.ts';
import type { Holder } from '#observations/retention/rule-types.ts';
import { inTransaction } from '#platform/context.ts';
import { type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { BUILD_PARQUET, buildFiles, buildFolder, rankingFile } from './build-files.ts';
import { currentBuild, type TargetBuild, updateRanking } from './build-store.ts';
import { type RankingProfile, rankingName } from './ranking.ts';
import { currentProfile } from './ranking-profiles.ts';
import { scoreSql } from './score-sql.ts';
import { enqueueShelf } from './shelf-job.ts';

export interface RankRequest {
  /** The build's folder. */
  readonly folder: string;
  readonly operationId: OperationId;
  readonly profile: RankingProfile;
  readonly rankedAt: Date;
}

/** Writes the list of a build into its folder. Returns its name. */
export async function rankBuild(ctx: LakeContext, duck: DuckDb, request: RankRequest): Promise<string> {
  const { folder, profile, rankedAt } = request;
  const ranking = `ranked-${rankedAt.getTime().toString(36)}-${rankingName(profile)}`;
  await keepingTable(ctx, duck, request);
  await duck.run(
    `COPY (${rankedSql(folder, request)}) TO ${sqlText(rankingFile(folder, ranking))} (${BUILD_PARQUET})`,
  );
  return ranking;
}

/**
 * The tables that {@link clockSql} reads: `keeping`, how long each holder of a place keeps its records, and
 * `preserved`, from when until when a request that was sent holds those of a target.
 */
export async function keepingTable(
  ctx: Pick<LakeContext, 'db'>,
  duck: DuckDb,
  { folder, operationId, rankedAt }: Pick<RankRequest, 'folder' | 'operationId' | 'rankedAt'>,
): Promise<void> {
  const rules = await retentionRulesOf(ctx.db);
  const rows = await duck.rows(
    `SELECT DISTINCT country, operator, asn FROM read_parquet(${sqlText(buildFiles(folder).places)}) WHERE direct_rows > 0`,
  );
  const holders = rows.map((row) => ({
    country: textIn(row, 'country'),
    operator: textIn(row, 'operator'),
    asn: row['asn'] === null ? null : Number(row['asn']),
  }));
  const kept = holders.map((holder) => {
    const { days, known } = keepingOf(rules, holder, rankedAt);
    return JSON.stringify({ ...holder, days, known });
  });
  await duck.run('CREATE OR REPLACE TABLE said (row VARCHAR)');
  await duck.appendTexts('said', kept);
  await duck.run(
    `CREATE OR REPLACE TEMP TABLE keeping AS SELECT ${HOLDER}, (row->>'days')::INTEGER AS days, (row->>'known')::BOOLEAN AS known FROM said`,
  );
  const spans = preservedSpans(await preservationsOf(ctx.db, operationId));
  await duck.run('DELETE FROM said');
  await duck.appendTexts('said', spansByHolder(spans, holders));
  await duck.run(`CREATE OR REPLACE TEMP TABLE preserved AS
    SELECT row->>'targetId' AS target_id, ${HOLDER}, (row->>'from')::TIMESTAMPTZ AS sent_at, (row->>'until')::TIMESTAMPTZ AS held_until FROM said`);
}

const HOLDER = `row->>'country' AS country, row->>'operator' AS operator, (row->>'asn')::UINTEGER AS asn`;

/** The spans under every spelling that the places have of their holder's name. */
function spansByHolder(spans: readonly PreservedSpan[], holders: readonly Holder[]): string[] {
  const network = ({ country, asn }: Holder) => `${country} ${asn}`;
  const byNetwork = Map.groupBy(holders, network);
  return spans.flatMap(({ targetId, holder: asked, from, until }) =>
    (byNetwork.get(network(asked)) ?? [])
      .filter((holder) => sameHolder(asked, holder))
      .map((holder) => JSON.stringify({ targetId, ...holder, from, until })),
  );
}

/** SQL: when the last records that lead to a target are gone, over places with `direct_rows` and `last_direct_at`. */
export function clockSql(places: string): string {
  const same = (table: string) =>
    ['country', 'operator', 'asn']
      .map((column) => `place.${column} IS NOT DISTINCT FROM ${table}.${column}`)
      .join(' AND ');
  return `SELECT target_id, max(until) AS identifiable_until, arg_max(known, until) AS keeping_known
    FROM (SELECT place.target_id, known, greatest(ends, coalesce(held_until, ends)) AS until
      FROM (SELECT place.*, known, last_direct_at + to_days(days) AS ends
        FROM (SELECT * FROM (${places}) WHERE direct_rows > 0) place JOIN keeping ON ${same('keeping')}) place
      LEFT JOIN preserved ON preserved.target_id = place.target_id AND sent_at <= ends AND ${same('preserved')})
    GROUP BY target_id`;
}

function rankedSql(folder: string, { profile, rankedAt }: RankRequest): string {
  const { facts, places } = buildFiles(folder);
  const rareFiles = `read_parquet(${sqlText(join(folder, 'rare-files.parquet'))})`;
  return listSql({
    facts: `SELECT facts.*, coalesce(rare_files, 0) AS rare_files FROM read_parquet(${sqlText(facts)}) facts LEFT JOIN ${rareFiles} USING (client_id)`,
    places: `SELECT * FROM read_parquet(${sqlText(places)})`,
    profile,
    rankedAt,
  });
}

export interface ListSources {
  /** SQL: the facts with `rare_files`. */
  readonly facts: string;
  /** SQL: the places. */
  readonly places: string;
  readonly profile: RankingProfile;
  readonly rankedAt: Date;
}

/** SQL: targets with clock and score, most urgent first. Needs the tables of {@link keepingTable}. */
export function listSql({ facts, places, profile, rankedAt }: ListSources): string {
  return `SELECT *, ${scoreSql(profile, rankedAt)} AS score
    FROM (SELECT fact.*, identifiable_until, coalesce(keeping_known, false) AS keeping_known FROM (${facts}) fact LEFT JOIN (${clockSql(places)}) clock USING (target_id))
    ORDER BY score DESC, last_seen_at DESC, target_id`;
}

export interface RankAgainRequest {
  readonly operationId: OperationId;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ranks the current build again, with the rules and weights that are in force now.
 * @throws `access/denied`, `targets/not-built`
 */
export async function rankAgain(
  ctx: LakeContext,
  actor: Actor,
  { operationId, signal }: RankAgainRequest,
): Promise<TargetBuild> {
  authorize(actor, 'targets.build', { operationId });
  const build = await currentBuild(ctx.db, operationId);
  if (!build) throw new IcarusError('targets/not-built');
  const profile = await currentProfile(ctx.db);
  const rankedAt = ctx.clock.now();
  const folder = buildFolder(ctx.paths.lake, build.buildId);
  await using duck = await openLake(duckOptions(ctx, signal));
  const ranking = await rankBuild(ctx, duck, { folder, operationId, profile, rankedAt });
  await syncFiles([rankingFile(folder, ranking), folder]);
  await inTransaction(ctx, async (tx) => {
    await updateRanking(tx, build.buildId, { ranking, profile, rankedAt });
    await enqueueShelf(ctx, tx, { ...build, ranking });
    await recordEvent(tx, {
      at: rankedAt,
      kind: 'targets.ranked',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'build', id: build.buildId },
      facts: { ranking: rankingName(profile), targets: build.targets },
    });
  });
  return { ...build, ranking, profile, rankedAt };
}
