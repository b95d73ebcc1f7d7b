import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Tabs } from '#web/parts/tabs.tsx';

export function ReferralTabs() {
  const agency = useAgency();
  return (
    <Tabs label={t('nav.referrals')}>
      <Link to="/$agency/referrals" params={{ agency }} activeOptions={{ exact: true, includeSearch: false }}>
        {t('icse.title')}
      </Link>
      <Link to="/$agency/referrals/eurojust" params={{ agency }}>
        {t('eurojust.title')}
      </Link>
      <Link to="/$agency/referrals/permissions" params={{ agency }}>
        {t('permissions.title')}
      </Link>
    </Tabs>
  );
}
