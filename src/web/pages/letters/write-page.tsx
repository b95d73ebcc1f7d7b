import { NativeSelect, Radio, Textarea, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { HandlingCode } from '#core/handling.ts';
import type { PapLevel } from '#core/pap.ts';
import type { LetterView } from '#correspondence/schemas.ts';
import { useSendLetter, useThread } from '#web/api/letters.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { HandlingFields } from '#web/parts/handling-fields.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { PapSelect } from '#web/parts/pap-select.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { evaluationOf, FilesField, GradeFields } from './content-fields.tsx';
import { RecipientFields } from './recipient-fields.tsx';

const RULES = ['urgent-direct', 'dissemination', 'urgent-indirect', 'ordinary'] as const;

/** A new message or query, a reply, or a new version of what was sent. */
export function WritePage() {
  const { reply, replace } = useSearch({ from: '/$agency/letters/write' });
  const about = reply ?? replace;
  return (
    <>
      <PageHead title={t('letter.new')} />
      {about === undefined ? <WriteForm /> : <About messageId={about} replaces={reply === undefined} />}
    </>
  );
}

function About({ messageId, replaces }: { messageId: string; replaces: boolean }) {
  return (
    <Loaded query={useThread(messageId)}>
      {({ letters }) => {
        const about = letters.find((letter) => letter.messageId === messageId);
        return <WriteForm about={about} replaces={replaces} />;
      }}
    </Loaded>
  );
}

/** What stands in the form at first. */
function beginning(about: LetterView | undefined, replaces: boolean) {
  const { kind, subject, text, handling, evaluation, deadline } = about ?? {};
  return {
    kind: kind === 'query' && replaces ? 'query' : 'message',
    to: (about === undefined
      ? []
      : about.direction === 'sent'
        ? about.to
        : [about.from]) as readonly string[],
    subject: subject === undefined ? '' : replaces ? subject : `Re: ${subject}`.slice(0, 200),
    text: replaces ? (text ?? '') : '',
    codes: (replaces ? (handling?.codes ?? []) : []) as readonly HandlingCode[],
    handlingText: replaces ? (handling?.text ?? '') : '',
    source: replaces ? (evaluation?.source ?? '') : '',
    information: replaces ? (evaluation?.information ?? '') : '',
    deadline: (replaces ? (deadline?.rule ?? '') : '') as string,
    pap: (replaces ? (about?.pap ?? 'AMBER') : 'AMBER') as PapLevel,
  };
}

function WriteForm({ about, replaces = false }: { about?: LetterView | undefined; replaces?: boolean }) {
  const agency = useAgency();
  const navigate = useNavigate();
  const operationId = useOperation()?.operationId;
  const send = useSendLetter();
  const [files, setFiles] = useState<File[]>([]);
  const [sending, setSending] = useState<string | null>(null);
  const fields = useFields(beginning(about, replaces), (form) => ({
    to: form.to.length === 0 ? t('letter.noRecipient') : undefined,
    subject: form.subject.trim() === '' ? t('form.required') : undefined,
    text: form.text.trim() === '' ? t('form.required') : undefined,
    handlingText:
      form.codes.includes('H3') && form.handlingText.trim() === '' ? t('handling.textMissing') : undefined,
    information: (form.source === '') === (form.information === '') ? undefined : t('letter.bothGrades'),
    deadline: form.kind === 'query' && form.deadline === '' ? t('letter.deadlineMissing') : undefined,
  }));
  const { form, wrong, set } = fields;
  const submit = () =>
    fields.ready() &&
    send.mutate(
      {
        files,
        onFile: setSending,
        body: {
          kind: form.kind === 'query' ? 'query' : 'message',
          to: [...form.to],
          subject: form.subject.trim(),
          text: form.text,
          handling: { codes: [...form.codes], text: form.codes.includes('H3') ? form.handlingText : '' },
          pap: form.pap,
          evaluation: evaluationOf(form),
          deadline: RULES.find((rule) => rule === form.deadline) ?? null,
          ...(about && !replaces && { inReplyTo: about.messageId }),
          ...(about &&
            replaces && { replaces: { messageId: about.messageId, reasonCode: 'wrong-content' as const } }),
        },
      },
      {
        onSuccess: ({ messageId }) =>
          void navigate({ to: '/$agency/letters/$id', params: { agency, id: messageId } }),
      },
    );
  const subject = about?.subject ?? '';
  return (
    <ActForm
      title={t(form.kind === 'query' ? 'letters.kind.query' : 'letters.kind.message')}
      words={
        <>
          <p>{t('letter.words')}</p>
          {about && <p>{t(replaces ? 'letter.replaceWords' : 'letter.replyWords', { subject })}</p>}
        </>
      }
      act={t('letter.send')}
      why={whyNot(useSession(), 'letters.send', operationId)}
      pending={send.isPending}
      error={send.error}
      onAct={submit}
    >
      <Radio.Group
        label={t('letter.what')}
        labelProps={{ mb: 8 }}
        value={form.kind}
        onChange={(kind) => set({ kind })}
      >
        <FieldGroup pairs>
          <Radio value="message" label={t('letter.isMessage')} />
          <Radio value="query" label={t('letter.isQuery')} />
        </FieldGroup>
      </Radio.Group>
      <RecipientFields to={form.to} wrong={wrong.to} onChange={(to) => set({ to })} />
      <TextInput label={t('letters.subject')} required maxLength={200} {...fields.text('subject')} />
      <Textarea
        label={t('letter.text')}
        required
        autosize
        minRows={6}
        maxLength={100_000}
        {...fields.text('text')}
      />
      <FilesField files={files} sending={sending} onChange={setFiles} />
      <NativeSelect
        label={t('letter.deadline')}
        required={form.kind === 'query'}
        {...fields.text('deadline')}
        data={[
          { value: '', label: t('letter.noDeadline') },
          ...RULES.map((value) => ({ value, label: t(`rule.${value}`) })),
        ]}
      />
      <HandlingFields
        codes={form.codes}
        text={form.handlingText}
        wrong={wrong.handlingText}
        onChange={({ codes, text }) =>
          set({ ...(codes && { codes }), ...(text !== undefined && { handlingText: text }) })
        }
      />
      <PapSelect value={form.pap} onChange={(pap) => set({ pap })} />
      <GradeFields grades={form} wrong={wrong.information} onChange={set} />
    </ActForm>
  );
}
