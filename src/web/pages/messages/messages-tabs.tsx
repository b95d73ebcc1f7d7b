import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Tabs } from '#web/parts/tabs.tsx';

export function MessagesTabs() {
  const agency = useAgency();
  return (
    <Tabs label={t('messages.tabs')}>
      <Link to="/$agency/messages" params={{ agency }} activeOptions={{ exact: true, includeSearch: false }}>
        {t('messages.all')}
      </Link>
      <Link to="/$agency/messages/deadlines" params={{ agency }} activeOptions={{ includeSearch: false }}>
        {t('messages.deadlines')}
      </Link>
      <Link to="/$agency/messages/files" params={{ agency }}>
        {t('messages.byFile')}
      </Link>
      <Link to="/$agency/messages/counterparts" params={{ agency }}>
        {t('messages.counterparts')}
      </Link>
    </Tabs>
  );
}
