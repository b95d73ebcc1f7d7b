import { sql } from 'kysely';
import type { OperationId, TargetId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { ExhibitEventTable, ExhibitTable } from './tables.ts';
import type { Exhibit, ExhibitEvent, ExhibitId } from './types.ts';

/** Returns false where the reference is taken. */
export async function insertExhibit(tx: Tx, exhibit: Exhibit): Promise<boolean> {
  const inserted = await tx
    .insertInto('exhibit')
    .values({
      id: exhibit.exhibitId,
      operation_id: exhibit.operationId,
      target_id: exhibit.targetId,
      reference: exhibit.reference,
      kind: exhibit.kind,
      description: exhibit.description,
      seized_at: exhibit.seizedAt,
      seized_where: exhibit.seizedWhere,
      seized_by: exhibit.seizedBy,
      seal_number: exhibit.sealNumber,
      registered_at: exhibit.registeredAt,
      registered_by: exhibit.registeredBy,
    })
    .onConflict((conflict) => conflict.columns(['operation_id', 'reference']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Appends to the exhibit's chain. Two officers at once get two numbers: the second waits for the first. */
export async function insertExhibitEvent(
  tx: Tx,
  exhibitId: ExhibitId,
  event: Omit<ExhibitEvent, 'sequence'>,
): Promise<ExhibitEvent> {
  // A row lock would need the right to update, which nobody has on an exhibit.
  await sql`select pg_advisory_xact_lock(hashtextextended(${exhibitId}, 0))`.execute(tx);
  const { newest } = await tx
    .selectFrom('exhibit_event')
    .select(({ fn }) => fn.max('sequence').as('newest'))
    .where('exhibit_id', '=', exhibitId)
    .executeTakeFirstOrThrow();
  const sequence = (newest ?? 0) + 1;
  await tx
    .insertInto('exhibit_event')
    .values({
      exhibit_id: exhibitId,
      sequence,
      kind: event.kind,
      happened_at: event.happenedAt,
      person: event.person,
      place: event.place,
      seal_number: event.sealNumber,
      note: event.note,
      recorded_at: event.recordedAt,
      recorded_by: event.recordedBy,
    })
    .execute();
  return { ...event, sequence };
}

export async function exhibitById(db: Db, exhibitId: ExhibitId): Promise<Exhibit | undefined> {
  const row = await db.selectFrom('exhibit').selectAll().where('id', '=', exhibitId).executeTakeFirst();
  return row && toExhibit(row);
}

/** By seizure, then reference. */
export async function exhibitsOf(
  db: Db,
  operationId: OperationId,
  filter: { targetId?: TargetId; without?: ReadonlySet<string> } = {},
): Promise<Exhibit[]> {
  let query = db.selectFrom('exhibit').selectAll().where('operation_id', '=', operationId);
  const { without } = filter;
  if (without?.size)
    query = query.where((is) =>
      is.or([is('target_id', 'is', null), is('target_id', 'not in', [...without])]),
    );
  if (filter.targetId !== undefined) query = query.where('target_id', '=', filter.targetId);
  return (await query.orderBy('seized_at').orderBy('reference').execute()).map(toExhibit);
}

/** Whose case the exhibits belong to. */
export async function targetsOfExhibits(
  db: Db,
  operationId: OperationId,
  exhibitIds: readonly string[],
): Promise<string[]> {
  if (exhibitIds.length === 0) return [];
  const rows = await db
    .selectFrom('exhibit')
    .select('target_id')
    .where('operation_id', '=', operationId)
    .where('id', 'in', exhibitIds)
    .execute();
  return rows.flatMap(({ target_id }) => target_id ?? []);
}

/** Exhibits that belong to the cases of these targets. */
export async function exhibitsOfTargets(
  db: Db,
  operationId: OperationId,
  targetIds: readonly string[],
): Promise<string[]> {
  if (targetIds.length === 0) return [];
  const rows = await db
    .selectFrom('exhibit')
    .select('id')
    .where('operation_id', '=', operationId)
    .where('target_id', 'in', targetIds)
    .execute();
  return rows.map(({ id }) => id);
}

/** The exhibit's chain of custody, from its seizure. */
export async function exhibitChain(db: Db, exhibitId: ExhibitId): Promise<ExhibitEvent[]> {
  const rows = await db
    .selectFrom('exhibit_event')
    .selectAll()
    .where('exhibit_id', '=', exhibitId)
    .orderBy('sequence')
    .execute();
  return rows.map(toEvent);
}

function toExhibit(row: ExhibitTable): Exhibit {
  return {
    exhibitId: row.id as ExhibitId,
    operationId: row.operation_id as OperationId,
    targetId: row.target_id as TargetId | null,
    reference: row.reference,
    kind: row.kind,
    description: row.description,
    seizedAt: row.seized_at,
    seizedWhere: row.seized_where,
    seizedBy: row.seized_by,
    sealNumber: row.seal_number,
    registeredAt: row.registered_at,
    registeredBy: row.registered_by,
  };
}

function toEvent(row: ExhibitEventTable): ExhibitEvent {
  return {
    sequence: row.sequence,
    kind: row.kind,
    happenedAt: row.happened_at,
    person: row.person,
    place: row.place,
    sealNumber: row.seal_number,
    note: row.note,
    recordedAt: row.recorded_at,
    recordedBy: row.recorded_by,
  };
}
