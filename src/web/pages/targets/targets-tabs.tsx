import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Tabs } from '#web/parts/tabs.tsx';

/** The list, and what an analyst asks of it. */
export function TargetsTabs() {
  const agency = useAgency();
  return (
    <Tabs label={t('nav.targets')}>
      <Link to="/$agency/targets" params={{ agency }} activeOptions={{ exact: true, includeSearch: false }}>
        {t('targets.list')}
      </Link>
      <Link to="/$agency/targets/cover" params={{ agency }} activeOptions={{ includeSearch: false }}>
        {t('cover.tab')}
      </Link>
      <Link to="/$agency/targets/ranking" params={{ agency }}>
        {t('ranking.title')}
      </Link>
      <Link to="/$agency/targets/links" params={{ agency }} activeOptions={{ includeSearch: false }}>
        {t('links.all')}
      </Link>
    </Tabs>
  );
}
