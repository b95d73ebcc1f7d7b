import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAgency } from '#web/api/operation.ts';

export function SeriesLink({ seriesId, children }: { seriesId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/referrals/icse/$id" params={{ agency, id: seriesId }}>
      {children}
    </Link>
  );
}

export function RequestLink({ requestId, children }: { requestId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/referrals/eurojust/$id" params={{ agency, id: requestId }}>
      {children}
    </Link>
  );
}

export function PermissionLink({ permissionId, children }: { permissionId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/referrals/permissions/$id" params={{ agency, id: permissionId }}>
      {children}
    </Link>
  );
}
