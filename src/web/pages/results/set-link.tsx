import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAgency } from '#web/api/operation.ts';

export function SetLink({ setId, children }: { setId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/results/$setId" params={{ agency, setId }}>
      {children}
    </Link>
  );
}
