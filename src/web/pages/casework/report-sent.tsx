import { Link } from '@tanstack/react-router';
import type { ReportRow } from '#casework/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Digest } from '#web/parts/digest.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Receipt } from '#web/parts/receipt.tsx';

/** After the act: what left, under which digest, and where its proof is. */
export function ReportSent({ report }: { report: ReportRow }) {
  const agency = useAgency();
  return (
    <Receipt title={t('report.sent', { sequence: report.sequence })} words={t('report.sentDo')}>
      <Facts
        facts={[
          { name: t('report.statementDigest'), value: <Digest value={report.statementDigest} whole /> },
          { name: t('report.contentDigest'), value: <Digest value={report.contentDigest} whole /> },
          { name: t('report.message'), value: <span className="mono">{report.messageId}</span> },
        ]}
      />
      <Link to="/$agency/reports/$id" params={{ agency, id: report.reportId }}>
        {t('report.open')}
      </Link>
      <Link to="/$agency/custody" params={{ agency }} search={{ kind: 'report', id: report.reportId }}>
        {t('report.proof')}
      </Link>
    </Receipt>
  );
}
