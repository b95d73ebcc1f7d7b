import { type Selectable, sql } from 'kysely';
import type { CountryCode } from '#core/countries.ts';
import type { HandlingCode } from '#core/handling.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { OperationTable } from './tables.ts';
import type { Operation, Participant } from './types.ts';

/** A known agency; `card` is its signed card as text, read with `readCard` of the seal room. */
export interface AgencyRow {
  readonly agencyId: AgencyId;
  readonly name: string;
  readonly country: CountryCode | null;
  readonly own: boolean;
  readonly card: string;
  readonly addedAt: Date;
}

/** Adds an agency or replaces its card. */
export async function upsertAgency(db: Db, agency: AgencyRow): Promise<void> {
  const values = {
    name: agency.name,
    country: agency.country,
    own: agency.own,
    card: agency.card,
    added_at: agency.addedAt,
  };
  await db
    .insertInto('agency')
    .values({ id: agency.agencyId, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

export async function listAgencies(db: Db): Promise<AgencyRow[]> {
  const rows = await db.selectFrom('agency').selectAll().orderBy('id').execute();
  return rows.map((row) => ({
    agencyId: row.id as AgencyId,
    name: row.name,
    country: row.country as CountryCode | null,
    own: row.own,
    card: row.card,
    addedAt: row.added_at,
  }));
}

export async function agencyById(db: Db, agencyId: AgencyId): Promise<AgencyRow | undefined> {
  return (await listAgencies(db)).find((agency) => agency.agencyId === agencyId);
}

export async function ownAgency(db: Db): Promise<AgencyRow | undefined> {
  return (await listAgencies(db)).find((agency) => agency.own);
}

/** Lets only one transaction at a time change this node's own card. */
export async function lockOwnAgency(tx: Tx): Promise<void> {
  await tx.selectFrom('agency').select('id').where('own', '=', true).forUpdate().execute();
}

/** Lets only one transaction at a time record an operation that is not here yet. */
export async function lockOperationId(tx: Tx, operationId: OperationId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${operationId}, 0))`.execute(tx);
}

export async function insertOperation(db: Db, operation: Operation, recordedAt: Date): Promise<void> {
  await db
    .insertInto('operation')
    .values({
      id: operation.operationId,
      code_name: operation.codeName,
      lead: operation.lead,
      coordinator: operation.coordinator,
      started_at: operation.startedAt,
      ended_at: operation.endedAt,
      handling_codes: [...operation.handling.codes],
      handling_text: operation.handling.text,
      dissemination_hours: operation.disseminationHours,
      exercise: operation.exercise,
      recorded_at: recordedAt,
    })
    .execute();
  if (operation.participants.length === 0) return;
  await db
    .insertInto('operation_participant')
    .values(
      operation.participants.map(({ agencyId, country }) => ({
        operation_id: operation.operationId,
        agency_id: agencyId,
        country,
      })),
    )
    .execute();
}

export function listOperations(db: Db): Promise<Operation[]> {
  return operationsWhere(db, null);
}

export async function operationById(db: Db, operationId: OperationId): Promise<Operation | undefined> {
  const [operation] = await operationsWhere(db, operationId);
  return operation;
}

/** @param operationId null: all, by their start */
async function operationsWhere(db: Db, operationId: OperationId | null): Promise<Operation[]> {
  // Two texts: one that asks for both is planned anew each time.
  const which = operationId === null ? sql`` : sql`where o.id = ${operationId}`;
  const { rows } = await sql<OperationRow>`
    select o.*, coalesce((
      select json_agg(json_build_object('agencyId', p.agency_id, 'country', p.country) order by p.country)
      from operation_participant p where p.operation_id = o.id), '[]') as participants
    from operation o ${which} order by o.started_at`.execute(db);
  return rows.map((row) => ({
    operationId: row.id as OperationId,
    codeName: row.code_name,
    lead: row.lead as AgencyId,
    coordinator: row.coordinator as AgencyId,
    participants: row.participants,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    handling: { codes: row.handling_codes as HandlingCode[], text: row.handling_text },
    disseminationHours: row.dissemination_hours,
    exercise: row.exercise,
  }));
}

type OperationRow = Selectable<OperationTable> & { readonly participants: Participant[] };
