import type { RequestView } from '#referrals/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useAnswerRequest, useApproveRequest, useCloseRequest, useSendRequest } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { ReasonForm } from '#web/parts/reason-form.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { AnswerForm } from './answer-form.tsx';

/** The acts that a request is open for: approve, send, write down its answer, close. */
export function RequestActs({ request }: { request: RequestView }) {
  const { approved, sent, answered, closed } = request;
  if (closed) return null;
  return (
    <>
      {!approved && <Approve request={request} />}
      {!sent && <Send request={request} />}
      {sent && !answered && <Answer request={request} />}
      <Close request={request} />
    </>
  );
}

function Approve({ request }: { request: RequestView }) {
  const approve = useApproveRequest(request.requestId);
  const session = useSession();
  const why =
    whyNot(session, 'referrals.approve', useOperation()?.operationId) ??
    (session.officerId === request.drafted.by ? t('form.sameOfficer') : undefined);
  return (
    <ActForm
      title={t('eurojust.approve')}
      words={<p>{t('eurojust.approveWords')}</p>}
      act={t('approve.act')}
      why={why}
      pending={approve.isPending}
      error={approve.error}
      onAct={() => approve.mutate({ digest: request.contentDigest })}
    />
  );
}

function Send({ request }: { request: RequestView }) {
  const send = useSendRequest(request.requestId);
  const operation = useOperation();
  const [missing] = request.missingPermissions;
  const why =
    whyNot(useSession(), 'referrals.send', operation?.operationId) ??
    (missing
      ? t('permission.missing', {
          provider: agencyName(operation, missing.provider),
          recipient: agencyName(operation, missing.recipient),
          code: missing.code,
        })
      : request.approved
        ? undefined
        : t('eurojust.notApproved'));
  return (
    <ActForm
      title={t('eurojust.send')}
      words={<p>{t('eurojust.sendWords')}</p>}
      act={t('send.act')}
      why={why}
      pending={send.isPending}
      error={send.error}
      onAct={() => send.mutate()}
    />
  );
}

function Answer({ request }: { request: RequestView }) {
  const answer = useAnswerRequest(request.requestId, false);
  return <AnswerForm words={t('eurojust.recordWords')} answer={answer} />;
}

function Close({ request }: { request: RequestView }) {
  const close = useCloseRequest(request.requestId);
  return (
    <ReasonForm
      title={t('eurojust.close')}
      words={<p>{t('eurojust.closeWords')}</p>}
      act={t('eurojust.closeAct')}
      label={t('decide.reason')}
      folded
      why={whyNot(useSession(), 'referrals.send', useOperation()?.operationId)}
      change={close}
      onAct={(reason) => close.mutate({ reason })}
    />
  );
}
