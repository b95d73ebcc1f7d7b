import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, MessageId, OperationId, PackageId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { asJson } from './as-json.ts';
import type { PackageTable } from './tables.ts';
import type { ContentsDocument, PackageState } from './types.ts';

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
