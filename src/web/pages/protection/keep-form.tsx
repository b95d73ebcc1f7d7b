import { Textarea, TextInput } from '@mantine/core';
import type { Action } from '#access/policy.ts';
import type { ReviewView } from '#protection/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useKeep, usePlaceHold } from '#web/api/protection.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { fromInput } from '#web/words/moment.ts';

interface Props {
  readonly record: ReviewView;
}

/** A decision to keep the record until a day. */
export function KeepForm({ record }: Props) {
  return <UntilForm record={record} act="keep" action="review.decide" change={useKeep()} />;
}

/** A word that blocks its erasure until a day. */
export function HoldForm({ record }: Props) {
  return <UntilForm record={record} act="hold" action="holds.place" change={usePlaceHold()} />;
}

interface UntilProps extends Props {
  readonly act: 'keep' | 'hold';
  readonly action: Action;
  readonly change: ReturnType<typeof useKeep> | ReturnType<typeof usePlaceHold>;
}

function UntilForm({ record, act, action, change }: UntilProps) {
  const why = whyNot(useSession(), action, useOperation()?.operationId);
  const fields = useFields({ until: '', reason: '' }, ({ until, reason }) => ({
    until: fromInput(until) === undefined ? t('form.required') : undefined,
    reason: reason.trim() === '' ? t('form.reasonMissing') : undefined,
  }));
  const submit = () => {
    const until = fromInput(fields.form.until);
    if (!fields.ready() || until === undefined) return false;
    const { kind, recordId } = record;
    const reason = fields.form.reason.trim();
    return change.mutate({ kind, recordId, until, reason }, { onSuccess: () => fields.reset() });
  };
  return (
    <ActForm
      title={`${t(`protection.${act}`)}: ${record.label}`}
      words={<p>{t(`protection.${act}Words`)}</p>}
      act={t(`protection.${act}`)}
      why={why}
      pending={change.isPending}
      error={change.error}
      onAct={submit}
    >
      <TextInput label={t('protection.until')} type="datetime-local" required {...fields.text('until')} />
      <Textarea
        label={t('protection.reason')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...fields.text('reason')}
      />
    </ActForm>
  );
}
