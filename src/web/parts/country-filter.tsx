import { NativeSelect } from '@mantine/core';
import { countryName } from '#core/countries.ts';
import { t } from '#web/messages/messages.ts';

interface Props {
  readonly codes: readonly string[];
  readonly value: string | undefined;
  readonly onChange: (code: string | undefined) => void;
}

/** One country of those in the list, or all. */
export function CountryFilter({ codes, value, onChange }: Props) {
  const known = [...new Set(value ? [...codes, value] : codes)].toSorted((a, b) =>
    countryName(a).localeCompare(countryName(b)),
  );
  return (
    <NativeSelect
      size="xs"
      aria-label={t('column.country')}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      data={[
        { value: '', label: t('list.allCountries') },
        ...known.map((code) => ({ value: code, label: countryName(code) })),
      ]}
    />
  );
}
