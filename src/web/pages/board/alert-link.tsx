import { Link } from '@tanstack/react-router';
import type { Alert } from '#results/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { TargetPlaceLink } from '#web/parts/target-place-link.tsx';

/** The alert's sentence, which opens the thing that it is about. */
export function AlertLink({ alert }: { alert: Alert }) {
  const agency = useAgency();
  const { page, id } = alert.opens;
  if (page === 'target') {
    return (
      <TargetPlaceLink targetId={id} country={alert.country}>
        {alert.words}
      </TargetPlaceLink>
    );
  }
  if (page === 'report') {
    return (
      <Link to="/$agency/reports/$id" params={{ agency, id }}>
        {alert.words}
      </Link>
    );
  }
  return (
    <Link to="/$agency/packages" params={{ agency }} search={{ country: alert.country }}>
      {alert.words}
    </Link>
  );
}
