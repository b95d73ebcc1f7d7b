import { useNavigate, useParams } from '@tanstack/react-router';
import type { RequestView } from '#referrals/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useRequest } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Done } from '#web/parts/done.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { type Milestone, Milestones } from '#web/parts/milestones.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ProofLink } from '#web/parts/proof-link.tsx';
import { Until } from '#web/parts/until.tsx';
import { REQUEST_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { MissingPermissions } from './missing-permissions.tsx';
import { PermissionsOf } from './permissions-of.tsx';
import { RequestActs } from './request-acts.tsx';
import { RequestContent } from './request-content.tsx';

/** One request to Eurojust: what is asked, what stands in its way, and its answer. */
export function RequestPage() {
  const { id } = useParams({ from: '/$agency/referrals/eurojust/$id' });
  const request = useRequest(id);
  useSubject('eurojust-request', id);
  return <Loaded query={request}>{(data) => <Shown request={data} />}</Loaded>;
}

function Shown({ request }: { request: RequestView }) {
  const { answered, closed, sent } = request;
  const agency = useAgency();
  const navigate = useNavigate();
  const why =
    whyNot(useSession(), 'referrals.prepare', useOperation()?.operationId) ??
    (sent || closed ? t('eurojust.cannotRevise') : undefined);
  return (
    <>
      <PageHead
        title={t('eurojust.request')}
        lead={
          <>
            <StateMark look={REQUEST_LOOK[request.state]} word={t(`request.${request.state}`)} />
            {!answered && !closed && <Until at={request.deadlineAt} />}
            <span>{t('package.version', { version: request.version })}</span>
          </>
        }
        actions={
          <ActButton
            variant="default"
            why={why}
            onClick={() =>
              void navigate({
                to: '/$agency/referrals/eurojust/draft',
                params: { agency },
                search: { revise: request.requestId },
              })
            }
          >
            {t('eurojust.revise')}
          </ActButton>
        }
      />
      <Columns
        side={
          <>
            <MissingPermissions
              kind="eurojust"
              referralId={request.requestId}
              missing={request.missingPermissions}
            />
            <RequestActs request={request} />
            <PermissionsOf referralId={request.requestId} />
          </>
        }
      >
        {answered && (
          <Panel title={t('eurojust.answer')}>
            <p>{answered.answer}</p>
            <p className="soft">
              {answered.reference !== null && (
                <>
                  <span className="mono">{answered.reference}</span> ·{' '}
                </>
              )}
              <Done {...answered} />
            </p>
          </Panel>
        )}
        <Panel title={t('referrals.howFar')}>
          <Milestones steps={stepsOf(request)} />
        </Panel>
        <RequestContent content={request} />
      </Columns>
    </>
  );
}

function stepsOf(request: RequestView): Milestone[] {
  const { drafted, approved, missingPermissions, sent, answered, closed } = request;
  const step = (name: string, done: { at: string; by: string } | null): Milestone => ({
    name,
    state: done ? 'done' : 'open',
    value: done ? <Done {...done} /> : <span className="soft">{t('form.notYet')}</span>,
  });
  const blocked = missingPermissions.length > 0;
  return [
    step(t('eurojust.step.drafted'), drafted),
    step(t('icse.step.approved'), approved),
    {
      name: t('eurojust.step.permitted'),
      state: blocked ? 'failed' : 'done',
      value: blocked
        ? t('permission.missingCount', { count: missingPermissions.length })
        : t('permission.noneMissing'),
    },
    {
      ...step(t('icse.step.sent'), sent),
      ...(sent && {
        value: (
          <>
            <Done {...sent} /> <ProofLink kind="eurojust-request" id={request.requestId} />
          </>
        ),
      }),
    },
    step(t('eurojust.step.answered'), answered),
    ...(closed
      ? [
          {
            name: t('request.closed'),
            state: 'done' as const,
            value: (
              <>
                {closed.reason} · <Done {...closed} />
              </>
            ),
          },
        ]
      : []),
  ];
}
