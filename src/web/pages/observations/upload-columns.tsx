import type { UploadRow } from '#observations/import/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';
import { UploadProgress } from './upload-progress.tsx';

export const UPLOAD_COLUMNS: readonly DataColumn<UploadRow>[] = [
  { id: 'file', header: t('column.file'), wrap: true, cell: ({ fileName }) => fileName },
  { id: 'state', header: t('import.stateColumn'), cell: (upload) => <UploadProgress upload={upload} /> },
  { id: 'size', header: t('column.size'), end: true, cell: ({ fileBytes }) => <Size bytes={fileBytes} /> },
  { id: 'rows', header: t('observations.read'), end: true, cell: ({ readRows }) => count(readRows) },
  {
    id: 'profile',
    header: t('observations.profile'),
    cell: ({ profile }) => profile && `${profile.name} ${profile.version}`,
  },
  { id: 'began', header: t('import.began'), cell: ({ createdAt }) => <Time at={createdAt} /> },
];
