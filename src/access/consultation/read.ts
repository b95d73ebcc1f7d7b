/** The consultation log as an auditor searches it, newest first, and who has read one thing. */
import { type SelectQueryBuilder, sql } from 'kysely';
import { csvLine } from '#core/csv.ts';
import type { OperationId } from '#core/ids.ts';
import type { Db, Tables } from '#platform/tables.ts';
import type {} from './tables.ts';

export interface Consultation {
  readonly consultationId: string;
  readonly officerId: string;
  readonly officer: string;
  readonly act: 'read' | 'export';
  readonly data: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  /** Filters and page of a list; empty for a thing. */
  readonly detail: string;
  readonly reason: string;
  readonly recipient: string | null;
  /** Read under an access for imminent risk. */
  readonly emergency: boolean;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly count: number;
  /** It is in the custody log. */
  readonly logged: boolean;
}

export interface ConsultationFilter {
  readonly operationId: OperationId;
  readonly officerId?: string | undefined;
  readonly subjectKind?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly act?: 'read' | 'export' | undefined;
  /** Stands in the reason, the recipient, the officer's name, the data, the filters or the id. */
  readonly text?: string | undefined;
  readonly from?: Date | undefined;
  /** Up to this instant, not with it. */
  readonly until?: Date | undefined;
  /** The page after this one: only older records. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listConsultations(db: Db, filter: ConsultationFilter): Promise<Consultation[]> {
  const rows = await filtered(db, filter)
    .orderBy('consultation.id', 'desc')
    .limit(filter.limit)
    .select((to) => [
      'consultation.id',
      'consultation.officer_id',
      'consultation.act',
      'consultation.data',
      'consultation.subject_kind',
      'consultation.subject_id',
      'consultation.detail',
      'consultation.first_at',
      'consultation.last_at',
      'consultation.count',
      'consultation.batch_id',
      'consultation_reason.reason',
      'consultation_reason.recipient',
      'consultation_reason.emergency_id',
      to.fn.coalesce('officer.name', serviceName, 'consultation.officer_id').as('officer'),
    ])
    .execute();
  return rows.map((row) => ({
    consultationId: row.id,
    officerId: row.officer_id,
    officer: row.officer,
    act: row.act as Consultation['act'],
    data: row.data,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    detail: row.detail,
    reason: row.reason,
    recipient: row.recipient,
    emergency: row.emergency_id !== null,
    firstAt: row.first_at,
    lastAt: row.last_at,
    count: row.count,
    logged: row.batch_id !== null,
  }));
}

/** A program is named with the officer who answers for it. */
const serviceName = sql<string | null>`service_account.name || ' (service account of ' || owner.name || ')'`;

type Joined = SelectQueryBuilder<Tables, 'consultation' | 'consultation_reason', object>;

function filtered(db: Db, filter: ConsultationFilter) {
  let query: Joined = db
    .selectFrom('consultation')
    .innerJoin('consultation_reason', 'consultation_reason.id', 'consultation.reason_id')
    .where('consultation.operation_id', '=', filter.operationId);
  const { officerId, subjectKind, subjectId, act, text, from, until, before } = filter;
  if (officerId) query = query.where('consultation.officer_id', '=', officerId);
  if (subjectKind) query = query.where('consultation.subject_kind', '=', subjectKind);
  if (subjectId) query = query.where('consultation.subject_id', '=', subjectId);
  if (act) query = query.where('consultation.act', '=', act);
  if (from) query = query.where('consultation.last_at', '>=', from);
  if (until) query = query.where('consultation.first_at', '<', until);
  if (before) query = query.where('consultation.id', '<', before);
  const named = query
    .leftJoin('officer', 'officer.id', 'consultation.officer_id')
    .leftJoin('service_account', 'service_account.id', 'consultation.officer_id')
    .leftJoin('officer as owner', 'owner.id', 'service_account.owner_id');
  if (!text) return named;
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return named.where((is) =>
    is.or([
      is('consultation_reason.reason', 'ilike', pattern),
      is('consultation_reason.recipient', 'ilike', pattern),
      is('officer.name', 'ilike', pattern),
      is('service_account.name', 'ilike', pattern),
      is('owner.name', 'ilike', pattern),
      is('consultation.data', 'ilike', pattern),
      is('consultation.detail', 'ilike', pattern),
      is('consultation.subject_id', 'ilike', pattern),
    ]),
  );
}

/** Rows of one page while a file is written. */
const PAGE = 1000;

/** All that the filter finds as CSV, page by page: the file is never held whole. */
export async function* consultationsCsv(
  db: Db,
  filter: Omit<ConsultationFilter, 'limit' | 'before'>,
): AsyncGenerator<string> {
  yield csvLine([
    'first_at_utc',
    'last_at_utc',
    'readings',
    'officer_id',
    'officer',
    'act',
    'data',
    'subject_kind',
    'subject_id',
    'filters',
    'reason',
    'disclosed_to',
    'imminent_risk',
    'in_custody_log',
  ]);
  let before: string | undefined;
  for (;;) {
    const page = await listConsultations(db, { ...filter, before, limit: PAGE });
    for (const one of page) {
      yield csvLine([
        one.firstAt.toISOString(),
        one.lastAt.toISOString(),
        one.count,
        one.officerId,
        one.officer,
        one.act,
        one.data,
        one.subjectKind,
        one.subjectId,
        one.detail,
        one.reason,
        one.recipient,
        one.emergency ? 'yes' : 'no',
        one.logged ? 'yes' : 'no',
      ]);
    }
    before = page.at(-1)?.consultationId;
    if (page.length < PAGE) return;
  }
}
