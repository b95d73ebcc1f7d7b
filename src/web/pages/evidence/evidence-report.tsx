import { Button } from '@mantine/core';
import type { InventoryRow, ReportRow } from '#evidence/schemas.ts';
import { useMakeReport, useReportPath } from '#web/api/evidence.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { count } from '#web/words/format.ts';
import classes from './inventory-panel.module.css';

interface Props {
  readonly exhibitId: string;
  readonly report: ReportRow | null;
  readonly inventory: InventoryRow | null;
}

/** The report of an exhibit for the file of the case: made once, downloaded as often as needed. */
export function EvidenceReport({ exhibitId, report, inventory }: Props) {
  const make = useMakeReport(exhibitId);
  const path = useReportPath(exhibitId);
  const why =
    whyNot(useSession(), 'evidence.examine', useOperation()?.operationId) ??
    (inventory?.state === 'done' ? undefined : t('exhibitReport.unfinished'));
  return (
    <ActForm
      title={t('exhibitReport.title')}
      words={
        <>
          <p>{t('exhibitReport.words')}</p>
          {report && (
            <>
              <Facts
                facts={[
                  {
                    name: t('exhibitReport.made'),
                    value: <Done at={report.createdAt} by={report.createdBy} />,
                  },
                  { name: 'PDF, SHA-256', value: <Digest value={report.pdfSha256} whole /> },
                  { name: 'CSV, SHA-256', value: <Digest value={report.csvSha256} whole /> },
                  { name: t('exhibitReport.rows'), value: count(report.csvRows) },
                ]}
              />
              <div className={`${classes.act} no-print`}>
                {(['pdf', 'csv'] as const).map((form) => (
                  <Button key={form} component="a" variant="default" href={path(form)} download>
                    {t('note.download', { form: form.toUpperCase() })}
                  </Button>
                ))}
              </div>
            </>
          )}
        </>
      }
      act={t(report ? 'exhibitReport.again' : 'exhibitReport.make')}
      why={why}
      pending={make.isPending}
      error={make.error}
      onAct={() => make.mutate()}
    />
  );
}
