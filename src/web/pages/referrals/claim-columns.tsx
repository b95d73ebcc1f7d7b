import type { ClaimView } from '#referrals/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Time } from '#web/parts/time.tsx';
import { SERIES_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';

export const CLAIM_COLUMNS: readonly DataColumn<ClaimView>[] = [
  { id: 'agency', header: t('report.agency'), cell: ({ agencyId }) => <Agency id={agencyId} /> },
  {
    id: 'owner',
    header: t('icse.onBehalfOf'),
    cell: ({ onBehalfOf }) => onBehalfOf !== null && <Agency id={onBehalfOf} />,
  },
  { id: 'items', header: t('column.files'), end: true, cell: ({ itemCount }) => count(itemCount) },
  {
    id: 'state',
    header: t('column.state'),
    cell: ({ state, overlapCount }) => (
      <>
        <StateMark look={SERIES_LOOK[`claim-${state}`]} word={t(`series.claim-${state}`)} />
        {state === 'refused' && <div className="soft">{t('icse.overlapCount', { count: overlapCount })}</div>}
      </>
    ),
  },
  { id: 'decided', header: t('icse.decided'), cell: ({ decidedAt }) => <Time at={decidedAt} /> },
  { id: 'digest', header: t('column.digest'), cell: ({ seriesDigest }) => <Digest value={seriesDigest} /> },
];
