import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';

/** The acts on one thing in the custody log. */
export function ProofLink({ kind, id }: { kind: string; id: string }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/custody" params={{ agency }} search={{ kind, id }}>
      {t('report.proof')}
    </Link>
  );
}
