/**
 * The programme and its operational meeting, kept on the lead's node: what was planned, who came, what was
 * decided, and the decision by which the packages may go.
 */
import type { Actor } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import { holdMeeting, planMeeting } from '#operations/meeting.ts';
import { meetingRelease, recordDecision, releaseDecision } from '#operations/meeting-decisions.ts';
import { listMeetings } from '#operations/meeting-store.ts';
import type { Meeting } from '#operations/meeting-types.ts';
import { approveMinutes, minutesDigest } from '#operations/minutes.ts';
import { addPlanEntry, advancePlanEntry, createProgramme, linkOperation } from '#operations/programme.ts';
import { listProgrammes } from '#operations/programme-store.ts';
import type { Programme } from '#operations/programme-types.ts';
import type { NodeContext } from '#platform/context.ts';
import { atDesk } from './nodes.ts';
import { MOMENTS } from './scenario.ts';
import {
  ACTION_PLAN,
  AGREED,
  invitedAgencies,
  MEETING,
  PROGRAMME,
  present,
  RELEASED,
} from './scenario-meeting.ts';
import type { Step } from './story.ts';
import { leadOf, operationOf, type World } from './world.ts';

export const programme: Step<World> = {
  id: 'programme',
  title: 'The programme plans it',
  words: 'CIRCAMP with its members and action plan holds the operation; everyone is invited to The Hague.',
  async run(world) {
    const { ctx } = leadOf(world);
    const { operationId } = await operationOf(world);
    const analyst = await atDesk(leadOf(world), 'analyst');
    const { members, plan } = await programmeWith(ctx, analyst, operationId);
    const { agencies } = await plannedMeeting(ctx, analyst, operationId);
    return `${members.length} members, ${plan.length} operations planned; ${agencies.length} agencies invited.`;
  },
};

async function programmeWith(ctx: NodeContext, analyst: Actor, operationId: OperationId): Promise<Programme> {
  const known = (await listProgrammes(ctx.db)).find(({ name }) => name === PROGRAMME.name);
  let standing = known ?? (await createProgramme(ctx, analyst, PROGRAMME));
  const { programmeId } = standing;
  for (const { title, from, to, isThisOne } of ACTION_PLAN) {
    const entryOf = (of: Programme) => of.plan.find((entry) => entry.title === title);
    if (!entryOf(standing)) standing = await addPlanEntry(ctx, analyst, { programmeId, title, from, to });
    const entry = entryOf(standing);
    if (!isThisOne || !entry) continue;
    const { entryId } = entry;
    if (entry.operationId === null)
      standing = await linkOperation(ctx, analyst, { programmeId, operationId, entryId });
    if (entry.state === 'planned')
      standing = await advancePlanEntry(ctx, analyst, { programmeId, entryId, state: 'running' });
  }
  return standing;
}

async function plannedMeeting(ctx: NodeContext, analyst: Actor, operationId: OperationId): Promise<Meeting> {
  const [known] = await listMeetings(ctx.db, operationId);
  return known ?? (await planMeeting(ctx, analyst, { ...MEETING, operationId, invited: invitedAgencies() }));
}

export const meeting: Step<World> = {
  id: 'meeting',
  title: 'The operational meeting',
  words:
    'At Europol, 21 September 2011: Europol takes on the exchange and the collection of results; the packages are released.',
  async run(world) {
    const { ctx } = leadOf(world);
    const operation = await operationOf(world);
    const { operationId } = operation;
    const analyst = await atDesk(leadOf(world), 'analyst');
    const planned = await plannedMeeting(ctx, analyst, operationId);
    const { meetingId } = planned;
    world.host.clock.moveTo(MOMENTS.meetingEnds);
    let standing =
      planned.state === 'planned'
        ? await holdMeeting(ctx, analyst, { operationId, meetingId, present: present() })
        : planned;
    for (const decision of AGREED) {
      if (standing.decisions.some(({ text }) => text === decision.text)) continue;
      standing = await recordDecision(ctx, analyst, { operationId, meetingId, ...decision });
    }
    if (!(await meetingRelease(ctx.db, operationId)))
      standing = await releaseDecision(ctx, analyst, { operationId, meetingId, text: RELEASED });
    if (standing.state === 'held') {
      const digest = minutesDigest(standing, operation);
      standing = await approveMinutes(ctx, analyst, { operationId, meetingId, digest });
    }
    const came = standing.agencies.filter((agency) => agency.present).length;
    return `${came} of ${standing.agencies.length} agencies came; ${standing.decisions.length} decisions, the minutes are approved.`;
  },
};
