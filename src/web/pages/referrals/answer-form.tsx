import { Textarea, TextInput } from '@mantine/core';
import { useOperation } from '#web/api/operation.ts';
import type { useAnswerRequest } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';

/** The answer to a request, with Eurojust's own reference where it gave one. */
export function AnswerForm({
  words,
  answer,
}: {
  words: string;
  answer: ReturnType<typeof useAnswerRequest>;
}) {
  const fields = useFields({ answer: '', reference: '' }, (form) => ({
    answer: form.answer.trim() === '' ? t('form.required') : undefined,
  }));
  const { reference } = fields.form;
  return (
    <ActForm
      title={t('eurojust.answerTitle')}
      words={<p>{words}</p>}
      act={t('eurojust.answerAct')}
      why={whyNot(useSession(), 'referrals.send', useOperation()?.operationId)}
      pending={answer.isPending}
      error={answer.error}
      onAct={() =>
        fields.ready() &&
        answer.mutate({
          answer: fields.form.answer.trim(),
          ...(reference.trim() && { reference: reference.trim() }),
        })
      }
    >
      <Textarea
        label={t('eurojust.answer')}
        required
        autosize
        minRows={3}
        maxLength={20_000}
        {...fields.text('answer')}
      />
      <TextInput label={t('eurojust.reference')} maxLength={200} {...fields.text('reference')} />
    </ActForm>
  );
}
