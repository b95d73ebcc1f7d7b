import { Checkbox, NativeSelect, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useGoToWaiting } from '#web/api/approvals.ts';
import { useAskErasure } from '#web/api/letters.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';

const REASONS = ['retention', 'court-order', 'provider-recall'] as const;

/** Asking every agency that has a message to erase it. */
export function EraseForm({ messageId }: { messageId: string }) {
  const [open, setOpen] = useState(false);
  const agency = useAgency();
  const navigate = useNavigate();
  const ask = useAskErasure();
  const waits = useGoToWaiting();
  const why = whyNot(useSession(), 'erasure.request', useOperation()?.operationId);
  const fields = useFields({ reason: 'retention', legalBasis: '', own: true }, ({ legalBasis }) => ({
    legalBasis: legalBasis.trim() === '' ? t('form.required') : undefined,
  }));
  if (!open)
    return (
      <div className="no-print">
        <ActButton variant="outline" color="red" why={why} onClick={() => setOpen(true)}>
          {t('erasure.ask')}
        </ActButton>
      </div>
    );
  return (
    <ActForm
      title={t('erasure.ask')}
      words={<p>{t('erasure.askWords')}</p>}
      act={t('erasure.askAct')}
      grave
      why={why}
      pending={ask.isPending}
      error={ask.error}
      onAct={() =>
        fields.ready() &&
        ask.mutate(
          {
            messageIds: [messageId],
            reason: REASONS.find((one) => one === fields.form.reason) ?? 'retention',
            legalBasis: fields.form.legalBasis.trim(),
            own: fields.form.own,
          },
          {
            onSuccess: (answer) => {
              if (!waits(answer)) void navigate({ to: '/$agency/letters/erasure', params: { agency } });
            },
          },
        )
      }
    >
      <NativeSelect
        label={t('erasure.because')}
        {...fields.text('reason')}
        data={REASONS.map((value) => ({ value, label: t(`erasure.reason.${value}`) }))}
      />
      <Textarea
        label={t('erasure.basis')}
        description={t('erasure.basisHint')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...fields.text('legalBasis')}
      />
      <Checkbox
        label={t('erasure.own')}
        checked={fields.form.own}
        onChange={(event) => fields.set({ own: event.currentTarget.checked })}
      />
    </ActForm>
  );
}
