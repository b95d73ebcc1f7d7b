import { Link } from '@tanstack/react-router';
import type { Board } from '#results/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ReportLink } from '#web/parts/report-link.tsx';
import { Time } from '#web/parts/time.tsx';
import { PACKAGE_LOOK, REPORT_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';

/** How a participating agency stands itself: its package, its targets, its last report. */
export function OwnCountry({ board }: { board: Board }) {
  const agency = useAgency();
  const own = board.countries.find(({ agencyId }) => agencyId === agency);
  if (!own) return null;
  const { package: standing, report } = own;
  return (
    <Panel title={own.name}>
      <Facts
        facts={[
          {
            name: t('column.package'),
            value: (
              <Link to="/$agency/packages" params={{ agency }}>
                <StateMark look={PACKAGE_LOOK[standing.state]} word={t(`package.${standing.state}`)} />
              </Link>
            ),
          },
          standing.at !== null && { name: t('column.packageAt'), value: <Time at={standing.at} /> },
          standing.targets !== null && {
            name: t('column.targets'),
            value: (
              <Link to="/$agency/casework" params={{ agency }}>
                {count(standing.targets)}
              </Link>
            ),
          },
          {
            name: t('column.report'),
            value:
              report.reportId === null ? (
                <StateMark look={REPORT_LOOK.none} word={t('report.none')} />
              ) : (
                <ReportLink reportId={report.reportId}>
                  <StateMark look={REPORT_LOOK[report.state]} word={t(`report.${report.state}`)} />
                </ReportLink>
              ),
          },
          report.at !== null && { name: t('report.createdAt'), value: <Time at={report.at} /> },
        ]}
      />
    </Panel>
  );
}
