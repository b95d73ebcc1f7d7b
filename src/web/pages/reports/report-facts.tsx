import type { ReportDetail } from '#casework/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ReportLink } from '#web/parts/report-link.tsx';
import { Time } from '#web/parts/time.tsx';
import { shortId } from '#web/words/format.ts';

/** Who wrote it, when, what it replaces, and the digests that prove it. */
export function ReportFacts({ report }: { report: ReportDetail }) {
  return (
    <Panel title={t('report.facts')}>
      <Facts
        facts={[
          { name: t('report.agency'), value: <Agency id={report.agencyId} /> },
          { name: t('report.createdAt'), value: <Time at={report.createdAt} /> },
          { name: t('report.recordedAt'), value: <Time at={report.recordedAt} /> },
          {
            name: t('report.supersedes'),
            value:
              report.supersedes === null ? (
                t('report.supersedesFirst')
              ) : (
                <ReportLink reportId={report.supersedes}>{shortId(report.supersedes)}</ReportLink>
              ),
          },
          report.reason !== null && { name: t('report.reason'), value: report.reason },
          { name: t('report.statementDigest'), value: <Digest value={report.statementDigest} /> },
          { name: t('report.contentDigest'), value: <Digest value={report.contentDigest} /> },
          { name: t('report.message'), value: <span className="mono">{shortId(report.messageId)}</span> },
        ]}
      />
      {report.afterGap && <p>{t('report.afterGap')}</p>}
    </Panel>
  );
}
