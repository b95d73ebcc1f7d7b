/** The chain in its order: what the navigation lists, and the letter that `g` goes there with. */
import type { Action } from '#access/policy.ts';
import type { OperationView } from '#operations/schemas.ts';
import { may, type Session } from '#web/api/session.ts';
import type { Key } from '#web/messages/messages.ts';

export interface ChainLink {
  readonly to: string;
  readonly label: Key;
  readonly letter: string;
  /** A desk sees the link when one of its roles allows this. */
  readonly needs: Action;
  /** Only where this node works targets of its own: an agency of a country. */
  readonly ofCountry?: boolean;
  /** Only at the lead and the coordinator, who keep it. */
  readonly central?: boolean;
}

export const CHAIN = [
  { to: '/$agency/board', label: 'nav.board', letter: 'b', needs: 'operations.read' },
  {
    to: '/$agency/programme',
    label: 'nav.programme',
    letter: 'n',
    needs: 'operations.read',
    central: true,
  },
  { to: '/$agency/observations', label: 'nav.observations', letter: 'o', needs: 'observations.read' },
  { to: '/$agency/targets', label: 'nav.targets', letter: 't', needs: 'observations.read' },
  { to: '/$agency/retention', label: 'nav.retention', letter: 'w', needs: 'retention.read' },
  { to: '/$agency/packages', label: 'nav.packages', letter: 'p', needs: 'packages.read' },
  { to: '/$agency/meetings', label: 'nav.meetings', letter: 'd', needs: 'meeting.read', central: true },
  { to: '/$agency/messages', label: 'nav.messages', letter: 'm', needs: 'exchange.read' },
  { to: '/$agency/letters', label: 'nav.letters', letter: 'k', needs: 'letters.read' },
  { to: '/$agency/casework', label: 'nav.casework', letter: 'c', needs: 'casework.read', ofCountry: true },
  { to: '/$agency/evidence', label: 'nav.evidence', letter: 'e', needs: 'evidence.read', ofCountry: true },
  { to: '/$agency/reports', label: 'nav.reports', letter: 'r', needs: 'reports.read' },
  { to: '/$agency/hits', label: 'nav.hits', letter: 'h', needs: 'crossmatch.read' },
  { to: '/$agency/referrals', label: 'nav.referrals', letter: 'i', needs: 'referrals.read' },
  { to: '/$agency/results', label: 'nav.results', letter: 'f', needs: 'results.read' },
  { to: '/$agency/protection', label: 'nav.protection', letter: 'v', needs: 'review.read' },
  { to: '/$agency/custody', label: 'nav.custody', letter: 'l', needs: 'custody.read' },
] as const satisfies readonly ChainLink[];

/** The links of the chain that a desk works with. Pure. */
export function chainOf(
  session: Session,
  operation: Pick<OperationView, 'operationId' | 'lead' | 'coordinator'> | undefined,
): (typeof CHAIN)[number][] {
  const { agencyId, country } = session.agency;
  const central = operation?.lead === agencyId || operation?.coordinator === agencyId;
  return CHAIN.filter(
    (link: ChainLink) =>
      may(session, link.needs, operation?.operationId) &&
      (!link.ofCountry || country !== null) &&
      (!link.central || central),
  );
}
