import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { usePlace } from '#web/api/place.ts';
import { t } from '#web/messages/messages.ts';
import { Tabs } from '#web/parts/tabs.tsx';

/** The curve is of the log, which only the lead has. */
export function RetentionTabs() {
  const agency = useAgency();
  const { lead } = usePlace();
  return (
    <Tabs label={t('nav.retention')}>
      <Link to="/$agency/retention" params={{ agency }} activeOptions={{ exact: true, includeSearch: false }}>
        {t('retention.rules')}
      </Link>
      {lead && (
        <Link to="/$agency/retention/freeze-curve" params={{ agency }}>
          {t('curve.title')}
        </Link>
      )}
    </Tabs>
  );
}
