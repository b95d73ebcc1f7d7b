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
import { keepingOf } from '#observations/retention/keeping.ts';
import { retentionRulesOf } from '#observations/retention/rule-store.ts';
import { inTransaction } from '#platform/context.ts';
import { type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { BUILD_PARQUET, buildFiles, buildFolder, rankingFile } from './build-files.ts';
import { currentBuild, type TargetBuild, updateRanking } from './build-store.ts';
import { type RankingProfile, rankingName } from './ranking.ts';
import { currentProfile } from './ranking-profiles.ts';
import { scoreSql } from './score-sql.ts';

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

/** The table `keeping`: how long each holder of a place keeps its records. */
export async function keepingTable(
  ctx: Pick<LakeContext, 'db'>,
  duck: DuckDb,
  { folder, rankedAt }: Pick<RankRequest, 'folder' | 'rankedAt'>,
): Promise<void> {
  const rules = await retentionRulesOf(ctx.db);
  await duck.run('CREATE OR REPLACE TEMP TABLE kept (holder VARCHAR)');
  const holders = await duck.rows(
    `SELECT DISTINCT country, operator, asn FROM read_parquet(${sqlText(buildFiles(folder).places)}) WHERE direct_rows > 0`,
  );
  const texts = holders.map((row) => {
    const holder = {
      country: textIn(row, 'country'),
      operator: textIn(row, 'operator'),
      asn: row['asn'] === null ? null : Number(row['asn']),
    };
    const { days, known } = keepingOf(rules, holder, rankedAt);
    return JSON.stringify({ ...holder, days, known });
  });
  await duck.appendTexts('kept', texts);
  await duck.run(`CREATE OR REPLACE TEMP TABLE keeping AS
    SELECT holder->>'country' AS country, holder->>'operator' AS operator, (holder->>'asn')::UINTEGER AS asn,
      (holder->>'days')::INTEGER AS days, (holder->>'known')::BOOLEAN AS known FROM kept`);
}

/** SQL: when the last records that lead to a target are gone, over places with `direct_rows` and `last_direct_at`. */
export function clockSql(places: string): string {
  return `SELECT target_id, max(last_direct_at + to_days(days)) AS identifiable_until, arg_max(known, last_direct_at + to_days(days)) AS keeping_known
    FROM (SELECT * FROM (${places}) WHERE direct_rows > 0) place JOIN keeping
      ON place.country IS NOT DISTINCT FROM keeping.country AND place.operator IS NOT DISTINCT FROM keeping.operator AND place.asn IS NOT DISTINCT FROM keeping.asn
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

/** SQL: targets with clock and score, most urgent first. Needs the table `keeping`. */
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
