import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { AnsweredFile } from '#web/api/client.ts';
import { useOperation } from '#web/api/operation.ts';
import { useAnswerSubject } from '#web/api/protection.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { fromInput } from '#web/words/moment.ts';

const EMPTY = {
  target: '',
  client: '',
  address: '',
  at: '',
  value: '',
  reference: '',
  askedBy: 'data-subject',
  answer: 'full',
  restriction: 'b',
  reason: '',
  without: [] as readonly string[],
};
type Form = typeof EMPTY;

/** Rooms whose records a partial answer can leave out. */
const ROOMS = [
  'observations',
  'packages',
  'casework',
  'evidence',
  'crossmatch',
  'correspondence',
  'custody',
  'access',
] as const;

const ASKERS = ['data-subject', 'supervisory-authority', 'court'] as const;
const ANSWERS = ['full', 'partial', 'refused'] as const;
const RESTRICTIONS = ['a', 'b', 'c', 'd', 'e'] as const;

function faults({ target, client, address, at, value, reference, answer, reason, without }: Form) {
  const named = [target, client, address, value].some((one) => one.trim() !== '');
  return {
    target: named ? undefined : t('answers.whomMissing'),
    at: at !== '' && fromInput(at) === undefined ? t('form.required') : undefined,
    reference: reference.trim() === '' ? t('form.required') : undefined,
    reason: answer !== 'full' && reason.trim() === '' ? t('form.reasonMissing') : undefined,
    without: answer === 'partial' && without.length === 0 ? t('answers.withoutMissing') : undefined,
  };
}

/** What the fields say, as the node takes it: nothing of what is empty. */
function bodyOf(form: Form) {
  const said = (text: string) => (text.trim() === '' ? undefined : text.trim());
  const [targetId, clientId, address, value] = [form.target, form.client, form.address, form.value].map(said);
  const at = form.at === '' ? undefined : fromInput(form.at);
  const answer = ANSWERS.find((one) => one === form.answer) ?? 'full';
  const restriction = RESTRICTIONS.find((one) => one === form.restriction);
  return {
    ...(targetId && { targetId }),
    ...(clientId && { clientId }),
    ...(address && { address }),
    ...(value && { value }),
    ...(at && { at }),
    reference: form.reference.trim(),
    askedBy: ASKERS.find((one) => one === form.askedBy) ?? ASKERS[0],
    answer,
    ...(answer !== 'full' && restriction && { restriction, reason: form.reason.trim() }),
    ...(answer === 'partial' && { without: [...form.without] }),
  };
}

/** By the browser's own download. */
function save({ name, content }: AnsweredFile): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Answers whoever asks what is held on a person: in full, in part, or not. */
export function AnswerForm() {
  const answer = useAnswerSubject();
  const why = whyNot(useSession(), 'subject.answer', useOperation()?.operationId);
  const [saved, setSaved] = useState<string>();
  const fields = useFields(EMPTY, faults);
  const submit = () =>
    fields.ready() &&
    answer.mutate(bodyOf(fields.form), {
      onSuccess: (file) => {
        save(file);
        setSaved(t('answers.done', { name: file.name }));
        fields.reset();
      },
    });
  return (
    <ActForm
      title={t('answers.give')}
      words={<p>{t('answers.words')}</p>}
      act={t('answers.act')}
      why={why}
      pending={answer.isPending}
      error={answer.error}
      done={saved}
      onAct={submit}
    >
      <FieldGroup legend={t('answers.whom')} pairs>
        <TextInput label={t('answers.target')} maxLength={80} {...fields.text('target')} />
        <TextInput label={t('answers.client')} maxLength={512} {...fields.text('client')} />
        <TextInput label={t('answers.address')} maxLength={45} {...fields.text('address')} />
        <TextInput
          label={t('answers.at')}
          description={t('answers.atHint')}
          type="datetime-local"
          {...fields.text('at')}
        />
        <TextInput label={t('answers.value')} maxLength={500} {...fields.text('value')} />
      </FieldGroup>
      <FieldGroup pairs>
        <TextInput
          label={t('answers.reference')}
          description={t('answers.referenceHint')}
          required
          maxLength={120}
          {...fields.text('reference')}
        />
        <NativeSelect
          label={t('answers.askedBy')}
          data={ASKERS.map((value) => ({ value, label: t(`answers.askedBy.${value}`) }))}
          {...fields.text('askedBy')}
        />
      </FieldGroup>
      <NativeSelect
        label={t('answers.answer')}
        data={ANSWERS.map((value) => ({ value, label: t(`answers.answer.${value}`) }))}
        {...fields.text('answer')}
      />
      {fields.form.answer === 'partial' && (
        <FieldGroup legend={t('answers.without')} pairs wrong={fields.wrong.without}>
          {ROOMS.map((room) => (
            <Checkbox
              key={room}
              label={t(`answers.room.${room}`)}
              checked={fields.form.without.includes(room)}
              onChange={(event) => {
                const { without } = fields.form;
                const rest = without.filter((other) => other !== room);
                fields.set({ without: event.currentTarget.checked ? [...rest, room] : rest });
              }}
            />
          ))}
        </FieldGroup>
      )}
      {fields.form.answer !== 'full' && (
        <>
          <NativeSelect
            label={t('answers.restriction')}
            data={RESTRICTIONS.map((value) => ({ value, label: t(`answers.restriction.${value}`) }))}
            {...fields.text('restriction')}
          />
          <Textarea
            label={t('answers.reason')}
            description={t('answers.reasonHint')}
            required
            autosize
            minRows={2}
            maxLength={2000}
            {...fields.text('reason')}
          />
        </>
      )}
    </ActForm>
  );
}
