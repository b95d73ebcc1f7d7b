import { useNavigate } from '@tanstack/react-router';
import { useNetworks } from '#web/api/hits.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { HitsTabs } from './hits-tabs.tsx';
import { NETWORK_COLUMNS } from './network-columns.tsx';

/** What confirmed hits connect: known networks, new groups, single offenders. */
export function NetworksPage() {
  const networks = useNetworks();
  const agency = useAgency();
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={t('networks.title')} lead={t('networks.lead')} />
      <HitsTabs />
      <Sheet>
        <Loaded query={networks}>
          {({ rows }) => (
            <DataTable
              name="networks"
              label={t('networks.title')}
              columns={NETWORK_COLUMNS}
              rows={rows}
              rowId={({ networkId }) => networkId}
              onOpen={({ networkId }) =>
                void navigate({ to: '/$agency/hits/networks/$networkId', params: { agency, networkId } })
              }
              empty={<Empty what={t('networks.empty')}>{t('networks.emptyDo')}</Empty>}
            />
          )}
        </Loaded>
      </Sheet>
    </>
  );
}
