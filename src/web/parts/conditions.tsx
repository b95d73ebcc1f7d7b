import { Checkbox, Textarea, TextInput } from '@mantine/core';
import type { PermittedAct } from '#core/conditions.ts';
import type { ConditionsDocument } from '#correspondence/document.ts';
import { t } from '#web/messages/messages.ts';
import { localDate } from '#web/words/format.ts';
import { fromInput } from '#web/words/moment.ts';
import { FieldGroup } from './field-group.tsx';

const ACTS = [
  'forward',
  'selectors',
  'eurojust',
  'icse',
  'preservation',
] as const satisfies readonly PermittedAct[];

export interface ConditionFieldsForm {
  readonly condition: string;
  readonly until: string;
  readonly onlyTo: string;
  readonly onlyFor: readonly PermittedAct[];
}

export const NO_CONDITIONS: ConditionFieldsForm = { condition: '', until: '', onlyTo: '', onlyFor: [] };

/** What a yes is bound to; empty fields bind to nothing. */
export function ConditionFields({
  form,
  onChange,
}: {
  form: ConditionFieldsForm;
  onChange: (change: Partial<ConditionFieldsForm>) => void;
}) {
  return (
    <FieldGroup legend={t('conditions.title')}>
      <p className="soft">{t('conditions.hint')}</p>
      <Textarea
        label={t('conditions.text')}
        autosize
        minRows={2}
        maxLength={2000}
        value={form.condition}
        onChange={(event) => onChange({ condition: event.currentTarget.value })}
      />
      <FieldGroup pairs>
        <TextInput
          label={t('conditions.until')}
          type="datetime-local"
          value={form.until}
          onChange={(event) => onChange({ until: event.currentTarget.value })}
        />
        <TextInput
          label={t('conditions.onlyTo')}
          value={form.onlyTo}
          onChange={(event) => onChange({ onlyTo: event.currentTarget.value })}
        />
      </FieldGroup>
      <FieldGroup legend={t('conditions.onlyFor')} pairs>
        {ACTS.map((act) => (
          <Checkbox
            key={act}
            label={t(`pap.act.${act}`)}
            checked={form.onlyFor.includes(act)}
            onChange={(event) => {
              const rest = form.onlyFor.filter((other) => other !== act);
              onChange({ onlyFor: event.currentTarget.checked ? [...rest, act] : rest });
            }}
          />
        ))}
      </FieldGroup>
    </FieldGroup>
  );
}

/** What the fields say; undefined where they say nothing. */
export function conditionsFrom(form: ConditionFieldsForm): ConditionsDocument | undefined {
  const text = form.condition.trim();
  const until = form.until === '' ? null : (fromInput(form.until) ?? null);
  const agencies = form.onlyTo.split(/[\s,]+/).filter((one) => one !== '');
  const onlyTo = agencies.length === 0 ? null : [...new Set(agencies)];
  const onlyFor = form.onlyFor.length === 0 ? null : [...form.onlyFor];
  return text === '' && until === null && onlyTo === null && onlyFor === null
    ? undefined
    : { text, until, onlyTo, onlyFor };
}

/** Conditions in one line. */
export function ConditionsInWords({ conditions }: { conditions: ConditionsDocument }) {
  const { text, until, onlyTo, onlyFor } = conditions;
  const parts = [
    text,
    until && t('conditions.shown.until', { until: localDate(until, true) }),
    onlyTo && t('conditions.shown.onlyTo', { agencies: onlyTo.join(', ') }),
    onlyFor && t('conditions.shown.onlyFor', { acts: onlyFor.map((act) => t(`pap.act.${act}`)).join(', ') }),
  ];
  return <>{parts.filter(Boolean).join('; ')}</>;
}
