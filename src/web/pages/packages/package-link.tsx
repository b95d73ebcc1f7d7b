import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAgency } from '#web/api/operation.ts';

export function PackageLink({ packageId, children }: { packageId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/packages/$id" params={{ agency, id: packageId }}>
      {children}
    </Link>
  );
}
