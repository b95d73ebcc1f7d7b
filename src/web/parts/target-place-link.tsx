import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { usePlace } from '#web/api/place.ts';
import { may, useSession } from '#web/api/session.ts';

interface Props {
  readonly targetId: string;
  readonly country: string | null;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A target where this desk works with it: its own case, the lead's observations, or the package that stated it. */
export function TargetPlaceLink({ targetId, country, className = '', children }: Props) {
  const agency = useAgency();
  const session = useSession();
  const operationId = useOperation()?.operationId;
  const { lead } = usePlace();
  if (country !== null && session.agency.country === country && may(session, 'casework.read', operationId))
    return (
      <Link to="/$agency/casework/$targetId" params={{ agency, targetId }} className={className}>
        {children}
      </Link>
    );
  if (lead)
    return (
      <Link to="/$agency/targets/$id" params={{ agency, id: targetId }} className={className}>
        {children}
      </Link>
    );
  return (
    <Link to="/$agency/packages/target/$targetId" params={{ agency, targetId }} className={className}>
      {children}
    </Link>
  );
}
