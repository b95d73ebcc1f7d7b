import type { DataErasureView } from '#protection/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useApproveErasure, useRefuseErasure } from '#web/api/protection.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { hasMessage, plainMessage, t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Stack } from '#web/parts/columns.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ReasonForm } from '#web/parts/reason-form.tsx';
import { Time } from '#web/parts/time.tsx';
import type { StateLook } from '#web/state/state-mark.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { shortId } from '#web/words/format.ts';

const LOOK: Readonly<Record<DataErasureView['state'], StateLook>> = {
  waits: { shape: 'ring', tone: 'wait' },
  'at-work': { shape: 'half', tone: 'wait' },
  done: { shape: 'tick', tone: 'good' },
  refused: { shape: 'cross', tone: 'bad' },
};

/** Erasures, newest first: what waits for a second officer, what is done and what went. */
export function Erasures({ erasures }: { erasures: readonly DataErasureView[] }) {
  return (
    <Panel title={t('protection.erasures')}>
      {erasures.length === 0 ? (
        <p className="soft">{t('protection.noErasure')}</p>
      ) : (
        <Stack>
          {erasures.map((erasure) => (
            <ErasureFacts key={erasure.erasureId} erasure={erasure} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function ErasureFacts({ erasure }: { erasure: DataErasureView }) {
  const { kind, recordId, recordIds, state, because, rows, files, observations } = erasure;
  const word = `protection.because.${because}`;
  return (
    <>
      <Facts
        columns={2}
        facts={[
          { name: t('protection.what'), value: `${t(`protection.kind.${kind}`)} ${shortId(recordId)}` },
          {
            name: t('protection.state'),
            value: <StateMark look={LOOK[state]} word={t(`protection.erasure.${state}`)} />,
          },
          { name: t('protection.because'), value: hasMessage(word) ? plainMessage(word) : because },
          { name: t('protection.basis'), value: erasure.legalBasis },
          { name: t('protection.asked'), value: <Done at={erasure.askedAt} by={erasure.askedBy} /> },
          { name: t('protection.digest'), value: <Digest value={erasure.digest} /> },
          ...(recordIds.length > 1
            ? [{ name: t('protection.goes'), value: recordIds.map((id) => shortId(id)).join(', ') }]
            : []),
          ...(erasure.doneAt === null
            ? []
            : [
                {
                  name: t('protection.went'),
                  value: t('protection.wentWords', { rows, files, observations }),
                },
              ]),
          ...(erasure.recipients.length === 0
            ? []
            : [{ name: t('protection.recipients'), value: <Recipients erasure={erasure} /> }]),
          ...(erasure.refusal === null ? [] : [{ name: t('protection.reason'), value: erasure.refusal }]),
        ]}
      />
      {state === 'waits' && <Deciding erasure={erasure} />}
    </>
  );
}

const RECIPIENT_LOOK: Readonly<Record<DataErasureView['recipients'][number]['state'], StateLook>> = {
  open: { shape: 'half', tone: 'wait' },
  overdue: { shape: 'triangle', tone: 'bad' },
  erased: { shape: 'tick', tone: 'good' },
  kept: { shape: 'ring', tone: 'idle' },
};

/** Whoever had received it, and what came of asking them. */
function Recipients({ erasure }: { erasure: DataErasureView }) {
  const operation = useOperation();
  return (
    <>
      {erasure.recipients.map(({ agency, requestId, state, dueAt, certifiedAt, reasons }) => (
        <div key={`${requestId} ${agency}`}>
          <StateMark
            look={RECIPIENT_LOOK[state]}
            word={`${agencyName(operation, agency)}: ${t(`protection.recipient.${state}`)}`}
          />{' '}
          <Time at={certifiedAt ?? dueAt} day />
          {reasons.map((reason) => (
            <p key={reason} className="soft">
              {reason}
            </p>
          ))}
        </div>
      ))}
    </>
  );
}

function Deciding({ erasure }: { erasure: DataErasureView }) {
  const { erasureId, askedBy, digest } = erasure;
  const session = useSession();
  const operationId = useOperation()?.operationId;
  const approve = useApproveErasure(erasureId);
  const refuse = useRefuseErasure(erasureId);
  const may = whyNot(session, 'data.approve-erasure', operationId);
  const own = askedBy === session.officerId ? t('protection.ownAsked') : undefined;
  return (
    <>
      <ActForm
        title={t('protection.approveTitle')}
        words={<p>{t('protection.approveWords')}</p>}
        act={t('protection.approve')}
        why={own ?? may}
        pending={approve.isPending}
        error={approve.error}
        grave
        onAct={() => approve.mutate({ digest })}
      />
      <ReasonForm
        title={t('protection.refuse')}
        act={t('protection.refuseAct')}
        label={t('protection.reason')}
        why={may}
        folded
        change={refuse}
        onAct={(reason, done) => refuse.mutate({ reason }, { onSuccess: done })}
      />
    </>
  );
}
