/** The chain in its order: what the navigation lists, and the letter that `g` goes there with. */
import type { Action } from '#access/policy.ts';
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
}

export const CHAIN = [
  { to: '/$agency/board', label: 'nav.board', letter: 'b', needs: 'operations.read' },
  { to: '/$agency/observations', label: 'nav.observations', letter: 'o', needs: 'observations.read' },
  { to: '/$agency/targets', label: 'nav.targets', letter: 't', needs: 'observations.read' },
  { to: '/$agency/packages', label: 'nav.packages', letter: 'p', needs: 'packages.read' },
  { to: '/$agency/messages', label: 'nav.messages', letter: 'm', needs: 'exchange.read' },
  { to: '/$agency/casework', label: 'nav.casework', letter: 'c', needs: 'casework.read', ofCountry: true },
  { to: '/$agency/reports', label: 'nav.reports', letter: 'r', needs: 'reports.read' },
  { to: '/$agency/results', label: 'nav.results', letter: 'f', needs: 'results.read' },
  { to: '/$agency/custody', label: 'nav.custody', letter: 'l', needs: 'custody.read' },
] as const satisfies readonly ChainLink[];

/** The links of the chain that a desk works with. Pure. */
export function chainOf(session: Session, operationId: string | undefined): (typeof CHAIN)[number][] {
  return CHAIN.filter(
    (link: ChainLink) =>
      may(session, link.needs, operationId) && (!link.ofCountry || session.agency.country !== null),
  );
}
