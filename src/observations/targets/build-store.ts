/** All SQL of builds: which one counts, and what it was made of. */
import type { Id, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { RankingProfile } from './ranking.ts';

export type BuildId = Id<'build'>;

export interface TargetBuild {
  readonly buildId: BuildId;
  readonly operationId: OperationId;
  readonly importIds: readonly string[];
  readonly attributionId: string;
  readonly severityListId: string | null;
  /** Client ids, each a target as long as nobody merges it with another. */
  readonly targets: number;
  /** Addresses with their ports, each once a client id. */
  readonly places: number;
  readonly files: number;
  readonly builtAt: Date;
  readonly builtBy: string;
  /** Name of the list that counts, in the build's folder. */
  readonly ranking: string;
  readonly profile: RankingProfile;
  readonly rankedAt: Date;
}

export async function insertBuild(db: Db, build: TargetBuild): Promise<void> {
  await db
    .insertInto('target_build')
    .values({
      id: build.buildId,
      operation_id: build.operationId,
      import_ids: [...build.importIds],
      attribution_id: build.attributionId,
      severity_list_id: build.severityListId,
      targets: build.targets,
      places: build.places,
      files: build.files,
      built_at: build.builtAt,
      built_by: build.builtBy,
      ranking: build.ranking,
      profile: JSON.stringify(build.profile),
      ranked_at: build.rankedAt,
    })
    .execute();
}

/** Builds of an operation, newest first: the first is the one that counts. */
export async function buildsOf(db: Db, operationId: OperationId): Promise<TargetBuild[]> {
  const rows = await db
    .selectFrom('target_build')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('sequence', 'desc')
    .execute();
  return rows.map((row) => ({
    buildId: row.id as BuildId,
    operationId,
    importIds: row.import_ids,
    attributionId: row.attribution_id,
    severityListId: row.severity_list_id,
    targets: row.targets,
    places: row.places,
    files: row.files,
    builtAt: row.built_at,
    builtBy: row.built_by,
    ranking: row.ranking,
    profile: row.profile,
    rankedAt: row.ranked_at,
  }));
}

export async function currentBuild(db: Db, operationId: OperationId): Promise<TargetBuild | undefined> {
  return (await buildsOf(db, operationId))[0];
}

/** Another ranking of the build counts from now on. False where the build is gone. */
export async function updateRanking(
  tx: Tx,
  buildId: BuildId,
  ranked: Pick<TargetBuild, 'ranking' | 'profile' | 'rankedAt'>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('target_build')
    .set({ ranking: ranked.ranking, profile: JSON.stringify(ranked.profile), ranked_at: ranked.rankedAt })
    .where('id', '=', buildId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function deleteBuild(db: Db, buildId: BuildId): Promise<void> {
  await db.deleteFrom('target_build').where('id', '=', buildId).execute();
}
