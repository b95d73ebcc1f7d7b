import { TextInput } from '@mantine/core';
import { use } from 'react';
import { ClockContext } from '#web/api/clock.ts';
import { useRecordSent } from '#web/api/retention.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { fromInput, toInput } from '#web/words/moment.ts';

interface Props {
  readonly packageId: string;
  readonly name: string;
  readonly operator: string;
  readonly renewal: boolean;
  readonly onDone: () => void;
}

/** A person's word that a request went out: from then on its targets' clock stands. */
export function RecordSent({ packageId, name, operator, renewal, onDone }: Props) {
  const record = useRecordSent(packageId, name);
  const { nodeMs } = use(ClockContext);
  const fields = useFields({ sentAt: toInput(nodeMs), note: '' }, ({ sentAt }) => ({
    sentAt: fromInput(sentAt) === undefined ? t('form.required') : undefined,
  }));
  const submit = () => {
    const sentAt = fromInput(fields.form.sentAt);
    if (!fields.ready() || sentAt === undefined) return false;
    return record.mutate({ sentAt, note: fields.form.note.trim() }, { onSuccess: onDone });
  };
  return (
    <ActForm
      title={t(renewal ? 'preservation.renew' : 'preservation.record')}
      words={<p>{t('preservation.recordWords', { operator })}</p>}
      act={t('preservation.act')}
      pending={record.isPending}
      error={record.error}
      onAct={submit}
    >
      <TextInput label={t('preservation.sentAt')} type="datetime-local" required {...fields.text('sentAt')} />
      <TextInput
        label={t('preservation.note')}
        description={t('preservation.noteHint')}
        maxLength={1000}
        {...fields.text('note')}
      />
    </ActForm>
  );
}
