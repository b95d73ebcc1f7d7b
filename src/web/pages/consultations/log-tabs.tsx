import { Link } from '@tanstack/react-router';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { may, useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { Tabs } from '#web/parts/tabs.tsx';

/** The log of acts, the signatures, and for auditors the log of readings. */
export function LogTabs() {
  const agency = useAgency();
  const session = useSession();
  const operationId = useOperation()?.operationId;
  if (!may(session, 'custody.read', operationId)) return null;
  return (
    <Tabs label={t('consultations.tabs')}>
      <Link to="/$agency/custody" params={{ agency }} activeOptions={{ exact: true, includeSearch: false }}>
        {t('consultations.acts')}
      </Link>
      <Link to="/$agency/custody/signatures" params={{ agency }}>
        {t('signatures.title')}
      </Link>
      {may(session, 'consultations.read', operationId) && (
        <Link to="/$agency/custody/consultations" params={{ agency }}>
          {t('consultations.list')}
        </Link>
      )}
    </Tabs>
  );
}
