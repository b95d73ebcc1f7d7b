import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { shortId } from '#web/words/format.ts';

/** A target in this agency's casework. */
export function CaseLink({ targetId }: { targetId: string }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/casework/$targetId" params={{ agency, targetId }} className="mono" title={targetId}>
      {shortId(targetId)}
    </Link>
  );
}
