import { Textarea } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useGoToWaiting } from '#web/api/approvals.ts';
import { useOpenPerson } from '#web/api/casework.ts';
import { ApiError } from '#web/api/client.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { fewWords } from '#web/words/few-words.ts';
import { ActForm } from './act-form.tsx';
import { Loaded } from './loaded.tsx';
import { PageHead } from './page-head.tsx';
import { useFields } from './use-fields.ts';

interface Props<T> {
  readonly query: UseQueryResult<T>;
  readonly targetId: string;
  readonly children: (data: T) => ReactNode;
}

/** What a query brought of a target, or, where its record is closed to this officer, what he can do. */
export function LoadedTarget<T>({ query, targetId, children }: Props<T>) {
  const [shown, setShown] = useState<string | null>(null);
  const sentence = closedBecause(query);
  if (sentence !== undefined && sentence !== shown) setShown(sentence);
  // It stays while the question is asked anew, and with it what the officer has typed.
  if (shown !== null) return <ClosedRecord key={targetId} targetId={targetId} sentence={shown} />;
  return <Loaded query={query}>{children}</Loaded>;
}

/** Why the record is closed; null where it is not, undefined while that is on its way. */
function closedBecause({ data, error }: UseQueryResult<unknown>): string | null | undefined {
  if (data !== undefined) return null;
  if (error === null) return undefined;
  return error instanceof ApiError && error.code === 'access/person-closed' ? error.message : null;
}

/** Why the record is closed, and the form by which an officer asks for it. */
function ClosedRecord({ targetId, sentence }: { targetId: string; sentence: string }) {
  const open = useOpenPerson(targetId);
  const waits = useGoToWaiting();
  const why = whyNot(useSession(), 'persons.ask', useOperation()?.operationId);
  const fields = useFields({ justification: '' }, ({ justification }) => ({
    justification: fewWords(justification),
  }));
  const submit = () => {
    if (!fields.ready()) return false;
    return open.mutate({ justification: fields.form.justification.trim() }, { onSuccess: waits });
  };
  return (
    <>
      <PageHead title={t('closed.title')} lead={<span>{sentence}</span>} />
      <ActForm
        title={t('closed.ask')}
        words={<p>{t('closed.words')}</p>}
        act={t('closed.act')}
        why={why}
        pending={open.isPending}
        error={open.error}
        onAct={submit}
      >
        <Textarea
          label={t('closed.justification')}
          description={t('closed.justificationHint')}
          required
          autosize
          minRows={3}
          maxLength={2000}
          {...fields.text('justification')}
        />
      </ActForm>
    </>
  );
}
