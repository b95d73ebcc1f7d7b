import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';

/** A target of the lead; `plain` for its numbers. */
export function TargetLink({
  targetId,
  clientId,
  plain = false,
}: {
  targetId: string;
  clientId: string;
  plain?: boolean;
}) {
  const agency = useAgency();
  return (
    <Link
      to="/$agency/targets/$id"
      params={{ agency, id: targetId }}
      className={plain ? '' : 'mono'}
      title={plain ? undefined : clientId}
    >
      {clientId.length > 16 ? `${clientId.slice(0, 15)}…` : clientId}
    </Link>
  );
}
