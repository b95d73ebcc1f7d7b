import type { ImportRow } from '#observations/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';

const rows = (id: 'read' | 'accepted' | 'duplicate' | 'refused'): DataColumn<ImportRow> => ({
  id,
  header: t(`observations.${id}`),
  end: true,
  cell: (row) => count(row[id]),
});

export const IMPORT_COLUMNS: readonly DataColumn<ImportRow>[] = [
  { id: 'file', header: t('column.file'), wrap: true, cell: ({ fileName }) => fileName },
  { id: 'size', header: t('column.size'), end: true, cell: ({ fileBytes }) => <Size bytes={fileBytes} /> },
  rows('read'),
  rows('accepted'),
  rows('duplicate'),
  rows('refused'),
  {
    id: 'period',
    header: t('observations.period'),
    cell: ({ firstObservedAt, lastObservedAt }) =>
      firstObservedAt !== null &&
      lastObservedAt !== null && (
        <>
          <Time at={firstObservedAt} day /> – <Time at={lastObservedAt} day />
        </>
      ),
  },
  {
    id: 'importedAt',
    header: t('observations.importedAt'),
    cell: ({ importedAt }) => <Time at={importedAt} />,
  },
  {
    id: 'profile',
    header: t('observations.profile'),
    spare: true,
    cell: (row) => `${row.profileName} ${row.profileVersion}`,
  },
  { id: 'digest', header: t('column.digest'), cell: ({ fileSha256 }) => <Digest value={fileSha256} /> },
];
