/** SQL of programmes and their action plans. */
import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type {} from './programme-tables.ts';
import type { PlanEntry, PlanEntryId, PlanState, Programme, ProgrammeId } from './programme-types.ts';

/** @returns false where a programme of this name is there already */
export async function insertProgramme(
  tx: Tx,
  programme: Pick<Programme, 'programmeId' | 'name' | 'purpose' | 'funding' | 'members'>,
  how: { at: Date; by: string },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('programme')
    .values({
      id: programme.programmeId,
      name: programme.name,
      purpose: programme.purpose,
      funding: programme.funding,
      recorded_at: how.at,
      recorded_by: how.by,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) return false;
  await tx
    .insertInto('programme_member')
    .values(
      programme.members.map((member) => ({
        programme_id: programme.programmeId,
        name: member.name,
        country: member.country,
        agency_id: member.agencyId,
        leads: member.leads,
      })),
    )
    .execute();
  return true;
}

/** By name; the plan of each by its period. */
export async function listProgrammes(db: Db): Promise<Programme[]> {
  const programmes = await db.selectFrom('programme').selectAll().orderBy('name').execute();
  const members = await db
    .selectFrom('programme_member')
    .selectAll()
    .orderBy('leads', 'desc')
    .orderBy('name')
    .execute();
  const entries = await db
    .selectFrom('programme_plan_entry')
    .selectAll()
    .orderBy('period_from')
    .orderBy('id')
    .execute();
  const operations = await db.selectFrom('programme_operation').selectAll().orderBy('linked_at').execute();
  return programmes.map(({ id, name, purpose, funding }) => ({
    programmeId: id as ProgrammeId,
    name,
    purpose,
    funding,
    members: members
      .filter(({ programme_id }) => programme_id === id)
      .map((member) => ({
        name: member.name,
        country: member.country as CountryCode | null,
        agencyId: member.agency_id as AgencyId | null,
        leads: member.leads,
      })),
    plan: entries
      .filter(({ programme_id }) => programme_id === id)
      .map((entry) => ({
        entryId: entry.id as PlanEntryId,
        title: entry.title,
        from: entry.period_from,
        to: entry.period_to,
        state: entry.state as PlanState,
        operationId: entry.operation_id as OperationId | null,
      })),
    operations: operations
      .filter(({ programme_id }) => programme_id === id)
      .map(({ operation_id }) => operation_id as OperationId),
  }));
}

export async function programmeById(db: Db, programmeId: ProgrammeId): Promise<Programme | undefined> {
  return (await listProgrammes(db)).find((programme) => programme.programmeId === programmeId);
}

/** The programme that the operation belongs to; undefined where it has none. */
export async function programmeOfOperation(db: Db, operationId: OperationId): Promise<Programme | undefined> {
  return (await listProgrammes(db)).find(({ operations }) => operations.includes(operationId));
}

export async function insertPlanEntry(
  tx: Tx,
  entry: PlanEntry & { programmeId: ProgrammeId; at: Date },
): Promise<void> {
  await tx
    .insertInto('programme_plan_entry')
    .values({
      id: entry.entryId,
      programme_id: entry.programmeId,
      title: entry.title,
      period_from: entry.from,
      period_to: entry.to,
      state: entry.state,
      operation_id: entry.operationId,
      recorded_at: entry.at,
    })
    .execute();
}

/** @returns false where the entry is not in the state `from` any more */
export async function advanceEntry(
  tx: Tx,
  entryId: PlanEntryId,
  step: { from: PlanState; to: PlanState },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('programme_plan_entry')
    .set({ state: step.to })
    .where('id', '=', entryId)
    .where('state', '=', step.from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** @returns false where the operation belongs to a programme already */
export async function insertProgrammeOperation(
  tx: Tx,
  link: { programmeId: ProgrammeId; operationId: OperationId; at: Date; by: string },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('programme_operation')
    .values({
      operation_id: link.operationId,
      programme_id: link.programmeId,
      linked_at: link.at,
      linked_by: link.by,
    })
    .onConflict((conflict) => conflict.column('operation_id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** @returns false where the entry stands for another operation already */
export async function setEntryOperation(
  tx: Tx,
  entryId: PlanEntryId,
  operationId: OperationId,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('programme_plan_entry')
    .set({ operation_id: operationId })
    .where('id', '=', entryId)
    .where('operation_id', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
