import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAgency } from '#web/api/operation.ts';

export function HitLink({ hitId, children }: { hitId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/hits/$id" params={{ agency, id: hitId }}>
      {children}
    </Link>
  );
}
