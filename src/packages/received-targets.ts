import { type SelectQueryBuilder, sql } from 'kysely';
import type { CountryCode } from '#core/countries.ts';
import type { OperationId, PackageId, TargetId } from '#core/ids.ts';
import type { Db, Tables, Tx } from '#platform/tables.ts';
import { asJson } from './as-json.ts';
import type { ReceivedPackage } from './received-store.ts';
import type { ReceivedTargetTable } from './tables.ts';
import type { TargetDocument } from './types.ts';

/** A target as a received package states it. */
export interface ReceivedTarget {
  readonly packageId: PackageId;
  readonly targetId: TargetId;
  readonly operationId: OperationId;
  readonly country: CountryCode;
  readonly rank: number;
  readonly score: number;
  readonly clientId: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly document: TargetDocument;
}

export async function insertReceivedTargets(tx: Tx, rows: readonly ReceivedTargetTable[]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto('received_target')
    .values(rows.map((row) => ({ ...row, document: asJson(row.document) })))
    .execute();
}

export const TARGET_SORTS = ['rank', 'lastSeenAt', 'firstSeenAt', 'score', 'country'] as const;
export type TargetSort = (typeof TARGET_SORTS)[number];

export interface ReceivedTargetQuery {
  readonly operationId: OperationId;
  /** Default: every country that this node has a package of. */
  readonly country?: CountryCode;
  /** Left out, and not counted. */
  readonly without?: ReadonlySet<string>;
  /** Default `rank`. */
  readonly sort?: TargetSort;
  /** Default ascending for rank and country, newest or highest first for the others. */
  readonly descending?: boolean;
  /** Default 0. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
}

const SORT_COLUMNS = {
  rank: 'rank',
  lastSeenAt: 'last_seen_at',
  firstSeenAt: 'first_seen_at',
  score: 'score',
  country: 'country',
} as const satisfies Record<TargetSort, keyof ReceivedTargetTable>;

/** A page of the targets of the newest version of each package that came, and how many there are in all. */
export async function receivedTargets(
  db: Db,
  query: ReceivedTargetQuery,
): Promise<{ total: number; targets: ReceivedTarget[] }> {
  const sort = query.sort ?? 'rank';
  const descending = query.descending ?? (sort !== 'rank' && sort !== 'country');
  const rows = await currentTargets(db, query)
    .selectAll('received_target')
    .orderBy(`received_target.${SORT_COLUMNS[sort]}`, descending ? 'desc' : 'asc')
    .orderBy('received_target.rank')
    .orderBy('received_target.country')
    .orderBy('received_target.target_id')
    .offset(query.offset ?? 0)
    .limit(query.limit ?? 100)
    .execute();
  const { total } = await currentTargets(db, query)
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  return { total, targets: rows.map(toReceivedTarget) };
}

/** Ids of all targets that any version of the country's package held. */
export async function receivedTargetIds(
  db: Db,
  operationId: OperationId,
  country: CountryCode,
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('received_target')
    .select('target_id')
    .distinct()
    .where('operation_id', '=', operationId)
    .where('country', '=', country)
    .execute();
  return new Set(rows.map((row) => row.target_id));
}

/** The target as the newest package that holds it states it. */
export async function receivedTargetById(
  db: Db,
  operationId: OperationId,
  targetId: TargetId,
): Promise<ReceivedTarget | undefined> {
  const row = await db
    .selectFrom('received_target')
    .innerJoin('received_package', 'received_package.id', 'received_target.package_id')
    .selectAll('received_target')
    .where('received_target.operation_id', '=', operationId)
    .where('received_target.target_id', '=', targetId)
    .orderBy('received_package.version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toReceivedTarget(row);
}

export type TargetRows = SelectQueryBuilder<Tables, 'received_target' | 'received_package', object>;

/** The targets of the newest version of each package that came, as a query that another room adds its own tables to. */
export function currentTargets(
  db: Db,
  query: Pick<ReceivedTargetQuery, 'operationId' | 'country' | 'without'>,
): TargetRows {
  let rows = db
    .selectFrom('received_target')
    .innerJoin('received_package', 'received_package.id', 'received_target.package_id')
    .where('received_target.operation_id', '=', query.operationId)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('received_package as later')
            .select('later.id')
            .whereRef('later.operation_id', '=', 'received_package.operation_id')
            .whereRef('later.country', '=', 'received_package.country')
            .whereRef('later.version', '>', 'received_package.version'),
        ),
      ),
    );
  if (query.without?.size) rows = rows.where('received_target.target_id', 'not in', [...query.without]);
  return query.country === undefined ? rows : rows.where('received_target.country', '=', query.country);
}

function toReceivedTarget(row: ReceivedTargetTable): ReceivedTarget {
  return {
    packageId: row.package_id as PackageId,
    targetId: row.target_id as TargetId,
    operationId: row.operation_id as OperationId,
    country: row.country as CountryCode,
    rank: row.rank,
    score: row.score,
    clientId: row.client_id,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    document: row.document,
  };
}

/** Targets that no other version of the country's package holds. */
export async function targetsOnlyIn(
  db: Db,
  { packageId, operationId }: Pick<ReceivedPackage, 'packageId' | 'operationId'>,
): Promise<string[]> {
  const rows = await db
    .selectFrom('received_target')
    .select('target_id')
    .where('package_id', '=', packageId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('received_target as other')
            .select('other.target_id')
            .whereRef('other.target_id', '=', 'received_target.target_id')
            .where('other.operation_id', '=', operationId)
            .where('other.package_id', '<>', packageId),
        ),
      ),
    )
    .execute();
  return rows.map(({ target_id }) => target_id);
}
