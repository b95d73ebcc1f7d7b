import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { hasTrail } from '#web/api/trail.ts';
import { t } from '#web/messages/messages.ts';

/** To the chain of custody, for things that have one. */
export function TrailLink({ kind, id }: { kind: string; id: string }) {
  const agency = useAgency();
  return (
    hasTrail(kind) && (
      <Link to="/$agency/custody/chain" params={{ agency }} search={{ kind, id }}>
        {t('trail.open')}
      </Link>
    )
  );
}
