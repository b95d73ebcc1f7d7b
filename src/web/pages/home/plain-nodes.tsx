import { Link } from '@tanstack/react-router';
import type { HostedNode } from '#web/api/nodes.ts';
import { t } from '#web/messages/messages.ts';
import { OpenerLink } from '#web/parts/opener-link.tsx';

/** Where officers sign in: the nodes that are served here. */
export function PlainNodes({
  nodes,
  heading: Heading,
}: {
  nodes: readonly HostedNode[];
  heading: 'h1' | 'h2';
}) {
  return (
    <section>
      <Heading>{t('desks.title')}</Heading>
      <ul>
        {nodes.map(({ agencyId, name }) => (
          <li key={agencyId}>
            <Link to="/$agency/board" params={{ agency: agencyId }}>
              {name}
            </Link>
          </li>
        ))}
      </ul>
      <p className="soft">{t('desks.signIn')}</p>
      <p>
        <OpenerLink />
      </p>
    </section>
  );
}
