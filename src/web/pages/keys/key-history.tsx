import type { KeyOverview } from '#operations/key-schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { eventWords } from '#web/words/event-words.ts';

type KeyEvent = KeyOverview['history'][number];

/** What has happened to keys, as the custody log has it; the newest first. */
export function KeyHistory({ history }: { history: readonly KeyEvent[] }) {
  const columns: readonly DataColumn<KeyEvent>[] = [
    { id: 'at', header: t('column.time'), cell: ({ at }) => <Time at={at} /> },
    { id: 'agency', header: t('keys.agency'), cell: ({ agencyId }) => <Agency id={agencyId} /> },
    { id: 'what', header: t('keys.what'), wrap: true, cell: ({ kind }) => eventWords(kind) },
    {
      id: 'reason',
      header: t('keys.reason'),
      wrap: true,
      cell: ({ revoked, reason }) =>
        revoked === null ? '' : t('keys.revokedBecause', { key: revoked.slice(0, 19), reason: reason ?? '' }),
    },
    { id: 'by', header: t('keys.by'), cell: ({ actor }) => <span className="mono">{actor}</span> },
  ];
  return (
    <Sheet>
      <DataTable
        name="key-history"
        label={t('keys.history')}
        heading={t('keys.history')}
        columns={columns}
        rows={history}
        rowId={({ sequence }) => String(sequence)}
        empty={<Empty what={t('keys.noHistory')} />}
      />
    </Sheet>
  );
}
