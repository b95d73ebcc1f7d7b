import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { LetterPage } from '#correspondence/schemas.ts';
import { useLetters } from '#web/api/letters.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { DirectionKind } from '#web/parts/direction-kind.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { NewestOlder } from '#web/parts/newest-older.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { letterColumns } from './letter-columns.tsx';
import { LettersTabs } from './letters-tabs.tsx';

const COLUMNS = letterColumns();
const KINDS = ['message', 'query', 'answer'] as const;

/** What officers wrote to other agencies, and these to this one; newest first. */
export function LettersPage() {
  const { direction, kind, before } = useSearch({ from: '/$agency/letters' });
  const letters = useLetters({ direction, kind, before, limit: 50 });
  return (
    <>
      <PageHead title={t('letters.title')} lead={t('letters.lead')} actions={<Write />} />
      <LettersTabs />
      <Sheet>
        <Loaded query={letters}>{(page) => <Rows page={page} />}</Loaded>
      </Sheet>
    </>
  );
}

function Write() {
  const agency = useAgency();
  const navigate = useNavigate();
  const why = whyNot(useSession(), 'letters.send', useOperation()?.operationId);
  return (
    <ActButton why={why} onClick={() => void navigate({ to: '/$agency/letters/write', params: { agency } })}>
      {t('letters.write')}
    </ActButton>
  );
}

function Rows({ page }: { page: LetterPage }) {
  const { before, ...filter } = useSearch({ from: '/$agency/letters' });
  const agency = useAgency();
  const navigate = useNavigate();
  return (
    <>
      <DataTable
        name="letters"
        label={t('letters.list')}
        columns={COLUMNS}
        rows={page.letters}
        rowId={({ messageId }) => messageId}
        onOpen={({ messageId }) =>
          void navigate({ to: '/$agency/letters/$id', params: { agency, id: messageId } })
        }
        tools={<Filters />}
        empty={<Empty what={t('letters.empty')}>{t('letters.emptyDo')}</Empty>}
      />
      <NewestOlder
        before={before}
        next={page.next}
        link={(from, words) => (
          <Link to="/$agency/letters" params={{ agency }} search={{ ...filter, before: from }}>
            {words}
          </Link>
        )}
      />
    </>
  );
}

function Filters() {
  const { direction, kind } = useSearch({ from: '/$agency/letters' });
  const navigate = useNavigate({ from: '/$agency/letters' });
  return (
    <DirectionKind
      direction={direction}
      kind={kind}
      label={t('letters.kind')}
      kinds={KINDS.map((value) => ({ value, label: t(`letters.kind.${value}`) }))}
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
