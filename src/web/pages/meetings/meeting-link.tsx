import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAgency } from '#web/api/operation.ts';

/** A meeting, or one part of its page. */
export function MeetingLink({
  meetingId,
  part,
  children,
}: {
  meetingId: string;
  part?: string;
  children: ReactNode;
}) {
  const agency = useAgency();
  return (
    <Link to="/$agency/meetings/$id" params={{ agency, id: meetingId }} {...(part && { hash: part })}>
      {children}
    </Link>
  );
}
