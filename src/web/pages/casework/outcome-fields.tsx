import { Checkbox, NativeSelect, NumberInput, Radio, Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import type { OutcomeVersion } from '#casework/schemas.ts';
import type { OutcomeKind } from '#casework/types.ts';
import { t } from '#web/messages/messages.ts';
import {
  BYTE_UNITS,
  type ByteUnit,
  type OutcomeForm,
  outcomeOf,
  takesBack,
  type Wrong,
} from '#web/words/outcome-form.ts';
import { FLAGS, OUTCOMES } from '#web/words/outcomes.ts';
import classes from './outcome-form.module.css';

interface Props {
  readonly form: OutcomeForm;
  readonly wrong: Wrong;
  readonly before: OutcomeVersion | null;
  readonly onChange: (change: Partial<OutcomeForm>) => void;
}

/** The questions, in the order in which an investigator answers them. */
export function OutcomeFields({ form, wrong, before, onChange }: Props) {
  const correction = before !== null && takesBack(before, outcomeOf(form));
  return (
    <>
      <Group legend={t('case.result')} wrong={wrong.outcome}>
        <Radio.Group
          value={form.outcome}
          onChange={(value) => onChange({ outcome: value as OutcomeKind })}
          aria-label={t('case.result')}
        >
          <div className={classes.stack}>
            {OUTCOMES.map((value) => (
              <Radio
                key={value}
                value={value}
                label={t(`outcome.${value}`)}
                description={t(`case.${value}`)}
              />
            ))}
          </div>
        </Radio.Group>
      </Group>
      <Group legend={t('case.done')} wrong={wrong.searchDone}>
        <Checkbox
          label={t('case.subscriberIdentified')}
          checked={form.subscriberIdentified}
          onChange={(event) => onChange({ subscriberIdentified: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('case.searchDone')}
          checked={form.searchDone}
          onChange={(event) => onChange({ searchDone: event.currentTarget.checked })}
        />
      </Group>
      <Group legend={t('case.counts')}>
        <Counts form={form} wrong={wrong} onChange={onChange} />
      </Group>
      <Group legend={t('case.flags')}>
        {FLAGS.map((flag) => (
          <Checkbox
            key={flag}
            label={t(`case.flag.${flag}`)}
            checked={form.flags.includes(flag)}
            onChange={(event) =>
              onChange({
                flags: event.currentTarget.checked
                  ? [...form.flags, flag]
                  : form.flags.filter((other) => other !== flag),
              })
            }
          />
        ))}
      </Group>
      <Textarea
        label={t('case.note')}
        description={t('case.noteHint')}
        autosize
        minRows={2}
        maxLength={4000}
        value={form.note}
        onChange={(event) => onChange({ note: event.currentTarget.value })}
      />
      {correction && (
        <Textarea
          label={t('case.reason')}
          description={t('case.reasonHint')}
          required
          autosize
          minRows={2}
          maxLength={2000}
          error={wrong.reason}
          value={form.reason}
          onChange={(event) => onChange({ reason: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function Counts({ form, wrong, onChange }: Omit<Props, 'before'>) {
  const number = (
    name: 'suspectsIdentified' | 'suspectsArrested' | 'victimsSafeguarded' | 'devicesSeized',
    hint?: string,
  ) => (
    <NumberInput
      label={t(`case.${name}`)}
      description={hint}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={form[name]}
      error={wrong[name]}
      min={0}
      allowDecimal={false}
      allowNegative={false}
      onChange={(value) => onChange({ [name]: value })}
    />
  );
  return (
    <div className={classes.counts}>
      {number('suspectsIdentified')}
      {number('suspectsArrested')}
      {number('victimsSafeguarded', t('case.victimsHint'))}
      {number('devicesSeized')}
      <div className={classes.seized}>
        <NumberInput
          label={t('case.seized')}
          value={form.seized}
          error={wrong.seized}
          min={0}
          allowNegative={false}
          onChange={(value) => onChange({ seized: value })}
        />
        <NativeSelect
          aria-label={t('case.unit')}
          value={form.seizedUnit}
          data={Object.keys(BYTE_UNITS)}
          onChange={(event) => onChange({ seizedUnit: event.currentTarget.value as ByteUnit })}
        />
      </div>
    </div>
  );
}

function Group({
  legend,
  wrong,
  children,
}: {
  legend: string;
  wrong?: string | undefined;
  children: ReactNode;
}) {
  return (
    <fieldset className={classes.group} data-wrong={wrong !== undefined || undefined}>
      <legend>{legend}</legend>
      <div className={classes.stack}>
        {children}
        {wrong && <span className={classes.error}>{wrong}</span>}
      </div>
    </fieldset>
  );
}
