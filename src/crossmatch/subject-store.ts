/** SQL over subjects: suspects that units contribute and targets of the operation, with their selectors. */
import { sql } from 'kysely';
import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { Tx } from '#platform/tables.ts';
import type { Selector } from './selectors.ts';
import { type Information, informationColumns, type SubjectId } from './types.ts';

export interface Seen {
  readonly from: Date;
  readonly to: Date;
}

export interface SubjectSelector extends Selector {
  /** When the subject had it; empty: not stated, so at any time. */
  readonly seen: readonly Seen[];
}

export interface Subject extends Information {
  readonly subjectId: SubjectId;
  readonly operationId: OperationId;
  readonly kind: 'suspect' | 'target';
  /** Whose information it is. */
  readonly agencyId: AgencyId;
  readonly country: CountryCode;
  readonly reference: string;
  readonly targetId: string | null;
  /** A victim, another party or a minor, whose country justified it. */
  readonly strictlyNecessary: boolean;
  /** The message or package that states it. */
  readonly sourceId: string;
  readonly statedAt: Date;
  readonly recordedAt: Date;
  readonly selectors: readonly SubjectSelector[];
}

/** Waits until nobody else writes or matches the subjects of the operation; held to the end of the transaction. */
export async function lockSubjects(tx: Tx, operationId: OperationId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`subjects ${operationId}`}, 0))`.execute(tx);
}

/**
 * Writes a subject, or what is stated anew of one that is here: grade, codes and category are the latest
 * stated ones. A target's selectors are replaced by those of the newer package; a suspect's add up.
 */
export async function upsertSubject(tx: Tx, subject: Subject): Promise<void> {
  const latest = {
    ...informationColumns(subject),
    target_id: subject.targetId,
    strictly_necessary: subject.strictlyNecessary,
    source_id: subject.sourceId,
    stated_at: subject.statedAt,
    cleared_at: null,
  };
  const { id } = await tx
    .insertInto('subject')
    .values({
      ...latest,
      id: subject.subjectId,
      operation_id: subject.operationId,
      kind: subject.kind,
      agency_id: subject.agencyId,
      country: subject.country,
      reference: subject.reference,
      recorded_at: subject.recordedAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['operation_id', 'kind', 'agency_id', 'reference']).doUpdateSet(({ ref }) =>
        // A message that was overtaken on the way adds its selectors, and changes no grade.
        Object.fromEntries(
          Object.keys(latest).map((column) => [
            column,
            sql`case when ${ref('excluded.stated_at')} >= ${ref('subject.stated_at')} then ${sql.ref(`excluded.${column}`)} else ${sql.ref(`subject.${column}`)} end`,
          ]),
        ),
      ),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  if (subject.kind === 'target')
    await tx.deleteFrom('subject_selector').where('subject_id', '=', id).execute();
  await insertSubjectSelectors(tx, { id, operationId: subject.operationId }, subject.selectors);
}

async function insertSubjectSelectors(
  tx: Tx,
  of: { id: string; operationId: OperationId },
  selectors: readonly SubjectSelector[],
): Promise<void> {
  await sql`
    insert into subject_selector (subject_id, operation_id, type, value, given, seen)
    select ${of.id}, ${of.operationId}, type, value, nullif(given, value), seen::tstzmultirange
    from unnest(
      ${selectors.map(({ type }) => type)}::text[], ${selectors.map(({ value }) => value)}::text[],
      ${selectors.map(({ given }) => given)}::text[], ${selectors.map(({ seen }) => multirange(seen))}::text[]
    ) as row (type, value, given, seen)
    on conflict do nothing`.execute(tx);
}

function multirange(seen: readonly Seen[]): string | null {
  if (seen.length === 0) return null;
  return `{${seen.map(({ from, to }) => `["${from.toISOString()}","${to.toISOString()}"]`).join(',')}}`;
}

/** The package that states each target of the country, and its category, for those that are not cleared. */
export async function statedTargets(
  tx: Tx,
  operationId: OperationId,
  country: CountryCode,
): Promise<Map<string, { sourceId: string; category: string }>> {
  const rows = await tx
    .selectFrom('subject')
    .select(['reference', 'source_id', 'category'])
    .where('operation_id', '=', operationId)
    .where('country', '=', country)
    .where('kind', '=', 'target')
    .where('cleared_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.reference, { sourceId: row.source_id, category: row.category }]));
}

/** Takes targets out of matching from now on. Hits that were found stay, and so does what was decided. */
export async function clearTargets(
  tx: Tx,
  of: { operationId: OperationId; country: CountryCode; at: Date },
  targetIds: readonly string[],
): Promise<void> {
  if (targetIds.length === 0) return;
  await tx
    .updateTable('subject')
    .set({ cleared_at: of.at })
    .where('operation_id', '=', of.operationId)
    .where('country', '=', of.country)
    .where('kind', '=', 'target')
    .where('cleared_at', 'is', null)
    .where(sql<boolean>`reference = any(${[...targetIds]}::text[])`)
    .execute();
}

/**
 * Withdraws what was contributed of persons who are not matched any more: their entries are cleared, and the selectors
 * go. Hits that were found stay, and are not shown.
 * @returns how many entries lost their selectors
 */
export async function withdrawPersons(
  tx: Tx,
  of: { operationId: OperationId; country: CountryCode; at: Date },
  targetIds: readonly string[],
): Promise<number> {
  if (targetIds.length === 0) return 0;
  const { rows } = await sql`
    with theirs as (
      update subject set cleared_at = coalesce(cleared_at, ${of.at})
      where operation_id = ${of.operationId} and country = ${of.country} and target_id = any(${[...targetIds]}::text[])
      returning id),
    gone as (delete from subject_selector where subject_id in (select id from theirs) returning subject_id)
    select distinct subject_id from gone`.execute(tx);
  return rows.length;
}
