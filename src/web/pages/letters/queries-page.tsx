import { useNavigate } from '@tanstack/react-router';
import type { QueryRow } from '#correspondence/schemas.ts';
import { useQueries } from '#web/api/letters.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { Until } from '#web/parts/until.tsx';
import { LetterLink } from './letter-columns.tsx';
import { LettersTabs } from './letters-tabs.tsx';
import { OwedMark } from './owed-mark.tsx';

const COLUMNS: readonly DataColumn<QueryRow>[] = [
  {
    id: 'query',
    header: t('queries.query'),
    wrap: true,
    cell: ({ messageId, subject }) => <LetterLink messageId={messageId} subject={subject} />,
  },
  { id: 'from', header: t('queries.asked'), cell: ({ from }) => <Agency id={from} /> },
  { id: 'owed', header: t('queries.owedBy'), cell: ({ owed }) => <Agency id={owed.agency} /> },
  { id: 'state', header: t('column.state'), cell: ({ owed }) => <OwedMark owed={owed} /> },
  { id: 'asked', header: t('letters.written'), cell: ({ askedAt }) => <Time at={askedAt} /> },
  {
    id: 'due',
    header: t('column.deadline'),
    cell: ({ dueAt, owed }) =>
      dueAt !== null && (owed.answerId === null ? <Until at={dueAt} /> : <Time at={dueAt} />),
  },
];

/** Every query, both ways, with who owes an answer; open and overdue ones first. */
export function QueriesPage() {
  const queries = useQueries();
  const agency = useAgency();
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={t('queries.title')} lead={t('queries.lead')} />
      <LettersTabs />
      <Sheet>
        <Loaded query={queries}>
          {({ queries: rows }) => (
            <DataTable
              name="queries"
              label={t('queries.list')}
              columns={COLUMNS}
              rows={rows}
              rowId={({ messageId, owed }) => `${messageId} ${owed.agency}`}
              onOpen={({ messageId }) =>
                void navigate({ to: '/$agency/letters/$id', params: { agency, id: messageId } })
              }
              empty={<Empty what={t('queries.empty')}>{t('queries.emptyDo')}</Empty>}
            />
          )}
        </Loaded>
      </Sheet>
    </>
  );
}
