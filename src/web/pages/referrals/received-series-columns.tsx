import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ReceivedSeriesView } from '#referrals/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { SERIES_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';

export const RECEIVED_SERIES_COLUMNS: readonly DataColumn<ReceivedSeriesView>[] = [
  {
    id: 'name',
    header: t('icse.series'),
    wrap: true,
    cell: ({ seriesId, name }) => <ReceivedLink seriesId={seriesId}>{name}</ReceivedLink>,
  },
  { id: 'from', header: t('column.from'), cell: ({ from }) => <Agency id={from} /> },
  {
    id: 'owner',
    header: t('icse.onBehalfOf'),
    cell: ({ onBehalfOf }) => onBehalfOf !== null && <Agency id={onBehalfOf} />,
  },
  { id: 'case', header: t('icse.case'), wrap: true, cell: ({ caseReference }) => caseReference },
  { id: 'items', header: t('column.files'), end: true, cell: ({ itemCount }) => count(itemCount) },
  { id: 'at', header: t('package.receivedAt'), cell: ({ receivedAt }) => <Time at={receivedAt} /> },
  {
    id: 'state',
    header: t('column.state'),
    cell: ({ confirmed }) =>
      confirmed ? (
        <>
          <StateMark look={SERIES_LOOK.confirmed} word={t('series.confirmed')} />{' '}
          <span className="mono">{confirmed.icseReference}</span>
        </>
      ) : (
        <StateMark look={{ shape: 'half', tone: 'wait' }} word={t('icse.toConfirm')} />
      ),
  },
];

function ReceivedLink({ seriesId, children }: { seriesId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/referrals/received/$id" params={{ agency, id: seriesId }}>
      {children}
    </Link>
  );
}
