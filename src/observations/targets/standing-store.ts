/** All SQL of what persons say of a target that outranks its score. */
import { type SqlBool, sql } from 'kysely';
import type { OperationId, TargetId } from '#core/ids.ts';
import type { ImminentRisk, PriorKnowledge } from '#observations/types.ts';
import type { Db, Tx } from '#platform/tables.ts';

export interface Standing {
  readonly targetId: TargetId;
  readonly imminentRisk: ImminentRisk | null;
  readonly known: PriorKnowledge | null;
}

/** Targets of which something is said. */
export async function standingsOf(db: Db, operationId: OperationId): Promise<Standing[]> {
  const rows = await db
    .selectFrom('target_standing')
    .selectAll()
    .where('operation_id', '=', operationId)
    .where(sql<SqlBool>`(imminent_risk_at is not null or known_at is not null)`)
    .orderBy('target_id')
    .execute();
  return rows.map((row) => ({
    targetId: row.target_id as TargetId,
    imminentRisk:
      row.imminent_risk_at && row.imminent_risk_by
        ? {
            reason: row.imminent_risk_reason ?? '',
            flaggedAt: row.imminent_risk_at,
            flaggedBy: row.imminent_risk_by,
          }
        : null,
    known:
      row.known_at && row.known_by
        ? { reason: row.known_reason ?? '', notedAt: row.known_at, notedBy: row.known_by }
        : null,
  }));
}

interface OfTarget {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
}

/** Flags or, with null, clears the flag. */
export async function upsertImminentRisk(tx: Tx, of: OfTarget, risk: ImminentRisk | null): Promise<void> {
  const values = {
    imminent_risk_reason: risk?.reason ?? null,
    imminent_risk_at: risk?.flaggedAt ?? null,
    imminent_risk_by: risk?.flaggedBy ?? null,
  };
  await tx
    .insertInto('target_standing')
    .values({ operation_id: of.operationId, target_id: of.targetId, ...values })
    .onConflict((conflict) => conflict.columns(['operation_id', 'target_id']).doUpdateSet(values))
    .execute();
}

/** Notes or, with null, takes back what was known before. */
export async function upsertKnown(tx: Tx, of: OfTarget, known: PriorKnowledge | null): Promise<void> {
  const values = {
    known_reason: known?.reason ?? null,
    known_at: known?.notedAt ?? null,
    known_by: known?.notedBy ?? null,
  };
  await tx
    .insertInto('target_standing')
    .values({ operation_id: of.operationId, target_id: of.targetId, ...values })
    .onConflict((conflict) => conflict.columns(['operation_id', 'target_id']).doUpdateSet(values))
    .execute();
}
