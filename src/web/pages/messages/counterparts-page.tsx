import { Link, useNavigate } from '@tanstack/react-router';
import type { Counterpart } from '#exchange/reconciliation/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useCounterparts } from '#web/api/tracking.ts';
import { t } from '#web/messages/messages.ts';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { DifferenceCounts } from './difference-counts.tsx';
import { MessagesTabs } from './messages-tabs.tsx';

/** Every other agency of the operation, and how its records and ours agree. */
export function CounterpartsPage() {
  const counterparts = useCounterparts();
  const agency = useAgency();
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={t('counterparts.title')} lead={t('counterparts.lead')} />
      <MessagesTabs />
      <Sheet>
        <Loaded query={counterparts}>
          {(list) => (
            <DataTable
              name="counterparts"
              label={t('counterparts.list')}
              columns={COLUMNS}
              rows={list.counterparts}
              rowId={({ agencyId }) => agencyId}
              onOpen={({ agencyId }) =>
                void navigate({ to: '/$agency/messages/counterparts/$id', params: { agency, id: agencyId } })
              }
              empty={<Empty what={t('counterparts.empty')}>{t('counterparts.lead')}</Empty>}
            />
          )}
        </Loaded>
      </Sheet>
    </>
  );
}

const of = (have: number, all: number) => t('counterparts.of', { have, all });

const COLUMNS: readonly DataColumn<Counterpart>[] = [
  {
    id: 'agency',
    header: t('counterparts.agency'),
    cell: ({ agencyId }) => <CounterpartLink id={agencyId} />,
  },
  {
    id: 'compared',
    header: t('counterparts.compared'),
    cell: ({ newest }) =>
      newest ? <Time at={newest.comparedAt} /> : <span className="soft">{t('counterparts.never')}</span>,
  },
  {
    id: 'ours',
    header: t('counterparts.ours'),
    end: true,
    cell: ({ newest }) => newest && of(newest.oursThere, newest.oursSent),
  },
  {
    id: 'theirs',
    header: t('counterparts.theirs'),
    end: true,
    cell: ({ newest }) => newest && of(newest.theirsHere, newest.theirsSent),
  },
  {
    id: 'differences',
    header: t('counterparts.differences'),
    cell: ({ newest }) => newest && <DifferenceCounts counts={newest} />,
  },
  {
    id: 'asked',
    header: t('counterparts.asked'),
    cell: ({ askedAt }) => askedAt && <Time at={askedAt} />,
  },
];

function CounterpartLink({ id }: { id: string }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/messages/counterparts/$id" params={{ agency, id }}>
      {agencyName(useOperation(), id)}
    </Link>
  );
}
