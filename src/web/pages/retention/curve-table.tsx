import { useState } from 'react';
import type { CurvePointView } from '#observations/retention/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';

const ROWS = 30;

const number = (id: 'identifiable' | 'gained' | 'lost'): DataColumn<CurvePointView> => ({
  id,
  header: t(`curve.${id}`),
  end: true,
  cell: (point) => count(point[id]),
});

const COLUMNS: readonly DataColumn<CurvePointView>[] = [
  { id: 'day', header: t('curve.day'), cell: ({ day }) => <Time at={`${day}T00:00:00Z`} day /> },
  number('identifiable'),
  number('gained'),
  number('lost'),
];

/** The curve's days on which anything changes: what the chart shows, for whoever reads instead of looks. */
export function CurveTable({ points }: { points: readonly CurvePointView[] }) {
  const [from, setFrom] = useState(0);
  const changing = points.filter(({ gained, lost }) => gained + lost > 0);
  return (
    <Sheet>
      <DataTable
        name="curve"
        label={t('curve.table')}
        heading={t('curve.table')}
        columns={COLUMNS}
        rows={changing.slice(from, from + ROWS)}
        rowId={({ day }) => day}
        empty={null}
      />
      <Pager from={from} size={ROWS} total={changing.length} onChange={setFrom} />
    </Sheet>
  );
}
