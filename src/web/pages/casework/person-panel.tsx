import { Checkbox, NativeSelect, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { CaseTargetDetail } from '#casework/schemas.ts';
import { useGoToWaiting } from '#web/api/approvals.ts';
import { useCategorise } from '#web/api/casework.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { PersonWords } from '#web/parts/person-words.tsx';
import { Time } from '#web/parts/time.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { fewWords } from '#web/words/few-words.ts';
import { CATEGORIES } from '#web/words/outcomes.ts';
import classes from './outcome-history.module.css';

type Props = Pick<CaseTargetDetail, 'target' | 'persons'>;

/** Who the person is to the case: what stands, every word said of it, and the form that says another. */
export function PersonPanel({ target, persons }: Props) {
  const [open, setOpen] = useState(false);
  const why = whyNot(useSession(), 'persons.categorise', useOperation()?.operationId);
  return (
    <>
      <Panel title={t('person.title')}>
        <p>
          <PersonWords person={target.person} />
        </p>
        {persons.length === 0 && <p className="soft">{t('person.unstated')}</p>}
        <ol className={classes.versions}>
          {persons.map((one) => (
            <li key={one.version}>
              <div className={classes.head}>
                <h3>{t('case.version', { version: one.version })}</h3>
                <PersonWords person={one} />
              </div>
              <p className="soft">
                <Time at={one.recordedAt} /> · <span className="mono">{one.recordedBy}</span>
              </p>
              <p>{one.reason}</p>
              {one.necessity !== '' && (
                <p>
                  {t('person.necessity')}: {one.necessity} · <span className="mono">{one.approvedBy}</span>
                </p>
              )}
            </li>
          ))}
        </ol>
        {!open && (
          <div className="no-print">
            <ActButton variant="default" why={why} onClick={() => setOpen(true)}>
              {t('person.change')}
            </ActButton>
          </div>
        )}
      </Panel>
      {open && <PersonForm target={target} why={why} onDone={() => setOpen(false)} />}
    </>
  );
}

interface FormProps extends Pick<Props, 'target'> {
  readonly why: string | undefined;
  readonly onDone: () => void;
}

function PersonForm({ target: { targetId, person }, why, onDone }: FormProps) {
  const categorise = useCategorise(targetId);
  const waits = useGoToWaiting();
  const fields = useFields(
    { category: person.category as string, minor: person.minor, reason: '', necessity: '' },
    ({ reason, necessity }) => ({
      reason: fewWords(reason),
      necessity: necessity.trim() === '' ? undefined : fewWords(necessity),
    }),
  );
  const { form } = fields;
  const category = CATEGORIES.find((one) => one === form.category) ?? person.category;
  const closed = form.minor || category === 'victim' || category === 'other';
  const submit = () => {
    if (!fields.ready()) return false;
    const necessity = closed ? form.necessity.trim() : '';
    return categorise.mutate(
      {
        category,
        minor: form.minor,
        reason: form.reason.trim(),
        ...(necessity !== '' && { necessity }),
        seenVersion: person.version,
      },
      { onSuccess: (answer) => waits(answer) || onDone() },
    );
  };
  return (
    <ActForm
      title={t('person.change')}
      words={<p>{t('person.changeWords')}</p>}
      act={t('person.act')}
      why={why}
      pending={categorise.isPending}
      error={categorise.error}
      onAct={submit}
    >
      <NativeSelect
        label={t('person.category')}
        data={CATEGORIES.map((value) => ({ value, label: t(`category.${value}`) }))}
        {...fields.text('category')}
      />
      <Checkbox
        label={t('person.isMinor')}
        checked={form.minor}
        onChange={(event) => fields.set({ minor: event.currentTarget.checked })}
      />
      <Textarea
        label={t('person.reason')}
        description={t('person.reasonHint')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...fields.text('reason')}
      />
      {closed && (
        <Textarea
          label={t('person.necessity')}
          description={t('person.necessityHint')}
          autosize
          minRows={2}
          maxLength={2000}
          {...fields.text('necessity')}
        />
      )}
    </ActForm>
  );
}
