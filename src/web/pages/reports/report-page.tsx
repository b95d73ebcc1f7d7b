import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReportDetail } from '#casework/schemas.ts';
import { countryName } from '#core/countries.ts';
import { useReport } from '#web/api/casework.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { may, useSession } from '#web/api/session.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Sums } from '#web/parts/sums.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { ReportFacts } from './report-facts.tsx';
import classes from './report-page.module.css';
import { reportTargetColumns } from './report-target-columns.tsx';

/** One report as it was sent: its sums, every target that it states, and its proof. */
export function ReportPage() {
  const { id } = useParams({ from: '/$agency/reports/$id' });
  const report = useReport(id);
  useSubject('report', id);
  return <Loaded query={report}>{(data) => <Report report={data} />}</Loaded>;
}

function Report({ report }: { report: ReportDetail }) {
  const agency = useAgency();
  const session = useSession();
  const navigate = useNavigate();
  const operationId = useOperation()?.operationId;
  const own = report.agencyId === session.agency.agencyId && may(session, 'casework.read', operationId);
  const open = ({ targetId }: ReportDetail['targets'][number]) =>
    void navigate({ to: '/$agency/casework/$targetId', params: { agency, targetId } });
  return (
    <>
      <PageHead
        title={t('report.title', { country: countryName(report.country), sequence: report.sequence })}
        lead={
          <StateMark
            look={report.standing ? { shape: 'tick', tone: 'good' } : { shape: 'ring', tone: 'idle' }}
            word={t(report.standing ? 'reports.standing' : 'reports.isSuperseded')}
          />
        }
      />
      <div className={classes.columns}>
        <Sheet>
          <DataTable
            name="report-targets"
            label={t('report.targets')}
            heading={t('report.targets')}
            columns={reportTargetColumns(own)}
            rows={report.targets}
            rowId={({ targetId }) => targetId}
            {...(own && { onOpen: open })}
            empty={<Empty what={t('list.empty')} />}
          />
        </Sheet>
        <div className={classes.side}>
          <Panel title={t('report.sums')}>
            <Sums totals={report.totals} />
          </Panel>
          <ReportFacts report={report} />
        </div>
      </div>
    </>
  );
}
