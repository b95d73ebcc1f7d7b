import { Button, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ReasonView } from '#access/consultation/routes.ts';
import { useGiveReason, useReason } from '#web/api/consultations.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { useFields } from '#web/parts/use-fields.ts';

/** Stands before the pages of an operation until its officer has said, once a session, why he opens it. */
export function ReasonGate({ children }: { children: ReactNode }) {
  const reason = useReason();
  return (
    <Loaded query={reason}>
      {(said) => (said.asked && said.reason === null ? <Ask before={said.before} /> : children)}
    </Loaded>
  );
}

function Ask({ before }: Pick<ReasonView, 'before'>) {
  const give = useGiveReason();
  const fields = useFields({ reason: '', recipient: '' }, ({ reason }) => ({
    reason: reason.trim().length < 10 || reason.trim().length > 500 ? t('why.length') : undefined,
  }));
  const { reason, recipient } = fields.form;
  return (
    <>
      <PageHead title={t('why.title')} />
      <ActForm
        title={t('why.reason')}
        words={<p>{t('why.words')}</p>}
        act={t('why.act')}
        pending={give.isPending}
        error={give.error}
        onAct={() =>
          fields.ready() &&
          give.mutate({
            reason: reason.trim(),
            ...(recipient.trim() === '' ? {} : { recipient: recipient.trim() }),
          })
        }
      >
        {before !== null && (
          <Button variant="default" onClick={() => give.mutate({ reason: before })}>
            {t('why.again', { reason: before })}
          </Button>
        )}
        <Textarea
          label={t('why.reason')}
          description={t('why.reasonHelp')}
          required
          autosize
          minRows={2}
          maxLength={500}
          {...fields.text('reason')}
        />
        <TextInput label={t('why.recipient')} maxLength={200} {...fields.text('recipient')} />
      </ActForm>
    </>
  );
}
