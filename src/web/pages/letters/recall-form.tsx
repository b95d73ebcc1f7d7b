import { NativeSelect, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useRecall } from '#web/api/letters.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';

const REASONS = ['wrong-recipient', 'wrong-content', 'outdated', 'permission-withdrawn', 'other'] as const;

/** Taking back what was sent from here. */
export function RecallForm({ messageId }: { messageId: string }) {
  const [open, setOpen] = useState(false);
  const recall = useRecall(messageId);
  const why = whyNot(useSession(), 'exchange.recall', useOperation()?.operationId);
  const fields = useFields({ reasonCode: 'wrong-recipient', reason: '' }, ({ reason }) => ({
    reason: reason.trim() === '' ? t('form.reasonMissing') : undefined,
  }));
  if (!open)
    return (
      <div className="no-print">
        <ActButton variant="outline" color="red" why={why} onClick={() => setOpen(true)}>
          {t('recall.act')}
        </ActButton>
      </div>
    );
  return (
    <ActForm
      title={t('recall.act')}
      words={<p>{t('recall.words')}</p>}
      act={t('recall.act')}
      grave
      why={why}
      pending={recall.isPending}
      error={recall.error}
      onAct={() =>
        fields.ready() &&
        recall.mutate({
          reasonCode: REASONS.find((one) => one === fields.form.reasonCode) ?? 'other',
          reason: fields.form.reason.trim(),
        })
      }
    >
      <NativeSelect
        label={t('recall.kind')}
        {...fields.text('reasonCode')}
        data={REASONS.map((value) => ({ value, label: t(`recall.reason.${value}`) }))}
      />
      <Textarea
        label={t('recall.why')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...fields.text('reason')}
      />
    </ActForm>
  );
}
