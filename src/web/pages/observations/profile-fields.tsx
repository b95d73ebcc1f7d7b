import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { LogDescription } from '#observations/import/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { FieldGroup } from '#web/parts/field-group.tsx';
import {
  COLUMN_FIELDS,
  type DraftSource,
  MAPPED_FIELDS,
  type MappedField,
  PRECISIONS,
  type ProfileDraft,
  REQUIRED_FIELDS,
  TIME_FORMATS,
} from './profile-draft.ts';

interface Props {
  readonly draft: ProfileDraft;
  readonly log: LogDescription;
  readonly onChange: (change: Partial<ProfileDraft>) => void;
}

/** The form of a mapping profile, fed by the columns of the log. */
export function ProfileFields({ draft, log, onChange }: Props) {
  const set = (field: MappedField) => (source: DraftSource) =>
    onChange({ fields: { ...draft.fields, [field]: source } });
  return (
    <>
      <TextInput
        label={t('profiles.name')}
        description={t('profiles.nameHint')}
        required
        maxLength={80}
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <FieldGroup legend={t('profiles.fields')} pairs>
        {MAPPED_FIELDS.map((field) => (
          <FieldSource
            key={field}
            field={field}
            source={draft.fields[field]}
            columns={log.columns}
            onChange={set(field)}
          />
        ))}
      </FieldGroup>
      <TimeFields draft={draft} onChange={onChange} />
      <WordFields draft={draft} onChange={onChange} />
    </>
  );
}

interface SourceProps {
  readonly field: MappedField;
  readonly source: DraftSource;
  readonly columns: readonly string[];
  readonly onChange: (source: DraftSource) => void;
}

const CONSTANT = 'constant';

/** Which column gives the field, or what every row has. */
function FieldSource({ field, source, columns, onChange }: SourceProps) {
  const required = REQUIRED_FIELDS.includes(field);
  const offered = new Set(columns);
  if (source.from === 'column') offered.add(source.value);
  const choices = [
    { value: '', label: t(required ? 'profiles.chooseColumn' : 'profiles.notInLog') },
    ...[...offered].map((column) => ({ value: `column ${column}`, label: column })),
    ...(COLUMN_FIELDS.includes(field) ? [] : [{ value: CONSTANT, label: t('profiles.constant') }]),
  ];
  const value =
    source.from === 'column' ? `column ${source.value}` : source.from === 'constant' ? CONSTANT : '';
  const choose = (chosen: string) => {
    if (chosen === CONSTANT) return onChange({ from: 'constant', value: '' });
    const column = chosen.startsWith('column ') ? chosen.slice('column '.length) : '';
    onChange({ from: column === '' ? 'nothing' : 'column', value: column });
  };
  return (
    <div>
      <NativeSelect
        label={t(`profiles.field.${field}`)}
        required={required}
        data={choices}
        value={value}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {source.from === 'constant' && (
        <TextInput
          aria-label={t('profiles.constantOf', { field: t(`profiles.field.${field}`) })}
          maxLength={200}
          value={source.value}
          onChange={(event) => onChange({ from: 'constant', value: event.currentTarget.value })}
        />
      )}
    </div>
  );
}

function TimeFields({ draft, onChange }: Omit<Props, 'log'>) {
  return (
    <FieldGroup legend={t('profiles.times')} pairs>
      <NativeSelect
        label={t('profiles.timeFormat')}
        data={TIME_FORMATS.map((value) => ({ value, label: t(`profiles.time.${value}`) }))}
        value={draft.timeFormat}
        onChange={(event) =>
          onChange({ timeFormat: TIME_FORMATS.find((one) => one === event.currentTarget.value) ?? 'iso' })
        }
      />
      {draft.timeFormat === 'pattern' && (
        <TextInput
          label={t('profiles.time.pattern')}
          maxLength={80}
          value={draft.timePattern}
          onChange={(event) => onChange({ timePattern: event.currentTarget.value })}
        />
      )}
      <TextInput
        label={t('profiles.zone')}
        description={t('profiles.zoneHint')}
        maxLength={60}
        value={draft.zone}
        onChange={(event) => onChange({ zone: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('profiles.precision')}
        data={PRECISIONS.map((value) => ({ value, label: t(`profiles.precision.${value || 'unknown'}`) }))}
        value={draft.precision}
        onChange={(event) =>
          onChange({ precision: PRECISIONS.find((one) => one === event.currentTarget.value) ?? '' })
        }
      />
      <TextInput
        label={t('profiles.clockSource')}
        maxLength={200}
        value={draft.clockSource}
        onChange={(event) => onChange({ clockSource: event.currentTarget.value })}
      />
    </FieldGroup>
  );
}

function WordFields({ draft, onChange }: Omit<Props, 'log'>) {
  return (
    <FieldGroup legend={t('profiles.words')} pairs>
      <Textarea
        label={t('profiles.grades')}
        description={t('profiles.gradesHint')}
        autosize
        minRows={3}
        value={draft.grades}
        onChange={(event) => onChange({ grades: event.currentTarget.value })}
      />
      <div>
        <TextInput
          label={t('profiles.yes')}
          description={t('profiles.flagHint')}
          value={draft.yes}
          onChange={(event) => onChange({ yes: event.currentTarget.value })}
        />
        <TextInput
          label={t('profiles.no')}
          value={draft.no}
          onChange={(event) => onChange({ no: event.currentTarget.value })}
        />
      </div>
      <NativeSelect
        label={t('profiles.encoding')}
        data={(['hex', 'base32'] as const).map((value) => ({
          value,
          label: t(`profiles.encoding.${value}`),
        }))}
        value={draft.encoding}
        onChange={(event) =>
          onChange({ encoding: event.currentTarget.value === 'base32' ? 'base32' : 'hex' })
        }
      />
      <TextInput
        label={t('profiles.prefix')}
        description={t('profiles.prefixHint')}
        maxLength={40}
        value={draft.prefix}
        onChange={(event) => onChange({ prefix: event.currentTarget.value })}
      />
      <Checkbox
        label={t('profiles.keepCase')}
        checked={draft.clientIdsKeepCase}
        onChange={(event) => onChange({ clientIdsKeepCase: event.currentTarget.checked })}
      />
    </FieldGroup>
  );
}
