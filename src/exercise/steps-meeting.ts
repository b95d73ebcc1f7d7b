/**
 * The programme and its operational meeting, kept on the lead's node: what was planned, who came, what was
 * decided, and the decision by which the packages may go.
 */
import type { MeetingsPage, MeetingView } from '#operations/meeting-schemas.ts';
import type { ProgrammesPage, ProgrammeView } from '#operations/programme-schemas.ts';
import { type DeskClient, deskAt } from './desk-client.ts';
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
    const { operationId } = await operationOf(world);
    const analyst = await deskAt(world, leadOf(world), 'lead-analyst');
    const { members, plan } = await programmeWith(analyst, operationId);
    const { agencies } = await plannedMeeting(analyst);
    return `${members.length} members, ${plan.length} operations planned; ${agencies.length} agencies invited.`;
  },
};

async function programmeWith(analyst: DeskClient, operationId: string): Promise<ProgrammeView> {
  const { programmes } = await analyst.get<ProgrammesPage>('/programmes');
  const known = programmes.find(({ name }) => name === PROGRAMME.name);
  let standing = known ?? (await analyst.post<ProgrammeView>('/programmes', PROGRAMME));
  const place = `/programmes/${standing.programmeId}`;
  for (const { title, from, to, isThisOne } of ACTION_PLAN) {
    const entryOf = (of: ProgrammeView) => of.plan.find((entry) => entry.title === title);
    if (!entryOf(standing)) standing = await analyst.post(`${place}/plan`, { title, from, to });
    const entry = entryOf(standing);
    if (!isThisOne || !entry) continue;
    const { entryId } = entry;
    if (entry.operationId === null)
      standing = await analyst.post(`${place}/operations`, { operationId, entryId });
    if (entry.state === 'planned')
      standing = await analyst.post(`${place}/plan/${entryId}/state`, { state: 'running' });
  }
  return standing;
}

async function plannedMeeting(analyst: DeskClient): Promise<MeetingView> {
  const { meetings } = await analyst.get<MeetingsPage>('{op}/meetings');
  const [known] = meetings;
  return known ?? analyst.post('{op}/meetings', { ...MEETING, invited: invitedAgencies() });
}

export const meeting: Step<World> = {
  id: 'meeting',
  title: 'The operational meeting',
  words:
    'At Europol, 21 September 2011: Europol takes on the exchange and the collection of results; the packages are released.',
  async run(world) {
    const analyst = await deskAt(world, leadOf(world), 'lead-analyst');
    const planned = await plannedMeeting(analyst);
    const place = `{op}/meetings/${planned.meetingId}`;
    world.host.clock.moveTo(MOMENTS.meetingEnds);
    let standing =
      planned.state === 'planned'
        ? await analyst.post<MeetingView>(`${place}/attendance`, { present: present() })
        : planned;
    for (const decision of AGREED) {
      if (standing.decisions.some(({ text }) => text === decision.text)) continue;
      standing = await analyst.post(`${place}/decisions`, decision);
    }
    const { release } = await analyst.get<MeetingsPage>('{op}/meetings');
    if (!release) standing = await analyst.post(`${place}/release`, { text: RELEASED });
    if (standing.state === 'held')
      standing = await analyst.post(`${place}/minutes/approval`, { digest: standing.digest });
    const came = standing.agencies.filter((agency) => agency.present).length;
    return `${came} of ${standing.agencies.length} agencies came; ${standing.decisions.length} decisions, the minutes are approved.`;
  },
};
