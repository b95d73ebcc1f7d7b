import { NativeSelect, TextInput } from '@mantine/core';
import { COUNTRY_NAMES } from '#core/countries.ts';
import type { HoldingsMapping } from '#crossmatch/mapping.ts';
import type { SelectorType } from '#crossmatch/selectors.ts';
import { t } from '#web/messages/messages.ts';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { SELECTOR_TYPES } from '#web/words/hits.ts';

export interface MappedColumn {
  readonly type: SelectorType;
  readonly column: string;
  readonly birthDateColumn: string;
  readonly separator: string;
  readonly defaultCountry: string;
}

export const EMPTY_COLUMN: MappedColumn = {
  type: 'e-mail',
  column: '',
  birthDateColumn: '',
  separator: '',
  defaultCountry: '',
};

/** What the node takes: only what has a meaning for the type. */
export function mappedOf(column: MappedColumn): HoldingsMapping['selectors'][number] {
  const { type, separator, birthDateColumn, defaultCountry } = column;
  return {
    type,
    column: column.column.trim(),
    ...(separator && { separator }),
    ...(type === 'name-with-birth-date' && { birthDateColumn: birthDateColumn.trim() }),
    ...(type === 'phone' && defaultCountry && { defaultCountry }),
  };
}

interface Props {
  readonly column: MappedColumn;
  readonly onChange: (change: Partial<MappedColumn>) => void;
}

/** One column that holds selectors. */
export function SelectorColumnFields({ column, onChange }: Props) {
  return (
    <FieldGroup pairs>
      <NativeSelect
        size="xs"
        label={t('selector.type')}
        value={column.type}
        onChange={(event) =>
          onChange({ type: SELECTOR_TYPES.find((type) => type === event.currentTarget.value) ?? 'e-mail' })
        }
        data={SELECTOR_TYPES.map((value) => ({ value, label: t(`selector.${value}`) }))}
      />
      <TextInput
        size="xs"
        label={t('mapping.column')}
        maxLength={200}
        value={column.column}
        onChange={(event) => onChange({ column: event.currentTarget.value })}
      />
      {column.type === 'name-with-birth-date' && (
        <TextInput
          size="xs"
          label={t('mapping.birthDate')}
          required
          maxLength={200}
          value={column.birthDateColumn}
          onChange={(event) => onChange({ birthDateColumn: event.currentTarget.value })}
        />
      )}
      {column.type === 'phone' && (
        <NativeSelect
          size="xs"
          label={t('mapping.phoneCountry')}
          value={column.defaultCountry}
          onChange={(event) => onChange({ defaultCountry: event.currentTarget.value })}
          data={[
            { value: '', label: t('mapping.phoneNone') },
            ...Object.entries(COUNTRY_NAMES).map(([value, label]) => ({ value, label })),
          ]}
        />
      )}
      <TextInput
        size="xs"
        label={t('mapping.separator')}
        maxLength={3}
        value={column.separator}
        onChange={(event) => onChange({ separator: event.currentTarget.value })}
      />
    </FieldGroup>
  );
}
