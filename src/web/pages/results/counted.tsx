import { countryName } from '#core/countries.ts';
import type { Figure, FigureSetDetail } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { ReportLink } from '#web/parts/report-link.tsx';
import { count, size } from '#web/words/format.ts';
import classes from './counted.module.css';

/** The way back from a figure: each country's share, and the report, as it stood, that states it. */
export function Counted({
  figure,
  reports,
}: {
  figure: Figure | undefined;
  reports: FigureSetDetail['reports'];
}) {
  if (!figure) {
    return (
      <Panel title={t('set.reports')}>
        <p className="soft">{t('set.chooseFigure')}</p>
      </Panel>
    );
  }
  const write = (value: number) => (figure.unit === 'bytes' ? size(value) : count(value));
  const shares = figure.shares.toSorted((a, b) =>
    countryName(a.country).localeCompare(countryName(b.country)),
  );
  const sequenceOf = new Map(reports.map(({ reportId, sequence }) => [reportId, sequence]));
  return (
    <Panel title={t('set.reportsOf', { label: figure.label })}>
      {figure.shares.length === 0 && <p className="soft">{t('set.noShares')}</p>}
      <table className={classes.counted}>
        <tbody>
          {shares.map(({ country, reportId, share }) => (
            <tr key={country}>
              <th scope="row">{countryName(country)}</th>
              <td>
                {reportId === null ? (
                  <span className="soft">{t('set.withoutReport')}</span>
                ) : (
                  <ReportLink reportId={reportId}>
                    {t('case.report', { sequence: sequenceOf.get(reportId) ?? '' })}
                  </ReportLink>
                )}
              </td>
              <td className={classes.share}>{write(share)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              {t('set.total')}
            </th>
            <td className={classes.share}>{write(figure.value)}</td>
          </tr>
        </tfoot>
      </table>
    </Panel>
  );
}
