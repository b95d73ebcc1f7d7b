/**
 * The programme and the operational meeting. Name, lead, members and funding of the programme, the day and
 * place of the meeting, the handing over of packages and what Europol took on are published [D]; the other
 * plans, who was there, agenda, hours and the wording of decisions are synthetic.
 */
import { type CountryCode, countryName } from '#core/countries.ts';
import type { AgencyId } from '#core/ids.ts';
import type { Attendance } from '#operations/meeting-types.ts';
import type { PlanEntryDraft, ProgrammeDraft, ProgrammeMember } from '#operations/programme-types.ts';
import { INTERPOL } from '#referrals/types.ts';
import { AGENCIES, agencyIdOf, COORDINATOR, LEAD_AGENCY, MOMENTS, PARTICIPANTS } from './scenario.ts';

const PROGRAMME_LEAD: CountryCode = 'BE';
const PROGRAMME_COUNTRIES: readonly CountryCode[] = [
  'BE',
  'DK',
  'FI',
  'FR',
  'DE',
  'IE',
  'IT',
  'MT',
  'NL',
  'NO',
  'ES',
  'SE',
];

export const PROGRAMME: ProgrammeDraft = {
  name: 'CIRCAMP',
  purpose:
    'A project of European police chiefs against crimes on children on the internet; several operations in two years.',
  funding: 'European Commission',
  members: [
    ...PROGRAMME_COUNTRIES.map(
      (country): ProgrammeMember => ({
        name: countryName(country),
        country,
        agencyId: agencyIdOf(country),
        leads: country === PROGRAMME_LEAD,
      }),
    ),
    { name: 'Europol', country: null, agencyId: COORDINATOR, leads: false },
    { name: 'Interpol', country: null, agencyId: INTERPOL, leads: false },
  ],
};

export interface PlannedOperation extends PlanEntryDraft {
  readonly isThisOne: boolean;
}

/** The first is the story's; that others follow is published, which is not. */
export const ACTION_PLAN: readonly PlannedOperation[] = [
  { title: 'Operation Icarus', from: '2011-01', to: '2011-12', isThisOne: true },
  { title: 'Operation on new threads (synthetic)', from: '2012-02', to: '2012-10', isThisOne: false },
  { title: 'Operation on payments (synthetic)', from: '2012-06', to: '2012-12', isThisOne: false },
];

export const MEETING = {
  title: 'Operational meeting',
  place: 'Europol, The Hague',
  startsAt: MOMENTS.meeting,
  endsAt: MOMENTS.meetingEnds,
  agenda: [
    'What was observed, and how fresh it is',
    'One package for each country: contents and handling codes',
    'Who runs the exchange of information and collects results',
    'Imminent risk',
    'Release of the packages',
  ],
} as const;

/** Two of those invited send nobody. Synthetic. */
const ABSENT: readonly CountryCode[] = ['CY', 'RO'];

export function invitedAgencies(): AgencyId[] {
  return [COORDINATOR, INTERPOL, ...PARTICIPANTS.map(agencyIdOf)];
}

/** Investigators and liaison officers, by role. */
export function present(): Attendance[] {
  const absent = new Set(ABSENT.map(agencyIdOf));
  return AGENCIES.filter(({ agencyId }) => invitedAgencies().includes(agencyId))
    .filter(({ agencyId }) => !absent.has(agencyId))
    .map(({ agencyId, officers }) => ({
      agencyId,
      attendants: agencyId === LEAD_AGENCY ? [...officers] : [officers[0]],
    }));
}

export interface PlannedDecision {
  readonly text: string;
  readonly responsible?: AgencyId;
  readonly dueAt?: Date;
}

/** Agreed before the packages are released; the first is published [D]. */
export const AGREED: readonly PlannedDecision[] = [
  {
    text: 'Europol runs the exchange of information and the collection of results.',
    responsible: COORDINATOR,
  },
  { text: 'Whoever learns that somebody may be harmed says so at once, before anything else.' },
  {
    text: 'Each country reports its results; the first report is due after two weeks.',
    dueAt: new Date('2011-10-07T18:00:00Z'),
  },
];
/** Within how long, and why, is published [D]. */
export const RELEASED =
  'The packages are released. They leave within 24 hours, to guarantee the integrity of data and to ensure a fast reaction.';
