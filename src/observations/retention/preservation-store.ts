/** All SQL of the requests for preservation that were sent. */
import type { Id, OperationId, PackageId, TargetId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import type {} from './preservation-tables.ts';
import type { Holder } from './rule-types.ts';

export type PreservationId = Id<'preservation'>;

/** A request that was sent to an operator, as a person recorded it. */
export interface PreservationSent {
  readonly preservationId: PreservationId;
  readonly operationId: OperationId;
  readonly packageId: PackageId;
  readonly holder: Holder;
  /** Targets whose addresses it lists. */
  readonly targetIds: readonly TargetId[];
  readonly sentAt: Date;
  /** The operator keeps what the request lists until then. */
  readonly until: Date;
  readonly note: string;
  readonly recordedAt: Date;
  readonly recordedBy: string;
}

export async function insertPreservation(db: Db, sent: PreservationSent): Promise<void> {
  await db
    .insertInto('preservation_request')
    .values({
      id: sent.preservationId,
      operation_id: sent.operationId,
      package_id: sent.packageId,
      ...sent.holder,
      target_ids: [...sent.targetIds],
      sent_at: sent.sentAt,
      preserved_until: sent.until,
      note: sent.note,
      recorded_at: sent.recordedAt,
      recorded_by: sent.recordedBy,
    })
    .execute();
}

/** Requests of an operation that were sent, or of one of its packages, in the order in which they were recorded. */
export async function preservationsOf(
  db: Db,
  operationId: OperationId,
  packageId?: PackageId,
): Promise<PreservationSent[]> {
  let query = db
    .selectFrom('preservation_request')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('sequence');
  if (packageId) query = query.where('package_id', '=', packageId);
  return (await query.execute()).map((row) => ({
    preservationId: row.id as PreservationId,
    operationId,
    packageId: row.package_id as PackageId,
    holder: { country: row.country, operator: row.operator, asn: row.asn },
    targetIds: row.target_ids as TargetId[],
    sentAt: row.sent_at,
    until: row.preserved_until,
    note: row.note,
    recordedAt: row.recorded_at,
    recordedBy: row.recorded_by,
  }));
}
