import { Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReportPreview } from '#casework/schemas.ts';
import { useReportPreview, useSendReport } from '#web/api/casework.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Sums } from '#web/parts/sums.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { ChangedTargets } from './changed-targets.tsx';
import { ReportSent } from './report-sent.tsx';
import classes from './send-report-page.module.css';

/** What a report sent now would say, to whom, and the act itself. */
export function SendReportPage() {
  const preview = useReportPreview();
  const send = useSendReport();
  return (
    <>
      <PageHead title={t('report.sendTitle')} />
      {send.isSuccess ? (
        <ReportSent report={send.data} />
      ) : (
        <Loaded query={preview}>{(data) => <Sending preview={data} send={send} />}</Loaded>
      )}
    </>
  );
}

function Sending({ preview, send }: { preview: ReportPreview; send: ReturnType<typeof useSendReport> }) {
  const [reason, setReason] = useState('');
  const operation = useOperation();
  const session = useSession();
  const why =
    whyNot(session, 'reports.send', operation?.operationId) ??
    (preview.nothingNew
      ? t('report.nothingNew')
      : preview.needsReason && reason.trim() === ''
        ? t('wrong.reason')
        : undefined);
  return (
    <div className={classes.columns}>
      <Panel title={t('report.changed')}>
        <ChangedTargets changed={preview.changed} />
      </Panel>
      <div className={classes.side}>
        <Panel title={t('report.leaves')}>
          <div className={classes.leaves}>
            <p>
              {t('report.leavesWords', {
                sequence: preview.sequence,
                coordinator: agencyName(operation, operation?.coordinator ?? ''),
              })}
            </p>
            {preview.sequence > 1 && <p>{t('report.supersedesWords', { sequence: preview.sequence - 1 })}</p>}
            <p className="soft">{t('report.noNotes')}</p>
            <Sums totals={preview.totals} />
            {preview.needsReason && (
              <Textarea
                label={t('case.reason')}
                description={t('case.reasonHint')}
                required
                autosize
                minRows={2}
                maxLength={2000}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
            )}
            {send.isError && <Problem error={send.error} title={t('problem.actTitle')} />}
            <div>
              <ActButton
                why={why}
                loading={send.isPending}
                onClick={() => send.mutate(reason.trim() === '' ? {} : { reason: reason.trim() })}
              >
                {t('report.send')}
              </ActButton>
            </div>
            {why && <p className="soft">{why}</p>}
            <Link to="/$agency/casework" params={{ agency: session.agency.agencyId }}>
              {t('act.cancel')}
            </Link>
          </div>
        </Panel>
      </div>
    </div>
  );
}
