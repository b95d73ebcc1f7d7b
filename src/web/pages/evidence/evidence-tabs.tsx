import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Tabs } from '#web/parts/tabs.tsx';

export function EvidenceTabs() {
  const agency = useAgency();
  return (
    <Tabs label={t('nav.evidence')}>
      <Link to="/$agency/evidence" params={{ agency }} activeOptions={{ exact: true, includeSearch: false }}>
        {t('evidence.exhibits')}
      </Link>
      <Link to="/$agency/evidence/lists" params={{ agency }}>
        {t('hashlists.title')}
      </Link>
    </Tabs>
  );
}
