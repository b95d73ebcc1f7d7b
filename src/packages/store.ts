import { type SelectQueryBuilder, sql } from 'kysely';
import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, MessageId, OperationId, PackageId, TargetId } from '#core/ids.ts';
import type { Db, Tables, Tx } from '#platform/tables.ts';
import type { PackageTable, ReceivedPackageTable, ReceivedTargetTable } from './tables.ts';
import type { ContentsDocument, PackageState, TargetDocument } from './types.ts';

/** A package that this agency composed. */
export interface Package {
  readonly packageId: PackageId;
  readonly operationId: OperationId;
  readonly country: CountryCode;
  readonly agencyId: AgencyId;
  readonly version: number;
  readonly supersedes: PackageId | null;
  readonly state: PackageState;
  readonly targetCount: number;
  readonly observationCount: number;
  readonly fileCount: number;
  readonly sizeBytes: number;
  /** SHA-256 of the content's manifest-sha512.txt. */
  readonly digest: string;
  readonly contents: ContentsDocument;
  readonly composedAt: Date;
  readonly composedBy: string;
  readonly approvedAt: Date | null;
  readonly approvedBy: string | null;
  readonly sentAt: Date | null;
  readonly messageId: MessageId | null;
}

/** Records a composed package. Returns false where another of its country was recorded meanwhile. */
export async function insertPackage(tx: Tx, row: PackageTable): Promise<boolean> {
  const inserted = await tx
    .insertInto('package')
    .values({ ...row, contents: asJson(row.contents) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Removes a package that nobody approved. Returns false where it is not there or frozen. */
export async function deleteComposed(tx: Tx, packageId: PackageId): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('package')
    .where('id', '=', packageId)
    .where('state', '=', 'composed')
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Freezes a composed package. Returns false where it is not in that state with that digest any more. */
export async function markApproved(
  tx: Tx,
  approval: { packageId: PackageId; digest: string; by: string; at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('package')
    .set({
      state: 'approved',
      approved_at: approval.at,
      approved_by: approval.by,
      approved_digest: approval.digest,
    })
    .where('id', '=', approval.packageId)
    .where('state', '=', 'composed')
    .where('digest', '=', approval.digest)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Marks an approved package as sent. Returns false where it is not in that state any more. */
export async function markSent(
  tx: Tx,
  sending: { packageId: PackageId; messageId: MessageId; by: string; at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('package')
    .set({ state: 'sent', sent_at: sending.at, sent_by: sending.by, message_id: sending.messageId })
    .where('id', '=', sending.packageId)
    .where('state', '=', 'approved')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Every version of every country's package, by country, newest version first. */
export async function packagesOf(db: Db, operationId: OperationId): Promise<Package[]> {
  const rows = await db
    .selectFrom('package')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('country')
    .orderBy('version', 'desc')
    .execute();
  return rows.map(toPackage);
}

export async function packageById(db: Db, packageId: PackageId): Promise<Package | undefined> {
  const row = await db.selectFrom('package').selectAll().where('id', '=', packageId).executeTakeFirst();
  return row && toPackage(row);
}

function toPackage(row: PackageTable): Package {
  return {
    packageId: row.id as PackageId,
    operationId: row.operation_id as OperationId,
    country: row.country as CountryCode,
    agencyId: row.agency_id as AgencyId,
    version: row.version,
    supersedes: row.supersedes as PackageId | null,
    state: row.state,
    targetCount: row.target_count,
    observationCount: row.observation_count,
    fileCount: row.file_count,
    sizeBytes: row.size_bytes,
    digest: row.digest,
    contents: row.contents,
    composedAt: row.composed_at,
    composedBy: row.composed_by,
    approvedAt: row.approved_at,
    approvedBy: row.approved_by,
    sentAt: row.sent_at,
    messageId: row.message_id as MessageId | null,
  };
}

/** A package that came to this agency. */
export interface ReceivedPackage {
  readonly packageId: PackageId;
  readonly operationId: OperationId;
  readonly messageId: MessageId;
  readonly from: AgencyId;
  readonly country: CountryCode;
  readonly agencyId: AgencyId;
  readonly version: number;
  readonly supersedes: PackageId | null;
  /** False once a later version came. */
  readonly current: boolean;
  readonly targetCount: number;
  readonly observationCount: number;
  readonly digest: string;
  readonly contents: ContentsDocument;
  /** The opened content's folder, below the node's folder of opened messages. */
  readonly folder: string;
  readonly composedAt: Date;
  readonly receivedAt: Date;
}

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

export async function insertReceivedPackage(tx: Tx, row: ReceivedPackageTable): Promise<void> {
  await tx
    .insertInto('received_package')
    .values({ ...row, contents: asJson(row.contents) })
    .execute();
}

export async function insertReceivedTargets(tx: Tx, rows: readonly ReceivedTargetTable[]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto('received_target')
    .values(rows.map((row) => ({ ...row, document: asJson(row.document) })))
    .execute();
}

/** Every version of every package that came, by country, newest version first. */
export async function receivedPackages(db: Db, operationId: OperationId): Promise<ReceivedPackage[]> {
  const rows = await db
    .selectFrom('received_package')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('country')
    .orderBy('version', 'desc')
    .execute();
  return rows.map((row, i) => toReceivedPackage(row, rows[i - 1]?.country !== row.country));
}

export async function receivedPackageById(
  db: Db,
  packageId: PackageId,
): Promise<ReceivedPackage | undefined> {
  const row = await db
    .selectFrom('received_package')
    .selectAll()
    .where('id', '=', packageId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { newest } = await db
    .selectFrom('received_package')
    .select((select) => select.fn.max('version').as('newest'))
    .where('operation_id', '=', row.operation_id)
    .where('country', '=', row.country)
    .executeTakeFirstOrThrow();
  return toReceivedPackage(row, row.version === newest);
}

/** The package that a message brought. */
export async function receivedPackageOfMessage(
  db: Db,
  messageId: MessageId,
): Promise<Pick<ReceivedPackage, 'packageId' | 'operationId' | 'country'> | undefined> {
  const row = await db
    .selectFrom('received_package')
    .select(['id', 'operation_id', 'country'])
    .where('message_id', '=', messageId)
    .executeTakeFirst();
  return (
    row && {
      packageId: row.id as PackageId,
      operationId: row.operation_id as OperationId,
      country: row.country as CountryCode,
    }
  );
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

/** Removes a package that came, with its targets: only for its erasure. */
export async function deleteReceivedPackage(tx: Tx, packageId: PackageId): Promise<void> {
  await tx.deleteFrom('received_target').where('package_id', '=', packageId).execute();
  await tx.deleteFrom('received_package').where('id', '=', packageId).execute();
}

/** The package that holds this version of a country's. */
export async function receivedVersion(
  db: Db,
  wanted: { operationId: OperationId; country: string; version: number },
): Promise<ReceivedPackage | undefined> {
  return (await receivedPackages(db, wanted.operationId)).find(
    ({ country, version }) => country === wanted.country && version === wanted.version,
  );
}

function toReceivedPackage(row: ReceivedPackageTable, current: boolean): ReceivedPackage {
  return {
    packageId: row.id as PackageId,
    operationId: row.operation_id as OperationId,
    messageId: row.message_id as MessageId,
    from: row.from_agency as AgencyId,
    country: row.country as CountryCode,
    agencyId: row.agency_id as AgencyId,
    version: row.version,
    supersedes: row.supersedes as PackageId | null,
    current,
    targetCount: row.target_count,
    observationCount: row.observation_count,
    digest: row.digest,
    contents: row.contents,
    folder: row.folder,
    composedAt: row.composed_at,
    receivedAt: row.received_at,
  };
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

/** A jsonb parameter: text, because the driver would write an array as an array of PostgreSQL. */
function asJson<T>(document: T): ReturnType<typeof sql<T>> {
  return sql<T>`${JSON.stringify(document)}::jsonb`;
}
