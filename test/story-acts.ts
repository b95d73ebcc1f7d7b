/** Who does what in the story, as the custody logs of its nodes must tell. */
import { ACTIONS, type Role } from '#access/policy.ts';
import { actionsAsked, ROUTE_ACCESS } from '#access/route-access.ts';
import { COORDINATOR, LEAD_AGENCY, type ScenarioAgency } from '#exercise/scenario.ts';
import type { DeskClient } from './exercise.ts';

const ANALYST = ['analyst'];
const INVESTIGATOR = ['investigator'];
const EXAMINER = ['examiner'];
const PREPARING = ['investigator', 'coordinator'];

/** Kinds of events of the operation that an officer's act writes, with the desks of which it is the act. */
export const DONE_BY: Readonly<Record<string, readonly string[]>> = {
  'observations.upload-began': ANALYST,
  'observations.upload-complete': ANALYST,
  'observations.upload-import-asked': ANALYST,
  'observations.imported': ANALYST,
  'observations.severity-list-loaded': ANALYST,
  'attribution.snapshot-loaded': ANALYST,
  'observations.attributed': ANALYST,
  'targets.built': ANALYST,
  'targets.links-suggested': ANALYST,
  'targets.freeze-curve-asked': ANALYST,
  'targets.freeze-curve-computed': ANALYST,
  'retention.table-loaded': ANALYST,
  'programme.operation-linked': ANALYST,
  'meeting.planned': ANALYST,
  'meeting.held': ANALYST,
  'meeting.decided': ANALYST,
  'meeting.minutes-approved': ANALYST,
  'package.composed': ANALYST,
  'package.approved': ['approver'],
  'package.sent': ANALYST,
  'casework.outcome-recorded': INVESTIGATOR,
  'casework.risk-raised': INVESTIGATOR,
  'casework.risk-cleared': INVESTIGATOR,
  'report.sent': INVESTIGATOR,
  'selectors.sent': INVESTIGATOR,
  'exhibit.registered': INVESTIGATOR,
  'exhibit.moved': INVESTIGATOR,
  'exhibit.opened': INVESTIGATOR,
  'exhibit.imaged': INVESTIGATOR,
  'hash-list.imported': EXAMINER,
  'inventory.started': EXAMINER,
  'exhibit.reported': EXAMINER,
  'hit.decided': ['coordinator'],
  'referral.prepared': PREPARING,
  'referral.claim-asked': INVESTIGATOR,
  'referral.claim-refused': ['coordinator'],
  'referral.approved': ['approver'],
  'referral.sent': INVESTIGATOR,
  'referral.drafted': INVESTIGATOR,
  'referral.permission-asked': INVESTIGATOR,
  'referral.permission-granted': ['approver'],
  'referral.confirmed': INVESTIGATOR,
  'referral.answered': INVESTIGATOR,
  'approval.signed': ['approver', 'press'],
  'approval.signature-used': ['approver', 'press'],
  'results.computed': ['coordinator'],
  'results.released': ['press'],
};

/** A desk of the agency that reads the custody log. */
export function readerOf({ agencyId }: ScenarioAgency): string {
  if (agencyId === LEAD_AGENCY) return 'analyst';
  return agencyId === COORDINATOR ? 'coordinator' : 'investigator';
}

interface Act {
  /** As src/access/route-access.ts lists it. */
  readonly key: string;
  readonly path: string;
}

/** One act of each role that has acts. */
export const ACTS_OF: readonly Act[] = [
  'POST {op}/targets',
  'POST {op}/packages/approve',
  'POST {op}/casework/report',
  'POST {op}/exhibits/:exhibitId/report',
  'POST {op}/figures',
  'POST {op}/figures/:figureSetId/release',
].map((key) => ({ key, path: key.replace('POST ', '').replace(/:\w+/, 'none') }));

export function mayDo({ key }: Act, role: Role): boolean {
  return actionsAsked(ROUTE_ACCESS[key] ?? []).every((action) =>
    (ACTIONS[action] as readonly string[]).includes(role),
  );
}

export interface CustodyEvent {
  readonly sequence: number;
  readonly kind: string;
  readonly actor: string;
  readonly at: string;
}

/** Every event of the operation in the custody log of the desk's node, in its order. */
export async function eventsOf(desk: DeskClient, operationId: string): Promise<CustodyEvent[]> {
  const all: CustodyEvent[] = [];
  for (;;) {
    const after = all.at(-1)?.sequence ?? 0;
    const page = await desk.get<CustodyEvent[]>(
      `/operations/${operationId}/custody?limit=500&after=${after}`,
    );
    all.push(...page);
    if (page.length < 500) return all;
  }
}
