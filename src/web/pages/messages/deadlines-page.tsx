import { SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { DeadlineList, DeadlineRow } from '#exchange/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { useDeadlines } from '#web/api/tracking.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Until } from '#web/parts/until.tsx';
import { DELIVERY_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { AlarmMark } from './alarm-mark.tsx';
import { MessageLink } from './message-link.tsx';
import { MessagesTabs } from './messages-tabs.tsx';
import { shownState } from './shown-state.ts';

/** Whose receipt is still out, the nearest deadline first; overdue ones and alarms at a click. */
export function DeadlinesPage() {
  const deadlines = useDeadlines();
  return (
    <>
      <PageHead title={t('deadlines.title')} lead={t('deadlines.lead')} />
      <MessagesTabs />
      <Sheet>
        <Loaded query={deadlines}>{(list) => <Rows list={list} />}</Loaded>
      </Sheet>
    </>
  );
}

const SHOWS = {
  alarms: ({ delivery }: DeadlineRow) => delivery.alarmPercent !== null,
  overdue: ({ delivery }: DeadlineRow) => delivery.overdue,
} as const;

function Rows({ list }: { list: DeadlineList }) {
  const { show } = useSearch({ from: '/$agency/messages/deadlines' });
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/messages/deadlines' });
  const rows = show ? list.rows.filter(SHOWS[show]) : list.rows;
  return (
    <DataTable
      name="deadlines"
      label={t('deadlines.list')}
      columns={COLUMNS}
      rows={rows}
      rowId={({ messageId, delivery }) => `${messageId} ${delivery.recipient}`}
      onOpen={({ messageId }) =>
        void navigate({ to: '/$agency/messages/$id', params: { agency, id: messageId } })
      }
      tools={
        <SegmentedControl
          size="xs"
          aria-label={t('deadlines.show')}
          value={show ?? ''}
          onChange={(value) =>
            void navigate({
              search: (old) => ({ ...old, show: value === '' ? undefined : (value as keyof typeof SHOWS) }),
              replace: true,
            })
          }
          data={[
            { value: '', label: t('deadlines.showAll') },
            { value: 'alarms', label: t('deadlines.showAlarms') },
            { value: 'overdue', label: t('deadlines.showOverdue') },
          ]}
        />
      }
      empty={<Empty what={t('deadlines.none')}>{t('deadlines.noneDo')}</Empty>}
    />
  );
}

const COLUMNS: readonly DataColumn<DeadlineRow>[] = [
  {
    id: 'kind',
    header: t('column.kind'),
    cell: ({ messageId, kind, role }) => (
      <MessageLink messageId={messageId} kind={kind} direction={role === 'sender' ? 'sent' : 'received'} />
    ),
  },
  { id: 'recipient', header: t('column.to'), cell: ({ delivery }) => <Agency id={delivery.recipient} /> },
  {
    id: 'state',
    header: t('column.state'),
    cell: ({ kind, delivery }) => {
      const shown = shownState(kind, delivery);
      return <StateMark look={DELIVERY_LOOK[shown]} word={t(`delivery.${shown}`)} />;
    },
  },
  { id: 'due', header: t('deadlines.due'), cell: ({ deadlineAt }) => <Until at={deadlineAt} /> },
  {
    id: 'passed',
    header: t('deadlines.passed'),
    end: true,
    cell: ({ elapsedPercent }) => t('deadlines.percent', { percent: Math.floor(elapsedPercent) }),
  },
  {
    id: 'alarm',
    header: t('deadlines.alarm'),
    cell: ({ delivery: { alarmPercent } }) =>
      alarmPercent === null ? (
        <span className="soft">{t('deadlines.noAlarm')}</span>
      ) : (
        <AlarmMark percent={alarmPercent} />
      ),
  },
  {
    id: 'why',
    header: t('deadlines.why'),
    wrap: true,
    width: 320,
    cell: ({ delivery }) => delivery.sentence ?? '',
  },
];
