import type { FileRow } from '#evidence/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { FileVerdict } from './file-verdict.tsx';
import classes from './files-page.module.css';

const digest = (value: string | null) => value !== null && <Digest value={value} />;

export const FILE_COLUMNS: readonly DataColumn<FileRow>[] = [
  {
    id: 'path',
    header: t('files.path'),
    wrap: true,
    cell: ({ path, pathHex }) => (
      <span
        className={`mono ${classes.path}`}
        title={pathHex === null ? undefined : t('files.notText', { hex: pathHex })}
      >
        {path}
      </span>
    ),
  },
  {
    id: 'verdict',
    header: t('summary.verdict'),
    width: 230,
    wrap: true,
    cell: (file) => <FileVerdict file={file} />,
  },
  {
    id: 'size',
    header: t('column.size'),
    end: true,
    width: 90,
    cell: ({ sizeBytes, reason }) => reason === null && <Size bytes={sizeBytes} />,
  },
  { id: 'type', header: t('files.type'), width: 120, cell: ({ mediaType }) => mediaType },
  { id: 'sha256', header: 'SHA-256', width: 140, cell: ({ sha256 }) => digest(sha256) },
  { id: 'sha1', header: 'SHA-1', width: 140, cell: ({ sha1 }) => digest(sha1) },
  { id: 'md5', header: 'MD5', width: 140, spare: true, cell: ({ md5 }) => digest(md5) },
  {
    id: 'modified',
    header: t('files.modified'),
    width: 130,
    spare: true,
    cell: ({ modifiedAt }) => modifiedAt !== null && <Time at={modifiedAt} />,
  },
  {
    id: 'changed',
    header: t('files.changed'),
    width: 130,
    spare: true,
    cell: ({ changedAt }) => changedAt !== null && <Time at={changedAt} />,
  },
];
