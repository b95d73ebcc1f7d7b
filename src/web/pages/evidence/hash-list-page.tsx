import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { HashListRow } from '#evidence/schemas.ts';
import { useHashLists, useSkippedRows } from '#web/api/evidence.ts';
import { useAgency } from '#web/api/operation.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Columns } from '#web/parts/columns.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Size } from '#web/parts/size.tsx';
import { VERDICT_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';
import { skipWords } from './skip-words.ts';
import { SkippedPages } from './skipped-pages.tsx';

const PAGE_SIZE = 200;

const SKIPPED_COLUMNS: readonly DataColumn<{ position: number; reason: string }>[] = [
  { id: 'position', header: t('hashlist.position'), width: 120, cell: ({ position }) => count(position) },
  { id: 'reason', header: t('hashlist.why'), wrap: true, cell: ({ reason }) => skipWords(reason) },
];

/** One hash list: what it says, and which of its rows were skipped and why. */
export function HashListPage() {
  const { listId } = useParams({ from: '/$agency/evidence/lists/$listId' });
  const lists = useHashLists();
  const agency = useAgency();
  useSubject('hash-list', listId);
  return (
    <Loaded query={lists}>
      {(rows) => {
        const list = rows.find((one) => one.listId === listId);
        return list ? (
          <Shown list={list} />
        ) : (
          <Empty what={t('hashlists.missing')}>
            <Link to="/$agency/evidence/lists" params={{ agency }}>
              {t('hashlists.title')}
            </Link>
          </Empty>
        );
      }}
    </Loaded>
  );
}

function Shown({ list }: { list: HashListRow }) {
  const [after, setAfter] = useState(0);
  const skipped = useSkippedRows(list.listId, after, PAGE_SIZE);
  return (
    <>
      <PageHead
        title={list.name}
        lead={
          <>
            <StateMark look={VERDICT_LOOK[list.meaning]} word={t(`verdict.${list.meaning}`)} />
            <span>
              {list.source}, {list.version}
            </span>
          </>
        }
      />
      <Columns wide side={<About list={list} />}>
        <Sheet>
          <Loaded query={skipped}>
            {({ rows }) => (
              <>
                <DataTable
                  name="skipped-rows"
                  label={t('hashlist.skippedRows')}
                  heading={t('hashlist.skippedRows')}
                  columns={SKIPPED_COLUMNS}
                  rows={rows}
                  rowId={({ position }) => String(position)}
                  empty={<Empty what={t('hashlist.noneSkipped')} />}
                />
                <SkippedPages
                  after={after}
                  next={rows.length === PAGE_SIZE ? rows.at(-1)?.position : undefined}
                  onPage={setAfter}
                />
              </>
            )}
          </Loaded>
        </Sheet>
      </Columns>
    </>
  );
}

function About({ list }: { list: HashListRow }) {
  return (
    <Panel title={t('hashlist.about')}>
      <Facts
        facts={[
          { name: t('hashlist.format'), value: t(`hashlist.format.${list.format}`) },
          { name: t('hashlist.meaning'), value: t(`verdict.${list.meaning}`) },
          Object.keys(list.meanings).length > 0 && {
            name: t('hashlist.otherMeanings'),
            value: Object.entries(list.meanings).map(([category, meaning]) => (
              <div key={category}>
                {t('hashlist.categoryMeans', { category, meaning: t(`verdict.${meaning}`) })}
              </div>
            )),
          },
          list.listedOn !== null && { name: t('hashlist.listedOn'), value: list.listedOn },
          { name: t('hashlist.read'), value: count(list.rowsRead) },
          { name: t('hashlist.rows'), value: count(list.rowsImported) },
          { name: t('hashlist.skipped'), value: count(list.rowsSkipped) },
          { name: t('column.size'), value: <Size bytes={list.fileBytes} /> },
          { name: 'SHA-256', value: <Digest value={list.fileSha256} whole /> },
          {
            name: t('observations.importedAt'),
            value: <Done at={list.importedAt} by={list.importedBy} />,
          },
        ]}
      />
    </Panel>
  );
}
