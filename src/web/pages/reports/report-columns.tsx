import type { ReportRow } from '#casework/schemas.ts';
import type { Totals } from '#casework/types.ts';
import { countryName } from '#core/countries.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { ReportLink } from '#web/parts/report-link.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';

/** A sum of a report; it opens the report, which lists what it counts. */
function sum(name: keyof Totals, more: { readonly spare?: boolean } = {}): DataColumn<ReportRow> {
  return {
    id: name,
    header: t(`sums.${name}`),
    end: true,
    value: ({ totals }) => totals[name],
    cell: ({ reportId, totals }) => (
      <ReportLink reportId={reportId}>
        {name === 'bytesSeized' ? <Size bytes={totals[name]} /> : count(totals[name])}
      </ReportLink>
    ),
    ...more,
  };
}

export const REPORT_COLUMNS: readonly DataColumn<ReportRow>[] = [
  {
    id: 'country',
    header: t('column.country'),
    value: ({ country }) => countryName(country),
    cell: ({ country, reportId }) => <ReportLink reportId={reportId}>{countryName(country)}</ReportLink>,
  },
  {
    id: 'sequence',
    header: t('column.sequence'),
    end: true,
    value: ({ sequence }) => sequence,
    cell: ({ sequence }) => count(sequence),
  },
  {
    id: 'standing',
    header: t('column.state'),
    value: ({ standing }) => Number(!standing),
    cell: ({ standing }) => (
      <StateMark
        look={standing ? { shape: 'tick', tone: 'good' } : { shape: 'ring', tone: 'idle' }}
        word={t(standing ? 'reports.standing' : 'reports.isSuperseded')}
      />
    ),
  },
  {
    id: 'createdAt',
    header: t('report.createdAt'),
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
  sum('targets'),
  sum('positive'),
  sum('negative', { spare: true }),
  sum('notActionable', { spare: true }),
  sum('pending', { spare: true }),
  sum('suspectsIdentified'),
  sum('suspectsArrested'),
  sum('victimsSafeguarded', { spare: true }),
  sum('bytesSeized', { spare: true }),
];
