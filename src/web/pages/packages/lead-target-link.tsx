import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { shortId } from '#web/words/format.ts';

export function LeadTargetLink({ targetId }: { targetId: string }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/targets/$id" params={{ agency, id: targetId }} className="mono" title={targetId}>
      {shortId(targetId)}
    </Link>
  );
}
