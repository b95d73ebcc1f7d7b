import { TextInput } from '@mantine/core';
import { useOperation } from '#web/api/operation.ts';
import type { useConfirmSeries } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';

/** The reference that the database gave a series. */
export function ConfirmForm({
  words,
  confirm,
}: {
  words: string;
  confirm: ReturnType<typeof useConfirmSeries>;
}) {
  const fields = useFields({ reference: '' }, ({ reference }) => ({
    reference: reference.trim() === '' ? t('form.required') : undefined,
  }));
  return (
    <ActForm
      title={t('icse.confirm')}
      words={<p>{words}</p>}
      act={t('icse.confirmAct')}
      why={whyNot(useSession(), 'referrals.send', useOperation()?.operationId)}
      pending={confirm.isPending}
      error={confirm.error}
      onAct={() => fields.ready() && confirm.mutate({ icseReference: fields.form.reference.trim() })}
    >
      <TextInput label={t('icse.reference')} required maxLength={200} {...fields.text('reference')} />
    </ActForm>
  );
}
