import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { COUNTRY_NAMES, countryName } from '#core/countries.ts';
import type { DataClass } from '#observations/retention/rule-types.ts';
import type { RuleContentBody, RuleView } from '#observations/retention/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { useFields } from '#web/parts/use-fields.ts';

const CLASSES: readonly DataClass[] = ['address-assignment', 'session'];
const MOST_DAYS = 3660;

const NOTHING = {
  country: '',
  operator: '',
  asn: '',
  dataClass: 'address-assignment',
  daysKept: '',
  inForceFrom: '',
  inForceUntil: '',
  legalReference: '',
  source: '',
  verifiedBy: '',
  verifiedOn: '',
  reason: '',
};
type RuleFields = typeof NOTHING;

function fieldsOf(rule: RuleView | undefined): RuleFields {
  if (!rule) return NOTHING;
  return {
    country: rule.country,
    operator: rule.operator ?? '',
    asn: rule.asn === null ? '' : String(rule.asn),
    dataClass: rule.dataClass,
    daysKept: String(rule.daysKept),
    inForceFrom: rule.inForceFrom ?? '',
    inForceUntil: rule.inForceUntil ?? '',
    legalReference: rule.legalReference,
    source: rule.source,
    verifiedBy: rule.verifiedBy ?? '',
    verifiedOn: rule.verifiedOn ?? '',
    reason: '',
  };
}

function faults(form: RuleFields) {
  const missing = (text: string) => (text.trim() === '' ? t('form.required') : undefined);
  const days = Number(form.daysKept);
  return {
    country: missing(form.country),
    asn: /^\d*$/.test(form.asn.trim()) ? undefined : t('retention.wrongAsn'),
    daysKept: /^\d+$/.test(form.daysKept.trim()) && days <= MOST_DAYS ? undefined : t('retention.wrongDays'),
    legalReference: missing(form.legalReference),
    source: missing(form.source),
    verifiedOn:
      (form.verifiedBy.trim() === '') === (form.verifiedOn === '') ? undefined : t('retention.wrongVerified'),
    reason: form.reason.trim() === '' ? t('form.reasonMissing') : undefined,
  };
}

function contentOf(form: RuleFields): RuleContentBody {
  const orNull = (text: string) => text.trim() || null;
  return {
    country: form.country,
    operator: orNull(form.operator),
    asn: form.asn.trim() === '' ? null : Number(form.asn),
    dataClass: CLASSES.find((one) => one === form.dataClass) ?? 'address-assignment',
    daysKept: Number(form.daysKept),
    inForceFrom: orNull(form.inForceFrom),
    inForceUntil: orNull(form.inForceUntil),
    legalReference: form.legalReference.trim(),
    source: form.source.trim(),
    verifiedBy: orNull(form.verifiedBy),
    verifiedOn: orNull(form.verifiedOn),
  };
}

interface Props {
  readonly title: string;
  readonly words: string;
  readonly act: string;
  /** The version that stands; without one a new rule is entered. */
  readonly rule?: RuleView;
  readonly why: string | undefined;
  readonly done: string | undefined;
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  readonly onAct: (content: RuleContentBody, reason: string) => void;
}

/** What a rule says, and why it is entered. */
export function RuleForm({ rule, change, onAct, ...rest }: Props) {
  const fields = useFields(fieldsOf(rule), faults);
  const { text } = fields;
  const countries = Object.keys(COUNTRY_NAMES).toSorted((a, b) =>
    countryName(a).localeCompare(countryName(b)),
  );
  return (
    <ActForm
      {...rest}
      words={<p>{rest.words}</p>}
      pending={change.isPending}
      error={change.error}
      onAct={() => fields.ready() && onAct(contentOf(fields.form), fields.form.reason.trim())}
    >
      <FieldGroup pairs>
        <NativeSelect
          label={t('column.country')}
          required
          data={[
            { value: '', label: '' },
            ...countries.map((code) => ({ value: code, label: countryName(code) })),
          ]}
          {...text('country')}
        />
        <TextInput label={t('retention.days')} required inputMode="numeric" {...text('daysKept')} />
        <TextInput label={t('retention.operator')} maxLength={400} {...text('operator')} />
        <TextInput label={t('retention.asn')} inputMode="numeric" {...text('asn')} />
        <NativeSelect
          label={t('retention.class')}
          data={CLASSES.map((value) => ({ value, label: t(`retention.class.${value}`) }))}
          {...text('dataClass')}
        />
        <span />
        <TextInput label={t('retention.from')} type="date" {...text('inForceFrom')} />
        <TextInput label={t('retention.until')} type="date" {...text('inForceUntil')} />
        <TextInput label={t('retention.law')} required maxLength={400} {...text('legalReference')} />
        <TextInput label={t('retention.source')} required maxLength={400} {...text('source')} />
        <TextInput label={t('retention.verifiedBy')} maxLength={400} {...text('verifiedBy')} />
        <TextInput label={t('retention.verifiedOn')} type="date" {...text('verifiedOn')} />
      </FieldGroup>
      <Textarea
        label={t('retention.reason')}
        description={t('retention.reasonHint')}
        required
        autosize
        minRows={2}
        maxLength={1000}
        {...text('reason')}
      />
    </ActForm>
  );
}
