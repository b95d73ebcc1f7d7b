/** SQL of meetings, their agendas and attendance. */
import { sql } from 'kysely';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { decisionsOf } from './meeting-decision-store.ts';
import type { MeetingAgencyTable, MeetingTable } from './meeting-tables.ts';
import type { Attendance, Meeting, MeetingId, MeetingState } from './meeting-types.ts';

type PlannedMeeting = Pick<Meeting, 'meetingId' | 'operationId' | 'title' | 'place' | 'startsAt' | 'endsAt'>;

export async function insertMeeting(
  tx: Tx,
  meeting: PlannedMeeting,
  how: { at: Date; by: string },
): Promise<void> {
  await tx
    .insertInto('meeting')
    .values({
      id: meeting.meetingId,
      operation_id: meeting.operationId,
      title: meeting.title,
      place: meeting.place,
      starts_at: meeting.startsAt,
      ends_at: meeting.endsAt,
      state: 'planned',
      planned_at: how.at,
      planned_by: how.by,
      held_at: null,
      approved_at: null,
      approved_by: null,
      minutes_digest: null,
    })
    .execute();
}

/** The state of a meeting of that operation, locked until the transaction ends. */
export async function lockMeeting(
  tx: Tx,
  operationId: OperationId,
  meetingId: MeetingId,
): Promise<{ state: MeetingState; startsAt: Date } | undefined> {
  const row = await tx
    .selectFrom('meeting')
    .select(['state', 'starts_at'])
    .where('id', '=', meetingId)
    .where('operation_id', '=', operationId)
    .forUpdate()
    .executeTakeFirst();
  return row && { state: row.state as MeetingState, startsAt: row.starts_at };
}

export async function markHeld(tx: Tx, meetingId: MeetingId, at: Date): Promise<void> {
  await tx.updateTable('meeting').set({ state: 'held', held_at: at }).where('id', '=', meetingId).execute();
}

export async function markMinutesApproved(
  tx: Tx,
  meetingId: MeetingId,
  approval: { at: Date; by: string; digest: string },
): Promise<void> {
  await tx
    .updateTable('meeting')
    .set({
      state: 'minutes-approved',
      approved_at: approval.at,
      approved_by: approval.by,
      minutes_digest: approval.digest,
    })
    .where('id', '=', meetingId)
    .execute();
}

/** Invites agencies; one that is invited already stays so. */
export async function insertInvited(
  tx: Tx,
  meetingId: MeetingId,
  agencies: readonly { agencyId: AgencyId; name: string }[],
): Promise<void> {
  if (agencies.length === 0) return;
  await tx
    .insertInto('meeting_agency')
    .values(
      agencies.map(({ agencyId, name }) => ({
        meeting_id: meetingId,
        agency_id: agencyId,
        name,
        invited: true,
        present: false,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Writes who was there, in place of what was written before. */
export async function replaceAttendance(
  tx: Tx,
  meetingId: MeetingId,
  present: readonly (Attendance & { name: string })[],
): Promise<void> {
  await tx.deleteFrom('meeting_attendant').where('meeting_id', '=', meetingId).execute();
  await tx
    .deleteFrom('meeting_agency')
    .where('meeting_id', '=', meetingId)
    .where('invited', '=', false)
    .execute();
  await tx
    .updateTable('meeting_agency')
    .set({ present: false })
    .where('meeting_id', '=', meetingId)
    .execute();
  if (present.length === 0) return;
  await tx
    .insertInto('meeting_agency')
    .values(
      present.map(({ agencyId, name }) => ({
        meeting_id: meetingId,
        agency_id: agencyId,
        name,
        invited: false,
        present: true,
      })),
    )
    .onConflict((conflict) => conflict.columns(['meeting_id', 'agency_id']).doUpdateSet({ present: true }))
    .execute();
  await tx
    .insertInto('meeting_attendant')
    .values(
      present.flatMap(({ agencyId, attendants }) =>
        attendants.map((name, index) => ({
          meeting_id: meetingId,
          agency_id: agencyId,
          position: index + 1,
          name,
        })),
      ),
    )
    .execute();
}

export async function replaceAgenda(tx: Tx, meetingId: MeetingId, items: readonly string[]): Promise<void> {
  await tx.deleteFrom('meeting_agenda_item').where('meeting_id', '=', meetingId).execute();
  if (items.length === 0) return;
  await tx
    .insertInto('meeting_agenda_item')
    .values(items.map((title, index) => ({ meeting_id: meetingId, position: index + 1, title })))
    .execute();
}

export async function meetingById(
  db: Db,
  operationId: OperationId,
  meetingId: MeetingId,
): Promise<Meeting | undefined> {
  return (await listMeetings(db, operationId)).find((meeting) => meeting.meetingId === meetingId);
}

/** Meetings of an operation by when they begin. */
export async function listMeetings(db: Db, operationId: OperationId): Promise<Meeting[]> {
  const rows = await db
    .selectFrom('meeting')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('starts_at')
    .orderBy('id')
    .execute();
  const decisions = await decisionsOf(db, operationId);
  return Promise.all(
    rows.map(async (row) => ({
      ...headOf(row),
      agencies: await agenciesOf(db, row.id),
      agenda: await agendaOf(db, row.id),
      decisions: decisions.filter(({ meetingId }) => meetingId === row.id),
    })),
  );
}

function headOf(row: MeetingTable): Omit<Meeting, 'agencies' | 'agenda' | 'decisions'> {
  return {
    meetingId: row.id as MeetingId,
    operationId: row.operation_id as OperationId,
    title: row.title,
    place: row.place,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    state: row.state as MeetingState,
    heldAt: row.held_at,
    approvedAt: row.approved_at,
    approvedBy: row.approved_by,
    minutesDigest: row.minutes_digest,
  };
}

async function agenciesOf(db: Db, meetingId: string): Promise<Meeting['agencies']> {
  const rows = await db
    .selectFrom('meeting_agency as a')
    .leftJoin('meeting_attendant as p', (join) =>
      join.onRef('p.meeting_id', '=', 'a.meeting_id').onRef('p.agency_id', '=', 'a.agency_id'),
    )
    .select(['a.agency_id', 'a.name', 'a.invited', 'a.present'])
    .select(
      sql<
        string[]
      >`coalesce(array_agg(p.name order by p.position) filter (where p.name is not null), '{}')`.as(
        'attendants',
      ),
    )
    .where('a.meeting_id', '=', meetingId)
    .groupBy(['a.meeting_id', 'a.agency_id', 'a.name', 'a.invited', 'a.present'])
    .orderBy(sql`a.name collate "C"`)
    .execute();
  return rows.map((row: Omit<MeetingAgencyTable, 'meeting_id'> & { attendants: string[] }) => ({
    agencyId: row.agency_id as AgencyId,
    name: row.name,
    invited: row.invited,
    present: row.present,
    attendants: row.attendants,
  }));
}

async function agendaOf(db: Db, meetingId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('meeting_agenda_item')
    .select('title')
    .where('meeting_id', '=', meetingId)
    .orderBy('position')
    .execute();
  return rows.map(({ title }) => title);
}
