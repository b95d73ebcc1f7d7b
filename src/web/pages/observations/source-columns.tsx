import type { SourceRow } from '#observations/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';
import { SourceAge } from './source-age.tsx';

export const SOURCE_COLUMNS: readonly DataColumn<SourceRow>[] = [
  { id: 'source', header: t('observations.source'), wrap: true, cell: ({ source }) => source },
  {
    id: 'priority',
    header: t('observations.priority'),
    end: true,
    spare: true,
    cell: ({ priority }) => count(priority),
  },
  {
    id: 'validFrom',
    header: t('observations.validFrom'),
    cell: ({ validFrom }) => <Time at={validFrom} day />,
  },
  {
    id: 'age',
    header: t('observations.age'),
    end: true,
    cell: ({ validFrom }) => <SourceAge validFrom={validFrom} />,
  },
  { id: 'loader', header: t('observations.loader'), spare: true, cell: ({ loader }) => loader },
  { id: 'ranges', header: t('observations.ranges'), end: true, cell: ({ ranges }) => count(ranges) },
  { id: 'digest', header: t('column.digest'), cell: ({ fileSha256 }) => <Digest value={fileSha256} /> },
];
