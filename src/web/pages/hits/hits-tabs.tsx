import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Tabs } from '#web/parts/tabs.tsx';

export function HitsTabs() {
  const agency = useAgency();
  return (
    <Tabs label={t('nav.hits')}>
      <Link to="/$agency/hits" params={{ agency }} activeOptions={{ exact: true, includeSearch: false }}>
        {t('nav.hits')}
      </Link>
      <Link to="/$agency/hits/networks" params={{ agency }}>
        {t('networks.title')}
      </Link>
      <Link to="/$agency/hits/holdings" params={{ agency }}>
        {t('holdings.title')}
      </Link>
    </Tabs>
  );
}
