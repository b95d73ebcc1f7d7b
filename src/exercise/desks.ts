/**
 * The desks of an exercise. Where officers choose a desk, one sits at several roles that a small unit gives to one
 * person; where they sign in, every desk has one role and one officer.
 */
import { addOfficer, grantRole } from '#access/officers.ts';
import type { Role } from '#access/policy.ts';
import { listOfficers } from '#access/store.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import type { AgencyId, OfficerId, OperationId } from '#core/ids.ts';
import type { ExerciseHost } from './nodes.ts';
import { SYSTEM } from './nodes.ts';
import { AGENCIES, COORDINATOR, LEAD_AGENCY, type ScenarioAgency } from './scenario.ts';

export interface Desk {
  readonly desk: string;
  /** Of the officer: invented, named after his place. */
  readonly name: string;
  readonly roles: readonly Role[];
}

type Place = 'lead' | 'coordinator' | 'unit' | 'recipient';

const APPROVER: Desk = { desk: 'approver', name: 'Approving officer', roles: ['approver'] };
const ANALYST: Desk = { desk: 'analyst', name: 'Lead analyst', roles: ['lead-analyst'] };
const COORDINATION: readonly Desk[] = [
  { desk: 'coordinator', name: 'Coordinator', roles: ['coordinator'] },
  APPROVER,
  { desk: 'press', name: 'Press officer', roles: ['press'] },
  { desk: 'auditor', name: 'Auditor', roles: ['auditor'] },
];

const CHOSEN: Readonly<Record<Place, readonly Desk[]>> = {
  lead: [
    ANALYST,
    APPROVER,
    { desk: 'investigator', name: 'Investigator', roles: ['investigator', 'liaison', 'examiner'] },
  ],
  coordinator: COORDINATION,
  unit: [
    { desk: 'investigator', name: 'Investigator', roles: ['investigator', 'liaison', 'examiner'] },
    APPROVER,
  ],
  recipient: [{ desk: 'liaison', name: 'Liaison officer', roles: ['liaison', 'investigator'] }],
};

const INVESTIGATOR: Desk = { desk: 'investigator', name: 'Investigator', roles: ['investigator'] };
const EXAMINER: Desk = { desk: 'examiner', name: 'Examiner', roles: ['examiner'] };
const LIAISON: Desk = { desk: 'liaison', name: 'Liaison officer', roles: ['liaison'] };

const SIGNED_IN: Readonly<Record<Place, readonly Desk[]>> = {
  lead: [ANALYST, APPROVER, INVESTIGATOR, EXAMINER, LIAISON],
  coordinator: COORDINATION,
  unit: [INVESTIGATOR, EXAMINER, LIAISON, APPROVER],
  recipient: [LIAISON, INVESTIGATOR],
};

/** Officers of the machine, for the persons who take part: they enrol whom the exercise is for. */
export const ADMINISTRATORS: readonly Desk[] = [1, 2].map((number) => ({
  desk: `administrator-${number}`,
  name: `Administrator ${number}`,
  roles: ['administrator'],
}));

function placeOf({ agencyId, country }: ScenarioAgency): Place {
  if (agencyId === LEAD_AGENCY) return 'lead';
  if (agencyId === COORDINATOR) return 'coordinator';
  return country === null ? 'recipient' : 'unit';
}

type Entry = Pick<ExerciseHost, 'signedIn'>;

export function desksOf(agency: ScenarioAgency, { signedIn }: Entry): readonly Desk[] {
  return (signedIn ? SIGNED_IN : CHOSEN)[placeOf(agency)];
}

export function officerAt(agencyId: AgencyId, desk: string): OfficerId {
  return `${agencyId}-${desk}` as OfficerId;
}

/** The officer who has that role at that agency. */
export function officerWith(agencyId: AgencyId, role: Role, entry: Entry): OfficerId {
  const agency = AGENCIES.find((one) => one.agencyId === agencyId);
  const found = agency && desksOf(agency, entry).find(({ roles }) => roles.includes(role));
  if (!found) throw new Error(`${agencyId} has no desk of the role ${role}`);
  return officerAt(agencyId, found.desk);
}

/** The officers of every desk, with their roles on the operation; where they sign in, the administrators besides. */
export async function staffDesks(
  nodes: ReadonlyMap<AgencyId, OpenNode>,
  operationId: OperationId,
  entry: Entry,
): Promise<void> {
  for (const agency of AGENCIES) {
    const { ctx } = nodes.get(agency.agencyId) as OpenNode;
    const known = new Set((await listOfficers(ctx.db)).map((officer) => officer.officerId));
    for (const { desk, name, roles } of [
      ...desksOf(agency, entry),
      ...(entry.signedIn ? ADMINISTRATORS : []),
    ]) {
      const officerId = officerAt(agency.agencyId, desk);
      if (!known.has(officerId))
        await addOfficer(ctx, SYSTEM, { officerId, name: `${name} ${agency.agencyId.toUpperCase()}` });
      for (const role of roles) {
        const on = role === 'administrator' ? null : operationId;
        await grantRole(ctx, SYSTEM, { officerId, role, operationId: on });
      }
    }
  }
}
