import type { SeriesView } from '#referrals/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { SERIES_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';
import { SeriesLink } from './referral-link.tsx';

export const SERIES_COLUMNS: readonly DataColumn<SeriesView>[] = [
  {
    id: 'name',
    header: t('icse.series'),
    wrap: true,
    cell: ({ seriesId, name }) => <SeriesLink seriesId={seriesId}>{name}</SeriesLink>,
  },
  { id: 'case', header: t('icse.case'), wrap: true, cell: ({ caseReference }) => caseReference },
  {
    id: 'owner',
    header: t('icse.onBehalfOf'),
    cell: ({ onBehalfOf }) => onBehalfOf !== null && <Agency id={onBehalfOf} />,
  },
  {
    id: 'items',
    header: t('column.files'),
    end: true,
    cell: ({ seriesId, itemCount }) => <SeriesLink seriesId={seriesId}>{count(itemCount)}</SeriesLink>,
  },
  {
    id: 'state',
    header: t('column.state'),
    cell: ({ state, overlapCount, heldBy }) => (
      <>
        <StateMark look={SERIES_LOOK[state]} word={t(`series.${state}`)} />
        {heldBy && (
          <div className="soft">
            {t('icse.overlap', { count: overlapCount })} <Agency id={heldBy.heldBy} />
          </div>
        )}
      </>
    ),
  },
  { id: 'prepared', header: t('icse.prepared'), cell: ({ prepared }) => <Time at={prepared.at} /> },
  {
    id: 'reference',
    header: t('icse.reference'),
    cell: ({ confirmed }) => confirmed && <span className="mono">{confirmed.icseReference}</span>,
  },
];
