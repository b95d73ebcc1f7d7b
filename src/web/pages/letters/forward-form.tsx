import { Textarea, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { BarrierList, LetterView } from '#correspondence/schemas.ts';
import { useGoToWaiting } from '#web/api/approvals.ts';
import { useAskLeave, useBarriers, useForward } from '#web/api/letters.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { LeaveForm } from '#web/parts/leave-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { agencyName } from '#web/words/agency-name.ts';
import { RecipientFields } from './recipient-fields.tsx';

/** Passing a letter on; what its provider's codes forbid shows before anything is sent. */
export function ForwardForm({ letter }: { letter: LetterView }) {
  const [open, setOpen] = useState(false);
  if (open) return <Forward letter={letter} />;
  return (
    <div className="no-print">
      <ActButton variant="default" onClick={() => setOpen(true)}>
        {t('letter.forward')}
      </ActButton>
    </div>
  );
}

function Forward({ letter }: { letter: LetterView }) {
  const agency = useAgency();
  const navigate = useNavigate();
  const operationId = useOperation()?.operationId;
  const forward = useForward(letter.messageId);
  const waits = useGoToWaiting();
  const fields = useFields({ to: [] as readonly string[], text: '', reason: '' }, ({ to }) => ({
    to: to.length === 0 ? t('letter.noRecipient') : undefined,
  }));
  const { form, wrong, set } = fields;
  const found = useBarriers(letter.messageId, form.to).data;
  const barriers = form.to.length > 0 && found && 'barriers' in found ? found.barriers : [];
  const why = whyNot(useSession(), 'letters.send', operationId);
  return (
    <>
      <ActForm
        title={t('letter.forward')}
        words={<p>{t('letter.forwardWords')}</p>}
        act={t('letter.forwardAct')}
        why={why}
        pending={forward.isPending}
        error={forward.error}
        onAct={() =>
          fields.ready() &&
          forward.mutate(
            { to: [...form.to], text: form.text, ...(form.reason.trim() && { reason: form.reason.trim() }) },
            {
              onSuccess: (answer) => {
                if (waits(answer)) return;
                const [sent] = answer.letters;
                if (sent)
                  void navigate({ to: '/$agency/letters/$id', params: { agency, id: sent.messageId } });
              },
            },
          )
        }
      >
        <RecipientFields to={form.to} wrong={wrong.to} onChange={(to) => set({ to })} />
        <Textarea label={t('letter.forwardText')} autosize minRows={2} {...fields.text('text')} />
        <TextInput
          label={t('letter.reason')}
          description={t('letter.reasonHint')}
          maxLength={1000}
          {...fields.text('reason')}
        />
      </ActForm>
      {barriers.map((barrier) => (
        <AskLeave
          key={`${barrier.messageId} ${barrier.recipient}`}
          messageId={letter.messageId}
          barrier={barrier}
        />
      ))}
    </>
  );
}

function AskLeave({ messageId, barrier }: { messageId: string; barrier: BarrierList['barriers'][number] }) {
  const operation = useOperation();
  const ask = useAskLeave(messageId);
  const names = {
    provider: agencyName(operation, barrier.provider),
    recipient: agencyName(operation, barrier.recipient),
    codes: barrier.codes.join(', '),
  };
  return (
    <LeaveForm
      title={t('letter.askLeave', { provider: names.provider })}
      words={<p>{t('letter.barrier', names)}</p>}
      asked={t('letter.asked')}
      asking={ask}
      onAsk={(leave) => ask.mutate({ recipient: barrier.recipient, ...leave })}
    />
  );
}
