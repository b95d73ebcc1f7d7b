import { useNavigate } from '@tanstack/react-router';
import type { EurojustPage as Eurojust } from '#referrals/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { usePlace } from '#web/api/place.ts';
import { useEurojust } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Stack } from '#web/parts/columns.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Overdue } from './overdue.tsx';
import { ReferralTabs } from './referral-tabs.tsx';
import { RECEIVED_REQUEST_COLUMNS, REQUEST_COLUMNS } from './request-columns.tsx';

/** Requests to Eurojust; at Eurojust those that came. */
export function EurojustPage() {
  const eurojust = useEurojust();
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
        lead={t('eurojust.lead')}
        actions={
          <ActButton
            why={why}
            onClick={() => void navigate({ to: '/$agency/referrals/eurojust/draft', params: { agency } })}
          >
            {t('eurojust.draft')}
          </ActButton>
        }
      />
      <ReferralTabs />
      <Loaded query={eurojust}>
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

function Sections({ page: { requests, received } }: { page: Eurojust }) {
  const agency = useAgency();
  const navigate = useNavigate();
  return (
    <>
      {received.length > 0 && (
        <Sheet>
          <DataTable
            name="eurojust-received"
            label={t('eurojust.received')}
            heading={t('eurojust.received')}
            columns={RECEIVED_REQUEST_COLUMNS}
            rows={received}
            rowId={({ requestId }) => requestId}
            onOpen={({ requestId }) =>
              void navigate({
                to: '/$agency/referrals/eurojust-received/$id',
                params: { agency, id: requestId },
              })
            }
            empty={null}
          />
        </Sheet>
      )}
      {(requests.length > 0 || received.length === 0) && (
        <Sheet>
          <DataTable
            name="eurojust-requests"
            label={t('eurojust.own')}
            heading={t('eurojust.own')}
            columns={REQUEST_COLUMNS}
            rows={requests}
            rowId={({ requestId }) => requestId}
            onOpen={({ requestId }) =>
              void navigate({ to: '/$agency/referrals/eurojust/$id', params: { agency, id: requestId } })
            }
            empty={<Empty what={t('eurojust.empty')}>{t('eurojust.emptyDo')}</Empty>}
          />
        </Sheet>
      )}
    </>
  );
}
