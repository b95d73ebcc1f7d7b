import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { HashListRow } from '#evidence/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { VERDICT_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';

export const HASH_LIST_COLUMNS: readonly DataColumn<HashListRow>[] = [
  {
    id: 'name',
    header: t('hashlist.name'),
    wrap: true,
    cell: ({ listId, name }) => <HashListLink listId={listId}>{name}</HashListLink>,
  },
  { id: 'source', header: t('observations.source'), wrap: true, cell: ({ source }) => source },
  { id: 'version', header: t('column.version'), cell: ({ version }) => version },
  { id: 'listedOn', header: t('hashlist.listedOn'), spare: true, cell: ({ listedOn }) => listedOn },
  { id: 'format', header: t('hashlist.format'), cell: ({ format }) => t(`hashlist.format.${format}`) },
  {
    id: 'meaning',
    header: t('hashlist.meaning'),
    cell: ({ meaning }) => <StateMark look={VERDICT_LOOK[meaning]} word={t(`verdict.${meaning}`)} />,
  },
  {
    id: 'rows',
    header: t('hashlist.rows'),
    end: true,
    cell: ({ rowsImported }) => count(rowsImported),
  },
  {
    id: 'skipped',
    header: t('hashlist.skipped'),
    end: true,
    cell: ({ listId, rowsSkipped }) => <HashListLink listId={listId}>{count(rowsSkipped)}</HashListLink>,
  },
  { id: 'at', header: t('observations.importedAt'), cell: ({ importedAt }) => <Time at={importedAt} /> },
];

function HashListLink({ listId, children }: { listId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/evidence/lists/$listId" params={{ agency, listId }}>
      {children}
    </Link>
  );
}
