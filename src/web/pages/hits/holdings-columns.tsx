import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { HoldingsImportRow } from '#crossmatch/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';

export const HOLDINGS_COLUMNS: readonly DataColumn<HoldingsImportRow>[] = [
  {
    id: 'file',
    header: t('column.file'),
    wrap: true,
    cell: ({ importId, fileName }) => <ImportLink importId={importId}>{fileName}</ImportLink>,
  },
  { id: 'source', header: t('side.source'), wrap: true, cell: ({ source }) => source },
  {
    id: 'category',
    header: t('side.category'),
    spare: true,
    cell: ({ category }) => t(`category.${category}`),
  },
  { id: 'holdings', header: t('holdings.persons'), end: true, cell: (row) => count(row.holdings) },
  { id: 'selectors', header: t('holdings.selectors'), end: true, cell: (row) => count(row.selectors) },
  {
    id: 'refused',
    header: t('holdings.rowsRefused'),
    end: true,
    cell: ({ importId, rowsRefused }) => <ImportLink importId={importId}>{count(rowsRefused)}</ImportLink>,
  },
  {
    id: 'values',
    header: t('holdings.valuesRefused'),
    end: true,
    spare: true,
    cell: ({ importId, valuesRefused }) => (
      <ImportLink importId={importId}>{count(valuesRefused)}</ImportLink>
    ),
  },
  {
    id: 'common',
    header: t('holdings.common'),
    end: true,
    spare: true,
    cell: ({ commonValues }) => count(commonValues),
  },
  {
    id: 'evaluation',
    header: t('package.evaluation'),
    cell: ({ evaluation }) => `${evaluation.source}${evaluation.information}`,
  },
  {
    id: 'codes',
    header: t('package.codes'),
    cell: ({ handling }) => handling.codes.join(' ') || t('format.none'),
  },
  { id: 'at', header: t('observations.importedAt'), cell: ({ importedAt }) => <Time at={importedAt} /> },
];

function ImportLink({ importId, children }: { importId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/hits/holdings/$importId" params={{ agency, importId }}>
      {children}
    </Link>
  );
}
