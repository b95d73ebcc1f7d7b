/** Which answers were given to persons, supervisors and courts: by number, not what they said. */
import type { OperationId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import type { AnswersView } from './schemas.ts';

const MOST_ANSWERS = 1000;

/** Newest first. */
export async function answersOf(db: Db, operationId: OperationId): Promise<AnswersView['answers']> {
  const rows = await db
    .selectFrom('subject_answer')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('id', 'desc')
    .limit(MOST_ANSWERS)
    .execute();
  return rows.map((row) => ({
    answerId: row.id,
    reference: row.reference,
    askedBy: row.asked_by,
    answer: row.answer,
    restriction: row.restriction,
    reason: row.reason,
    records: row.records,
    sha256: row.sha256,
    answeredBy: row.answered_by,
    answeredAt: row.answered_at.toISOString(),
  }));
}
