import type { SeriesView } from '#referrals/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useApproveSeries, useConfirmSeries, useSeriesAct, useWithdrawClaim } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ReasonForm } from '#web/parts/reason-form.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { ConfirmForm } from './confirm-form.tsx';

/** The act that comes next for a series, and the way back from a claim. */
export function SeriesActs({ series }: { series: SeriesView }) {
  switch (series.state) {
    case 'prepared':
      return <Approve series={series} />;
    case 'approved':
    case 'claim-withdrawn':
      return <Claim series={series} />;
    case 'claim-asked':
      return (
        <>
          <Panel title={t('icse.waiting')}>
            <p>{t('icse.waitingWords')}</p>
          </Panel>
          <Withdraw series={series} />
        </>
      );
    case 'claim-granted':
      return (
        <>
          <Send series={series} />
          <Withdraw series={series} />
        </>
      );
    case 'claim-refused':
      return null;
    case 'sent':
      return <Confirm series={series} />;
    case 'confirmed':
      return null;
  }
}

function Approve({ series }: { series: SeriesView }) {
  const approve = useApproveSeries(series.seriesId);
  const session = useSession();
  const why =
    whyNot(session, 'referrals.approve', useOperation()?.operationId) ??
    (session.officerId === series.prepared.by ? t('form.sameOfficer') : undefined);
  return (
    <ActForm
      title={t('icse.approve')}
      words={<p>{t('icse.approveWords', { count: series.itemCount })}</p>}
      act={t('approve.act')}
      why={why}
      pending={approve.isPending}
      error={approve.error}
      onAct={() => approve.mutate({ digest: series.contentDigest })}
    />
  );
}

function Claim({ series }: { series: SeriesView }) {
  const operation = useOperation();
  const claim = useSeriesAct(series.seriesId, 'claim');
  return (
    <ActForm
      title={t('icse.claim')}
      words={
        <p>{t('icse.claimWords', { coordinator: agencyName(operation, operation?.coordinator ?? '') })}</p>
      }
      act={t('icse.claimAct')}
      why={whyNot(useSession(), 'referrals.send', operation?.operationId)}
      pending={claim.isPending}
      error={claim.error}
      onAct={() => claim.mutate()}
    />
  );
}

function Send({ series }: { series: SeriesView }) {
  const send = useSeriesAct(series.seriesId, 'sending');
  const [missing] = series.missingPermissions;
  const operation = useOperation();
  const why =
    whyNot(useSession(), 'referrals.send', operation?.operationId) ??
    (missing
      ? t('permission.missing', {
          provider: agencyName(operation, missing.provider),
          recipient: agencyName(operation, missing.recipient),
          code: missing.code,
        })
      : undefined);
  return (
    <ActForm
      title={t('icse.send')}
      words={<p>{t('icse.sendWords', { count: series.itemCount })}</p>}
      act={t('send.act')}
      why={why}
      pending={send.isPending}
      error={send.error}
      onAct={() => send.mutate()}
    />
  );
}

function Withdraw({ series }: { series: SeriesView }) {
  const withdraw = useWithdrawClaim(series.seriesId);
  return (
    <ReasonForm
      title={t('icse.withdraw')}
      words={<p>{t('icse.withdrawWords')}</p>}
      act={t('icse.withdrawAct')}
      label={t('decide.reason')}
      folded
      why={whyNot(useSession(), 'referrals.send', useOperation()?.operationId)}
      change={withdraw}
      onAct={(reason) => withdraw.mutate({ reason })}
    />
  );
}

function Confirm({ series }: { series: SeriesView }) {
  const confirm = useConfirmSeries(series.seriesId, false);
  return <ConfirmForm words={t('icse.confirmWords')} confirm={confirm} />;
}
