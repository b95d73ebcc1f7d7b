import { Link } from '@tanstack/react-router';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { may, useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { Tabs } from '#web/parts/tabs.tsx';

/** The log of acts, and for auditors that of readings. */
export function LogTabs() {
  const agency = useAgency();
  const reads = may(useSession(), 'consultations.read', useOperation()?.operationId);
  if (!reads) return null;
  return (
    <Tabs label={t('consultations.tabs')}>
      <Link to="/$agency/custody" params={{ agency }} activeOptions={{ exact: true, includeSearch: false }}>
        {t('consultations.acts')}
      </Link>
      <Link to="/$agency/custody/consultations" params={{ agency }}>
        {t('consultations.list')}
      </Link>
    </Tabs>
  );
}
