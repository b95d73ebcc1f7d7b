import { useState } from 'react';
import type { ObservationRow } from '#observations/targets/schemas.ts';
import { useTargetObservations } from '#web/api/observations.ts';
import { t } from '#web/messages/messages.ts';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';
import { gradeName } from '#web/words/observed.ts';

const SIZE = 20;

/** Every observation of the target, newest first, with the log and the line that it comes from. */
export function ObservationsPanel({ targetId }: { targetId: string }) {
  const [from, setFrom] = useState(0);
  const observations = useTargetObservations(targetId, { offset: from, limit: SIZE });
  return (
    <Sheet>
      <Loaded query={observations}>
        {({ rows, total, offset }) => (
          <>
            <DataTable
              name="target-observations"
              label={t('column.rows')}
              heading={t('column.rows')}
              columns={COLUMNS}
              rows={rows}
              rowId={({ sourceSha256, sourceLine }) => `${sourceSha256} ${sourceLine}`}
              tools={<span className="soft">{t('target.rows', { count: total })}</span>}
              empty={<Empty what={t('life.noObservations')} />}
            />
            <Pager from={offset} size={SIZE} total={total} onChange={setFrom} />
          </>
        )}
      </Loaded>
    </Sheet>
  );
}

const COLUMNS: readonly DataColumn<ObservationRow>[] = [
  { id: 'time', header: t('column.time'), cell: ({ observedAt }) => <Time at={observedAt} /> },
  {
    id: 'address',
    header: t('life.address'),
    wrap: true,
    cell: ({ address, port }) =>
      address === null ? (
        t('format.none')
      ) : (
        <span className="mono">{port === null ? address : `${address} : ${port}`}</span>
      ),
  },
  {
    id: 'file',
    header: t('column.file'),
    cell: ({ fileHash }) => (fileHash === null ? t('format.none') : <Digest value={fileHash} />),
  },
  {
    id: 'grade',
    header: t('target.grades'),
    cell: ({ grade }) => gradeName(grade),
  },
  {
    id: 'software',
    header: t('target.software'),
    spare: true,
    wrap: true,
    cell: ({ software }) => software ?? t('format.none'),
  },
  {
    id: 'source',
    header: t('life.source'),
    wrap: true,
    cell: ({ sourceName, sourceSha256 }) => (
      <>
        {sourceName} <Digest value={sourceSha256} />
      </>
    ),
  },
  { id: 'line', header: t('life.line'), end: true, cell: ({ sourceLine }) => count(sourceLine) },
];
