import { Checkbox, Radio, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { HandlingCode } from '#core/handling.ts';
import type { LetterView } from '#correspondence/schemas.ts';
import { useAnswer } from '#web/api/letters.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { ConditionFields, conditionsFrom, NO_CONDITIONS } from '#web/parts/conditions.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { HandlingFields } from '#web/parts/handling-fields.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { agencyName } from '#web/words/agency-name.ts';
import { evaluationOf, FilesField, GradeFields } from './content-fields.tsx';

const EMPTY = {
  text: '',
  nothingKnown: false,
  granted: '',
  codes: [] as readonly HandlingCode[],
  handlingText: '',
  source: '',
  information: '',
  ...NO_CONDITIONS,
};

/** The answer to a query that came here; one that asks for leave is answered by yes or no. */
export function AnswerForm({ query }: { query: LetterView }) {
  const { messageId, from, permission } = query;
  const operation = useOperation();
  const session = useSession();
  const answer = useAnswer(messageId);
  const [files, setFiles] = useState<File[]>([]);
  const [sending, setSending] = useState<string | null>(null);
  const fields = useFields(EMPTY, (form) => ({
    granted: permission && form.granted === '' ? t('decide.choose') : undefined,
    text: permission || form.nothingKnown || form.text.trim() !== '' ? undefined : t('letter.answerMissing'),
    handlingText:
      form.codes.includes('H3') && form.handlingText.trim() === '' ? t('handling.textMissing') : undefined,
    information: (form.source === '') === (form.information === '') ? undefined : t('letter.bothGrades'),
  }));
  const { form, wrong, set } = fields;
  const conditions = conditionsFrom(form);
  const names = { agency: agencyName(operation, from) };
  const send = () =>
    fields.ready() &&
    answer.mutate(
      {
        files,
        onFile: setSending,
        body: {
          text: form.text,
          nothingKnown: form.nothingKnown,
          ...(permission && { granted: form.granted === 'yes' }),
          ...(permission && form.granted === 'yes' && conditions && { conditions }),
          handling: { codes: [...form.codes], text: form.codes.includes('H3') ? form.handlingText : '' },
          evaluation: evaluationOf(form),
        },
      },
      {
        onSuccess: () => {
          fields.reset();
          setFiles([]);
        },
      },
    );
  return (
    <ActForm
      title={t('letter.answer')}
      words={<p>{t('letter.answerWords', names)}</p>}
      act={t('letter.answerAct')}
      why={whyNot(session, permission ? 'letters.permit' : 'letters.send', operation?.operationId)}
      pending={answer.isPending}
      error={answer.error}
      done={answer.isSuccess ? t('letter.sent') : undefined}
      onAct={send}
    >
      {permission ? (
        <FieldGroup wrong={wrong.granted}>
          <Radio.Group
            label={
              permission.act
                ? t('pap.mayDo', { act: t(`pap.act.${permission.act}`) })
                : t('letter.mayGo', { agency: agencyName(operation, permission.recipient) })
            }
            labelProps={{ mb: 8 }}
            value={form.granted}
            onChange={(granted) => set({ granted })}
          >
            <FieldGroup>
              <Radio value="yes" label={t('letter.grant')} />
              <Radio value="no" label={t('letter.deny')} />
            </FieldGroup>
          </Radio.Group>
        </FieldGroup>
      ) : (
        <Checkbox
          label={t('letter.sayNothingKnown')}
          checked={form.nothingKnown}
          onChange={(event) => set({ nothingKnown: event.currentTarget.checked })}
        />
      )}
      {permission && form.granted === 'yes' && <ConditionFields form={form} onChange={set} />}
      <Textarea label={t('letter.text')} autosize minRows={3} maxLength={100_000} {...fields.text('text')} />
      <FilesField files={files} sending={sending} onChange={setFiles} />
      <HandlingFields
        codes={form.codes}
        text={form.handlingText}
        wrong={wrong.handlingText}
        onChange={({ codes, text }) =>
          set({ ...(codes && { codes }), ...(text !== undefined && { handlingText: text }) })
        }
      />
      <GradeFields grades={form} wrong={wrong.information} onChange={set} />
    </ActForm>
  );
}
