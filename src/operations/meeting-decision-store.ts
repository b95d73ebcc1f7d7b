/** SQL of decisions: written once, superseded by later ones, never changed. */
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type {} from './meeting-tables.ts';
import type { Decision, DecisionId, DecisionKind, MeetingId } from './meeting-types.ts';

/**
 * Numbers the decision within its meeting, which the caller has locked.
 * @returns its number; undefined where another decision superseded the same one meanwhile
 */
export async function insertDecision(
  tx: Tx,
  decision: Omit<Decision, 'number' | 'supersededBy'> & { operationId: OperationId },
): Promise<number | undefined> {
  const { last } = await tx
    .selectFrom('meeting_decision')
    .select(({ fn }) => fn.max('number').as('last'))
    .where('meeting_id', '=', decision.meetingId)
    .executeTakeFirstOrThrow();
  const number = (last ?? 0) + 1;
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('meeting_decision')
    .values({
      id: decision.decisionId,
      operation_id: decision.operationId,
      meeting_id: decision.meetingId,
      number,
      kind: decision.kind,
      text: decision.text,
      responsible: decision.responsible,
      due_at: decision.dueAt,
      supersedes: decision.supersedes,
      recorded_at: decision.recordedAt,
      recorded_by: decision.recordedBy,
    })
    .onConflict((conflict) => conflict.column('supersedes').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n ? number : undefined;
}

/** All decisions of an operation in the order in which they were recorded. */
export async function decisionsOf(db: Db, operationId: OperationId): Promise<Decision[]> {
  const rows = await db
    .selectFrom('meeting_decision')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('recorded_at')
    .orderBy('meeting_id')
    .orderBy('number')
    .execute();
  const successors = new Map(rows.flatMap(({ id, supersedes }) => (supersedes ? [[supersedes, id]] : [])));
  return rows.map((row) => ({
    decisionId: row.id as DecisionId,
    meetingId: row.meeting_id as MeetingId,
    number: row.number,
    kind: row.kind as DecisionKind,
    text: row.text,
    responsible: row.responsible as AgencyId | null,
    dueAt: row.due_at,
    supersedes: row.supersedes as DecisionId | null,
    supersededBy: (successors.get(row.id) ?? null) as DecisionId | null,
    recordedAt: row.recorded_at,
    recordedBy: row.recorded_by,
  }));
}
