import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAgency } from '#web/api/operation.ts';
import type { VERDICT_LOOK } from '#web/state/case-looks.ts';

export function ExhibitLink({ exhibitId, children }: { exhibitId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/evidence/$id" params={{ agency, id: exhibitId }}>
      {children}
    </Link>
  );
}

export interface FileChoice {
  readonly verdict?: keyof typeof VERDICT_LOOK;
  readonly mediaType?: string;
}

/** The files of an inventory that a number counts. */
export function FilesLink({
  exhibitId,
  inventoryId,
  only = {},
  children,
}: {
  exhibitId: string;
  inventoryId: string;
  only?: FileChoice;
  children: ReactNode;
}) {
  const agency = useAgency();
  return (
    <Link
      to="/$agency/evidence/$id/files"
      params={{ agency, id: exhibitId }}
      search={{ inventory: inventoryId, ...only }}
    >
      {children}
    </Link>
  );
}
