import { NativeSelect, TextInput } from '@mantine/core';
import type { ReviewView } from '#protection/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useAskErasure } from '#web/api/protection.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';

const REASONS = ['review', 'court-order', 'data-subject', 'provider-recall'] as const;

/** Asks for the erasure of a record; a second officer approves it below. */
export function AskErasureForm({ record }: { record: ReviewView }) {
  const ask = useAskErasure();
  const why = whyNot(useSession(), 'data.erase', useOperation()?.operationId);
  const fields = useFields<{ because: string; basis: string }>(
    { because: REASONS[0], basis: '' },
    ({ basis }) => ({
      basis: basis.trim() === '' ? t('form.required') : undefined,
    }),
  );
  const submit = () => {
    if (!fields.ready()) return false;
    const because = REASONS.find((one) => one === fields.form.because) ?? REASONS[0];
    const { kind, recordId } = record;
    return ask.mutate(
      { kind, recordId, because, legalBasis: fields.form.basis.trim() },
      { onSuccess: () => fields.reset() },
    );
  };
  return (
    <ActForm
      title={`${t('protection.ask')}: ${record.label}`}
      words={<p>{t('protection.askWords')}</p>}
      act={t('protection.ask')}
      why={why}
      pending={ask.isPending}
      error={ask.error}
      grave
      onAct={submit}
    >
      <NativeSelect
        label={t('protection.because')}
        data={REASONS.map((value) => ({ value, label: t(`protection.because.${value}`) }))}
        {...fields.text('because')}
      />
      <TextInput
        label={t('protection.basis')}
        description={t('protection.basisHint')}
        required
        maxLength={2000}
        {...fields.text('basis')}
      />
    </ActForm>
  );
}
