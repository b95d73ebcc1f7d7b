import { useNavigate } from '@tanstack/react-router';
import type { IcsePage as Icse } from '#referrals/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { usePlace } from '#web/api/place.ts';
import { useIcse } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Stack } from '#web/parts/columns.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { CLAIM_COLUMNS } from './claim-columns.tsx';
import { Overdue } from './overdue.tsx';
import { RECEIVED_SERIES_COLUMNS } from './received-series-columns.tsx';
import { ReferralTabs } from './referral-tabs.tsx';
import { SERIES_COLUMNS } from './series-columns.tsx';

/** Series for ICSE: this agency's own, the coordinator's register of who claimed which, and at Interpol what came. */
export function IcsePage() {
  const icse = useIcse();
  const agency = useAgency();
  const navigate = useNavigate();
  const { takesPart } = usePlace();
  const why =
    whyNot(useSession(), 'referrals.prepare', useOperation()?.operationId) ??
    (takesPart ? undefined : t('referrals.notPart'));
  return (
    <>
      <PageHead
        title={t('nav.referrals')}
        lead={t('icse.lead')}
        actions={
          <ActButton
            why={why}
            onClick={() => void navigate({ to: '/$agency/referrals/icse/prepare', params: { agency } })}
          >
            {t('icse.prepare')}
          </ActButton>
        }
      />
      <ReferralTabs />
      <Loaded query={icse}>
        {(page) => (
          <Stack>
            <Overdue />
            <Sections page={page} />
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function Sections({ page }: { page: Icse }) {
  const agency = useAgency();
  const navigate = useNavigate();
  const { coordinator } = usePlace();
  return (
    <>
      {page.received.length > 0 && (
        <Sheet>
          <DataTable
            name="icse-received"
            label={t('icse.received')}
            heading={t('icse.received')}
            columns={RECEIVED_SERIES_COLUMNS}
            rows={page.received}
            rowId={({ seriesId }) => seriesId}
            onOpen={({ seriesId }) =>
              void navigate({ to: '/$agency/referrals/received/$id', params: { agency, id: seriesId } })
            }
            empty={null}
          />
        </Sheet>
      )}
      {(page.series.length > 0 || page.received.length === 0) && (
        <Sheet>
          <DataTable
            name="icse-series"
            label={t('icse.own')}
            heading={t('icse.own')}
            columns={SERIES_COLUMNS}
            rows={page.series}
            rowId={({ seriesId }) => seriesId}
            onOpen={({ seriesId }) =>
              void navigate({ to: '/$agency/referrals/icse/$id', params: { agency, id: seriesId } })
            }
            empty={<Empty what={t('icse.empty')}>{t('icse.emptyDo')}</Empty>}
          />
        </Sheet>
      )}
      {coordinator && (
        <Sheet>
          <DataTable
            name="icse-register"
            label={t('icse.register')}
            heading={t('icse.register')}
            columns={CLAIM_COLUMNS}
            rows={page.claims}
            rowId={({ claimId }) => claimId}
            empty={<Empty what={t('icse.registerEmpty')}>{t('icse.registerEmptyDo')}</Empty>}
          />
        </Sheet>
      )}
    </>
  );
}
