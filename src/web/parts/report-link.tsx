import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAgency } from '#web/api/operation.ts';

export function ReportLink({ reportId, children }: { reportId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/reports/$id" params={{ agency, id: reportId }}>
      {children}
    </Link>
  );
}
