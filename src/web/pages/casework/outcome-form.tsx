import { Button } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import type { OutcomeVersion } from '#casework/schemas.ts';
import { useRecordOutcome } from '#web/api/casework.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { formOf, type OutcomeForm, outcomeOf, type Wrong, wrongWith } from '#web/words/outcome-form.ts';
import { NewerVersion } from './newer-version.tsx';
import { OutcomeFields } from './outcome-fields.tsx';
import classes from './outcome-form.module.css';

/** Recording an outcome. What was typed stays until it is recorded, whatever happens meanwhile. */
export function OutcomeFormPanel({
  targetId,
  current,
}: {
  targetId: string;
  current: OutcomeVersion | null;
}) {
  const [begun, setBegun] = useState(current);
  const [form, setForm] = useState<OutcomeForm>(() => formOf(current));
  const [wrong, setWrong] = useState<Wrong>({});
  const place = useRef<HTMLFormElement>(null);
  const record = useRecordOutcome(targetId);
  const why = whyNot(useSession(), 'casework.record', useOperation()?.operationId);
  const restart = (version: OutcomeVersion | null) => {
    setBegun(version);
    setForm(formOf(version));
    setWrong({});
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = wrongWith(form, begun);
    setWrong(found);
    if (Object.keys(found).length > 0) return focusFirstWrong(place.current);
    record.mutate(
      {
        ...outcomeOf(form),
        seenVersion: begun?.version ?? 0,
        ...(form.note.trim() && { note: form.note.trim() }),
        ...(form.reason.trim() && { reason: form.reason.trim() }),
      },
      { onSuccess: restart },
    );
  };
  const newer = current && current.version > (begun?.version ?? 0) && !record.isPending ? current : null;
  return (
    <Panel title={t('case.record')}>
      <form ref={place} onSubmit={submit} noValidate className={classes.form}>
        {newer && <NewerVersion version={newer.version} onTake={() => restart(newer)} />}
        <fieldset disabled={why !== undefined} className={classes.all}>
          <OutcomeFields
            form={form}
            wrong={wrong}
            before={begun}
            onChange={(change) => setForm({ ...form, ...change })}
          />
        </fieldset>
        {Object.keys(wrong).length > 0 && (
          <p role="alert" className={classes.wrong}>
            {t('wrong.summary')}
          </p>
        )}
        {record.isError && <Problem error={record.error} title={t('problem.actTitle')} />}
        {record.isSuccess && !record.isPending && (
          <p role="status" className={classes.saved}>
            <strong>{t('case.saved', { version: record.data.version })}</strong> {t('case.savedDo')}
          </p>
        )}
        {why && <p className="soft">{why}</p>}
        <Button
          type="submit"
          loading={record.isPending}
          disabled={why !== undefined}
          className={classes.submit ?? ''}
        >
          {t('case.save')}
        </Button>
      </form>
    </Panel>
  );
}

function focusFirstWrong(form: HTMLFormElement | null): void {
  requestAnimationFrame(() =>
    form?.querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong] input')?.focus(),
  );
}
