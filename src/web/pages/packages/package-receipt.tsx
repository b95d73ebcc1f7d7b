import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Receipt } from '#web/parts/receipt.tsx';

/** After an act on packages: what was done, and where its proof is. */
export function PackageReceipt({ title, words }: { title: string; words?: string }) {
  const agency = useAgency();
  return (
    <Receipt title={title} {...(words && { words })}>
      <Link to="/$agency/packages" params={{ agency }}>
        {t('act.back')}
      </Link>
      <Link to="/$agency/custody" params={{ agency }}>
        {t('report.proof')}
      </Link>
    </Receipt>
  );
}
