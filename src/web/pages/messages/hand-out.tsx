import type { WaitingList } from '#exchange/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useWaiting } from '#web/api/tracking.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { agencyName } from '#web/words/agency-name.ts';

type Row = WaitingList['hops'][number];

/** What waits for each next agency, to be saved as one archive. */
export function HandOut() {
  const waiting = useWaiting();
  const why = whyNot(useSession(), 'exchange.send', useOperation()?.operationId);
  if (why !== undefined)
    return (
      <Panel title={t('byFile.handOut')}>
        <p className="soft">{why}</p>
      </Panel>
    );
  return (
    <Panel title={t('byFile.handOut')} flush>
      <Loaded query={waiting}>
        {({ hops }) => (
          <DataTable
            name="waiting"
            label={t('byFile.handOut')}
            columns={COLUMNS}
            rows={hops}
            rowId={({ agencyId }) => agencyId}
            tools={<span className="soft">{t('byFile.handOutWords')}</span>}
            empty={<Empty what={t('byFile.nothing')}>{t('byFile.nothingDo')}</Empty>}
          />
        )}
      </Loaded>
    </Panel>
  );
}

const COLUMNS: readonly DataColumn<Row>[] = [
  { id: 'agency', header: t('byFile.agency'), cell: ({ agencyId }) => <Agency id={agencyId} /> },
  {
    id: 'way',
    header: t('byFile.way'),
    cell: ({ byFileOnly }) => t(byFileOnly ? 'byFile.byFileOnly' : 'byFile.byNetwork'),
  },
  { id: 'messages', header: t('byFile.count'), end: true, cell: ({ messages }) => messages },
  { id: 'size', header: t('column.size'), end: true, cell: ({ sizeBytes }) => <Size bytes={sizeBytes} /> },
  {
    id: 'exported',
    header: t('byFile.exported'),
    cell: ({ exported, exportedAt }) =>
      exportedAt === null ? (
        <span className="soft">–</span>
      ) : (
        <>
          {exported} · <Time at={exportedAt} />
        </>
      ),
  },
  { id: 'save', header: t('column.file'), cell: ({ agencyId }) => <SaveAll hop={agencyId} /> },
];

function SaveAll({ hop }: { hop: string }) {
  const agency = useAgency();
  const name = agencyName(useOperation(), hop);
  return (
    <a
      href={`/nodes/${agency}/api/outbox/waiting/${hop}`}
      download
      aria-label={t('byFile.saveFor', { agency: name })}
    >
      {t('byFile.save')}
    </a>
  );
}
