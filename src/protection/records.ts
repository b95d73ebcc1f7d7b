/** The records of an operation that are reviewed, and whether one is there. */
import { sql } from 'kysely';
import type { SubjectCategory } from '#core/data-subjects.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import type { RecordKind, RecordRef, ReviewedRecord } from './types.ts';

interface RecordRow {
  kind: RecordKind;
  record_id: string;
  owner: string;
  category: SubjectCategory;
  minor: boolean;
  started_at: Date;
  since: Date | null;
  label: string;
}

/**
 * Everything of the operation that has a review date of its own: the case, the targets that came and those
 * whose outcome is recorded, exhibits, letters and packages that came. A person is of the category that was said; until
 * somebody said one, whoever is negative or not actionable is no suspect any more, whoever was identified is one, and
 * all others may be. What was erased has no date.
 */
export async function reviewedRecords(
  { db, node }: Pick<NodeContext, 'db' | 'node'>,
  operationId: OperationId,
): Promise<ReviewedRecord[]> {
  const erased = await db
    .selectFrom('data_erasure')
    .select('id')
    .where('kind', '=', 'operation')
    .where('record_id', '=', operationId)
    .where('done_at', 'is not', null)
    .executeTakeFirst();
  if (erased) return [];
  const { rows } = await sql<RecordRow>`
    with standing as (
      select distinct on (target_id) target_id, outcome, suspects_identified, recorded_at from outcome
      where operation_id = ${operationId} order by target_id, version desc),
    person as (
      select distinct on (target_id) target_id, category, minor, since from standing_persons(${operationId})
      order by target_id, protected desc, since desc)
    select 'operation' as kind, o.id as record_id, o.lead as owner, 'potential-offender' as category, false as minor,
      o.recorded_at as started_at, null::timestamptz as since, o.code_name as label
    from operation o where o.id = ${operationId}
    union all
    select 'target', t.target_id, min(p.from_agency),
      coalesce(min(w.category), case when min(s.outcome) in ('negative', 'not-actionable') then 'other'
        when min(s.suspects_identified) > 0 then 'suspect' else 'potential-offender' end),
      coalesce(bool_or(w.minor), false), min(p.received_at),
      coalesce(min(w.since), case when min(s.outcome) in ('negative', 'not-actionable') then min(s.recorded_at) end),
      min(t.country) || ' ' || min(t.rank)
    from received_target t join received_package p on p.id = t.package_id
    left join standing s on s.target_id = t.target_id left join person w on w.target_id = t.target_id
    where t.operation_id = ${operationId} group by t.target_id
    union all
    select 'exhibit', e.id, ${node.agencyId}, 'suspect', false, e.registered_at, null, e.reference
    from exhibit e where e.operation_id = ${operationId}
    union all
    select 'message', l.message_id, l.from_agency, 'suspect', false, l.recorded_at, null, l.kind || ' of ' || l.from_agency
    from letter l where l.operation_id = ${operationId} and l.erased_at is null
    union all
    select 'message', p.message_id, p.from_agency, 'suspect', false, p.received_at, null, 'package ' || p.country || ' v' || p.version
    from received_package p where p.operation_id = ${operationId}`.execute(db);
  return rows.map((row) => ({
    operationId,
    kind: row.kind,
    recordId: row.record_id,
    owner: row.owner as AgencyId,
    category: row.category,
    minor: row.minor,
    startedAt: row.started_at,
    categorySince: row.since,
    label: row.label,
  }));
}

const PLACES: Readonly<Record<RecordKind, readonly (readonly [table: string, id: string])[]>> = {
  operation: [['operation', 'id']],
  target: [
    ['received_target', 'target_id'],
    ['outcome', 'target_id'],
    ['target_standing', 'target_id'],
    ['target_merge_member', 'target_id'],
    ['subject', 'id'],
  ],
  exhibit: [['exhibit', 'id']],
  message: [
    ['inbox_message', 'id'],
    ['outbox_message', 'id'],
  ],
};

/** Is it in the database? A target that only the lake knows is asked of the lake. */
export async function isRecorded(db: Db, { operationId, kind, recordId }: RecordRef): Promise<boolean> {
  if (kind === 'operation') return recordId === operationId;
  for (const [table, id] of PLACES[kind]) {
    const ofOperation = table === 'target_merge_member' ? sql`` : sql`and operation_id = ${operationId}`;
    const { rows } = await sql`
      select from ${sql.table(table)} where ${sql.ref(id)} = ${recordId} ${ofOperation} limit 1`.execute(db);
    if (rows.length > 0) return true;
  }
  return false;
}

export function notRecorded({ kind, recordId }: RecordRef): IcarusError {
  return new IcarusError('protection/record-not-found', { kind, record: recordId });
}
