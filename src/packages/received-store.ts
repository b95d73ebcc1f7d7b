import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, MessageId, OperationId, PackageId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { asJson } from './as-json.ts';
import type { ReceivedPackageTable } from './tables.ts';
import type { ContentsDocument } from './types.ts';

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

export async function insertReceivedPackage(tx: Tx, row: ReceivedPackageTable): Promise<void> {
  await tx
    .insertInto('received_package')
    .values({ ...row, contents: asJson(row.contents) })
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
