import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Tabs } from '#web/parts/tabs.tsx';

export function ObservationsTabs() {
  const agency = useAgency();
  return (
    <Tabs label={t('nav.observations')}>
      <Link
        to="/$agency/observations"
        params={{ agency }}
        activeOptions={{ exact: true, includeSearch: false }}
      >
        {t('observations.imports')}
      </Link>
      <Link to="/$agency/observations/import" params={{ agency }} activeOptions={{ includeSearch: false }}>
        {t('import.title')}
      </Link>
      <Link to="/$agency/observations/profiles" params={{ agency }}>
        {t('profiles.title')}
      </Link>
    </Tabs>
  );
}
