import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Tabs } from '#web/parts/tabs.tsx';

export function LettersTabs() {
  const agency = useAgency();
  return (
    <Tabs label={t('nav.letters')}>
      <Link to="/$agency/letters" params={{ agency }} activeOptions={{ exact: true, includeSearch: false }}>
        {t('letters.all')}
      </Link>
      <Link to="/$agency/letters/queries" params={{ agency }}>
        {t('letters.queries')}
      </Link>
      <Link to="/$agency/letters/erasure" params={{ agency }}>
        {t('letters.erasure')}
      </Link>
    </Tabs>
  );
}
