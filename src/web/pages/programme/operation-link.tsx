import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';

/** An operation's board; officers outside it are told no name. */
export function OperationLink({ operationId, codeName }: { operationId: string; codeName: string | null }) {
  const agency = useAgency();
  if (codeName === null) return <span className="soft">{t('programme.hiddenOperation')}</span>;
  return (
    <Link to="/$agency/board" params={{ agency }} search={{ operation: operationId }}>
      {codeName}
    </Link>
  );
}
