/** SQL of access for imminent risk. */
import type { OfficerId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type {} from './tables.ts';
import type { EmergencyAccess, EmergencyId } from './types.ts';

export async function insertEmergency(tx: Tx, access: EmergencyAccess): Promise<void> {
  await tx
    .insertInto('emergency_access')
    .values({
      id: access.emergencyId,
      officer_id: access.officerId,
      operation_id: access.operationId,
      reason: access.reason,
      opened_at: access.openedAt,
      expires_at: access.expiresAt,
      ended_at: null,
      justify_by: access.justifyBy,
      justification: null,
      justified_at: null,
      overdue_at: null,
      outcome: null,
      review: null,
      reviewed_by: null,
      reviewed_at: null,
    })
    .execute();
}

export interface EmergencyFilter {
  readonly emergencyId?: EmergencyId;
  readonly officerId?: OfficerId;
  readonly operationId?: OperationId;
  /** Only those that nobody has reviewed. */
  readonly standing?: boolean;
}

/** Newest first. */
export async function emergencies(db: Db, filter: EmergencyFilter, limit = 200): Promise<EmergencyAccess[]> {
  let query = db
    .selectFrom('emergency_access')
    .innerJoin('officer', 'officer.id', 'officer_id')
    .selectAll('emergency_access')
    .select('officer.name')
    .orderBy('emergency_access.id', 'desc')
    .limit(limit);
  const { emergencyId, officerId, operationId, standing } = filter;
  if (emergencyId !== undefined) query = query.where('emergency_access.id', '=', emergencyId);
  if (officerId !== undefined) query = query.where('officer_id', '=', officerId);
  if (operationId !== undefined) query = query.where('operation_id', '=', operationId);
  if (standing) query = query.where('reviewed_at', 'is', null);
  return (await query.execute()).map((row) => ({
    emergencyId: row.id as EmergencyId,
    officerId: row.officer_id as OfficerId,
    officer: row.name,
    operationId: row.operation_id as OperationId,
    reason: row.reason,
    openedAt: row.opened_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    justifyBy: row.justify_by,
    justified:
      row.justification === null || row.justified_at === null
        ? null
        : { words: row.justification, at: row.justified_at },
    overdueAt: row.overdue_at,
    reviewed:
      row.outcome === null || row.review === null || row.reviewed_by === null || row.reviewed_at === null
        ? null
        : {
            outcome: row.outcome as 'justified' | 'not-justified',
            words: row.review,
            by: row.reviewed_by,
            at: row.reviewed_at,
          },
  }));
}

/** Locks it, so that two officers do not act on it at once. */
export async function lockEmergency(tx: Tx, emergencyId: EmergencyId): Promise<EmergencyAccess | undefined> {
  await tx.selectFrom('emergency_access').select('id').where('id', '=', emergencyId).forUpdate().execute();
  const [access] = await emergencies(tx, { emergencyId });
  return access;
}

export async function updateEmergency(
  tx: Tx,
  emergencyId: EmergencyId,
  change: Partial<{
    ended_at: Date;
    justification: string;
    justified_at: Date;
    overdue_at: Date;
    outcome: string;
    review: string;
    reviewed_by: string;
    reviewed_at: Date;
  }>,
): Promise<void> {
  await tx.updateTable('emergency_access').set(change).where('id', '=', emergencyId).execute();
}

/** For whoever measures the node: alarms that stand, and those that nobody has justified in time. */
export async function countEmergencies(db: Db): Promise<{ standing: number; overdue: number }> {
  const row = await db
    .selectFrom('emergency_access')
    .select(({ fn }) => [fn.countAll<number>().as('standing'), fn.count<number>('overdue_at').as('overdue')])
    .where('reviewed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return { standing: Number(row.standing), overdue: Number(row.overdue) };
}

/** Where the access stands that this officer has on the operation now, by its role that ends by itself. */
export async function openEmergency(
  db: Db,
  { officerId, operationId }: { readonly officerId: string; readonly operationId: string },
): Promise<EmergencyId | undefined> {
  const row = await db
    .selectFrom('emergency_access')
    .select('id')
    .where('officer_id', '=', officerId)
    .where('operation_id', '=', operationId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', new Date())
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id as EmergencyId | undefined;
}
