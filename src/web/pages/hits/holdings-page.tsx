import { useNavigate } from '@tanstack/react-router';
import { useHoldings } from '#web/api/hits.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { HitsTabs } from './hits-tabs.tsx';
import { HOLDINGS_COLUMNS } from './holdings-columns.tsx';

/** What this agency knows already, import by import: selectors come to be matched with it. */
export function HoldingsPage() {
  const holdings = useHoldings();
  const agency = useAgency();
  const navigate = useNavigate();
  const why = whyNot(useSession(), 'crossmatch.import', useOperation()?.operationId);
  return (
    <>
      <PageHead
        title={t('holdings.title')}
        lead={t('holdings.lead')}
        actions={
          <ActButton
            why={why}
            onClick={() => void navigate({ to: '/$agency/hits/holdings/upload', params: { agency } })}
          >
            {t('holdings.import')}
          </ActButton>
        }
      />
      <HitsTabs />
      <Sheet>
        <Loaded query={holdings}>
          {({ rows }) => (
            <DataTable
              name="holdings"
              label={t('holdings.title')}
              columns={HOLDINGS_COLUMNS}
              rows={rows}
              rowId={({ importId }) => importId}
              onOpen={({ importId }) =>
                void navigate({ to: '/$agency/hits/holdings/$importId', params: { agency, importId } })
              }
              empty={<Empty what={t('holdings.empty')}>{t('holdings.emptyDo')}</Empty>}
            />
          )}
        </Loaded>
      </Sheet>
    </>
  );
}
