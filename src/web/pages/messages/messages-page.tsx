import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { MessagePage } from '#exchange/schemas.ts';
import { useMessages } from '#web/api/messages.ts';
import { useAgency } from '#web/api/operation.ts';
import { useTransfers } from '#web/api/tracking.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { DirectionKind } from '#web/parts/direction-kind.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { NewestOlder } from '#web/parts/newest-older.tsx';
import { OpenerLink } from '#web/parts/opener-link.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { kindWords } from './kind-words.ts';
import { messageColumns } from './message-columns.tsx';
import { MessagesTabs } from './messages-tabs.tsx';
import { Transfers } from './transfers.tsx';

/** Those that officers look for; the list shows every kind. */
const KINDS = [
  'package',
  'report',
  'message',
  'query',
  'answer',
  'recall',
  'reconciliation',
  'receipt',
] as const;
const COLUMNS = messageColumns();

/** Everything sealed that was sent or received here, newest first. */
export function MessagesPage() {
  const { direction, kind, before } = useSearch({ from: '/$agency/messages' });
  const messages = useMessages({ direction, kind, before, limit: 50 });
  const transfers = useTransfers();
  return (
    <>
      <PageHead title={t('messages.title')} lead={t('messages.lead')} actions={<OpenerLink />} />
      <MessagesTabs />
      <Stack>
        <Transfers transfers={transfers.data?.transfers ?? []} named />
        <Sheet>
          <Loaded query={messages}>{(page) => <Rows page={page} />}</Loaded>
        </Sheet>
      </Stack>
    </>
  );
}

function Rows({ page }: { page: MessagePage }) {
  const { before, ...filter } = useSearch({ from: '/$agency/messages' });
  const agency = useAgency();
  return (
    <>
      <DataTable
        name="messages"
        label={t('messages.list')}
        columns={COLUMNS}
        rows={page.messages}
        rowId={({ messageId, direction }) => `${direction} ${messageId}`}
        tools={<Filters />}
        empty={<Empty what={t('messages.empty')}>{t('messages.emptyDo')}</Empty>}
      />
      <NewestOlder
        before={before}
        next={page.next}
        link={(from, words) => (
          <Link to="/$agency/messages" params={{ agency }} search={{ ...filter, before: from }}>
            {words}
          </Link>
        )}
      />
    </>
  );
}

function Filters() {
  const { direction, kind } = useSearch({ from: '/$agency/messages' });
  const navigate = useNavigate({ from: '/$agency/messages' });
  return (
    <DirectionKind
      direction={direction}
      kind={kind}
      label={t('messages.kind')}
      kinds={KINDS.map((value) => ({ value, label: kindWords(value) }))}
      onChange={(name, value) =>
        void navigate({
          search: (old) => ({ ...old, before: undefined, [name]: value }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}
