import { Checkbox, Textarea, TextInput } from '@mantine/core';
import type { ErasureView } from '#exchange/erasure/schemas.ts';
import { useDecideErasure } from '#web/api/letters.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { agencyName } from '#web/words/agency-name.ts';

/** An officer's word on a request to erase: what goes, what is kept and why, what stays in backups. */
export function DecideForm({ request }: { request: ErasureView }) {
  const operation = useOperation();
  const decide = useDecideErasure(request.requestId);
  const fields = useFields(
    { keep: false, keepReason: '', remains: '', until: '' },
    ({ keep, keepReason, remains, until }) => ({
      keepReason: keep && keepReason.trim() === '' ? t('form.reasonMissing') : undefined,
      until: remains.trim() !== '' && until === '' ? t('form.required') : undefined,
    }),
  );
  const { form, set } = fields;
  const send = () =>
    fields.ready() &&
    decide.mutate({
      keep: form.keep
        ? request.items
            .filter(({ outcome }) => outcome === null)
            .map(({ messageId }) => ({ messageId, reason: form.keepReason.trim() }))
        : [],
      remains:
        form.remains.trim() === ''
          ? []
          : [
              {
                what: form.remains.trim(),
                until: new Date(`${form.until}T00:00:00Z`).toISOString(),
                reason: t('erasure.remains'),
              },
            ],
    });
  return (
    <ActForm
      title={t('erasure.decide')}
      words={<p>{t('erasure.decideWords', { agency: agencyName(operation, request.from) })}</p>}
      act={t('erasure.decideAct')}
      grave
      why={whyNot(useSession(), 'erasure.decide', operation?.operationId)}
      pending={decide.isPending}
      error={decide.error}
      onAct={send}
    >
      <Checkbox
        label={t('erasure.keep')}
        checked={form.keep}
        onChange={(event) => set({ keep: event.currentTarget.checked })}
      />
      {form.keep && (
        <Textarea
          label={t('erasure.keepReason')}
          required
          autosize
          minRows={2}
          maxLength={2000}
          {...fields.text('keepReason')}
        />
      )}
      <FieldGroup pairs>
        <TextInput label={t('erasure.remains')} maxLength={200} {...fields.text('remains')} />
        <TextInput label={t('erasure.remainsUntil')} type="date" {...fields.text('until')} />
      </FieldGroup>
    </ActForm>
  );
}
