/**
 * Operational meetings. A meeting is planned, then held, then its minutes are approved; who was there
 * and what was on the agenda may be put right until then, and nothing after. Decisions are recorded
 * in meeting-decisions.ts.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import type { Json } from '#core/canonical-json.ts';
import { countryName } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import { type AgencyId, newId, type OperationId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { requireOperation } from './create.ts';
import {
  insertInvited,
  insertMeeting,
  lockMeeting,
  markHeld,
  meetingById,
  replaceAgenda,
  replaceAttendance,
} from './meeting-store.ts';
import {
  type Attendance,
  attendanceProblem,
  type Meeting,
  type MeetingId,
  type MeetingState,
} from './meeting-types.ts';
import { listAgencies } from './store.ts';

/** What an act on programmes and meetings needs of its node. */
export type ActContext = Pick<NodeContext, 'db' | 'clock' | 'jobs'>;

export interface MeetingPlan {
  readonly operationId: OperationId;
  readonly title: string;
  readonly place: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly invited: readonly AgencyId[];
  /** Titles in their order. Default: none yet. */
  readonly agenda?: readonly string[];
}

/** Which meeting of which operation. */
export interface MeetingRef {
  readonly operationId: OperationId;
  readonly meetingId: MeetingId;
}

/** @throws meeting/invalid where it ends before it begins; agency/not-found for an agency that nobody knows */
export async function planMeeting(ctx: ActContext, actor: Actor, plan: MeetingPlan): Promise<Meeting> {
  const { operationId, agenda = [] } = plan;
  authorize(actor, 'meeting.manage', { operationId });
  if (plan.startsAt >= plan.endsAt)
    throw new IcarusError('meeting/invalid', { reason: 'it ends before it begins' });
  const at = ctx.clock.now();
  const meetingId = newId<MeetingId>('meeting', at);
  return inTransaction(ctx, async (tx) => {
    const invited = await namedAgencies(tx, operationId, plan.invited);
    await insertMeeting(tx, { ...plan, meetingId }, { at, by: actorName(actor) });
    await insertInvited(tx, meetingId, invited);
    await replaceAgenda(tx, meetingId, agenda);
    await recordEvent(tx, {
      at,
      kind: 'meeting.planned',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'meeting', id: meetingId },
      facts: { startsAt: plan.startsAt.toISOString(), invited: invited.length, agenda: agenda.length },
    });
    return requireMeeting(tx, { operationId, meetingId });
  });
}

/** Invites further agencies. @throws meeting/not-planned once it was held */
export async function inviteAgencies(
  ctx: ActContext,
  actor: Actor,
  input: MeetingRef & { readonly agencies: readonly AgencyId[] },
): Promise<Meeting> {
  return changeMeeting(ctx, actor, {
    meeting: input,
    kind: 'meeting.agencies-invited',
    async change(tx, { state }) {
      if (state !== 'planned') throw new IcarusError('meeting/not-planned');
      await insertInvited(tx, input.meetingId, await namedAgencies(tx, input.operationId, input.agencies));
      return { agencies: [...input.agencies] };
    },
  });
}

/** Writes the agenda anew. @throws meeting/minutes-approved */
export async function setAgenda(
  ctx: ActContext,
  actor: Actor,
  input: MeetingRef & { readonly agenda: readonly string[] },
): Promise<Meeting> {
  return changeMeeting(ctx, actor, {
    meeting: input,
    kind: 'meeting.agenda-set',
    async change(tx) {
      await replaceAgenda(tx, input.meetingId, input.agenda);
      return { items: input.agenda.length };
    },
  });
}

/**
 * Records that the meeting was held, and who was there; said again, it puts the attendance right.
 * An agency that came without being invited is recorded as such.
 * @throws meeting/not-begun, meeting/minutes-approved, meeting/invalid, agency/not-found
 */
export async function holdMeeting(
  ctx: ActContext,
  actor: Actor,
  input: MeetingRef & { readonly present: readonly Attendance[] },
): Promise<Meeting> {
  const problem = attendanceProblem(input.present);
  if (problem) throw new IcarusError('meeting/invalid', { reason: problem });
  const at = ctx.clock.now();
  return changeMeeting(ctx, actor, {
    meeting: input,
    kind: 'meeting.held',
    async change(tx, { state, startsAt }) {
      if (at < startsAt) throw new IcarusError('meeting/not-begun', { startsAt: startsAt.toISOString() });
      const ids = input.present.map(({ agencyId }) => agencyId);
      const names = new Map(
        (await namedAgencies(tx, input.operationId, ids)).map(({ agencyId, name }) => [agencyId, name]),
      );
      const present = input.present.map((one) => ({ ...one, name: names.get(one.agencyId) ?? one.agencyId }));
      if (state === 'planned') await markHeld(tx, input.meetingId, at);
      await replaceAttendance(tx, input.meetingId, present);
      return { present: ids, attendants: input.present.reduce((sum, one) => sum + one.attendants.length, 0) };
    },
  });
}

/** The meeting, or `meeting/not-found`. */
export async function requireMeeting(db: Db, { operationId, meetingId }: MeetingRef): Promise<Meeting> {
  const meeting = await meetingById(db, operationId, meetingId);
  if (!meeting) throw new IcarusError('meeting/not-found', { meeting: meetingId });
  return meeting;
}

interface MeetingChange {
  readonly meeting: MeetingRef;
  readonly kind: EventKind;
  /** Writes the change and gives the facts of its event; the meeting is locked and open. */
  readonly change: (
    tx: Tx,
    standing: { state: MeetingState; startsAt: Date },
  ) => Promise<Record<string, Json>>;
}

/** One act on a meeting whose minutes are not approved yet: authorized, locked, changed, recorded. */
export async function changeMeeting(
  ctx: ActContext,
  actor: Actor,
  { meeting, kind, change }: MeetingChange,
): Promise<Meeting> {
  const { operationId, meetingId } = meeting;
  authorize(actor, 'meeting.manage', { operationId });
  return inTransaction(ctx, async (tx) => {
    const standing = await lockMeeting(tx, operationId, meetingId);
    if (!standing) throw new IcarusError('meeting/not-found', { meeting: meetingId });
    if (standing.state === 'minutes-approved') throw new IcarusError('meeting/minutes-approved');
    const facts = await change(tx, standing);
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind,
      actor: actorName(actor),
      operationId,
      subject: { kind: 'meeting', id: meetingId },
      facts,
    });
    return requireMeeting(tx, meeting);
  });
}

/** Agencies with their names: known here by their cards, or taking part in the operation. */
export async function namedAgencies(
  tx: Tx,
  operationId: OperationId,
  agencies: readonly AgencyId[],
): Promise<{ agencyId: AgencyId; name: string }[]> {
  const operation = await requireOperation(tx, operationId);
  const names = new Map<AgencyId, string>([
    [operation.lead, operation.lead],
    [operation.coordinator, operation.coordinator],
    ...operation.participants.map(({ agencyId, country }) => [agencyId, countryName(country)] as const),
    ...(await listAgencies(tx)).map(({ agencyId, name }) => [agencyId, name] as const),
  ]);
  return [...new Set(agencies)].map((agencyId) => {
    const name = names.get(agencyId);
    if (name === undefined) throw new IcarusError('agency/not-found', { agency: agencyId });
    return { agencyId, name };
  });
}
