import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCountryTotals } from '#web/api/observations.ts';
import { t } from '#web/messages/messages.ts';
import { CountryFilter } from '#web/parts/country-filter.tsx';
import { MARKS, SEVERITIES, SORTS } from '#web/words/targets.ts';

const DAYS = [1, 3, 7, 14, 30] as const;

/** Which targets, in which order; all of it stands in the address. */
export function TargetFilters() {
  const search = useSearch({ from: '/$agency/targets' });
  const navigate = useNavigate({ from: '/$agency/targets' });
  const countries = useCountryTotals().data?.countries ?? [];
  const change = (
    name: 'country' | 'find' | 'sort' | 'mark' | 'severity' | 'hours',
    value: string | undefined,
  ) =>
    void navigate({
      search: (old) => ({
        ...old,
        from: undefined,
        [name]: name === 'hours' && value ? Number(value) : value,
      }),
      replace: true,
      resetScroll: false,
    });
  const find = useDebouncedCallback((text: string) => change('find', text.trim() || undefined), 250);
  return (
    <>
      <TextInput
        size="xs"
        w={230}
        defaultValue={search.find ?? ''}
        onChange={(event) => find(event.currentTarget.value)}
        placeholder={t('targets.find')}
        aria-label={t('targets.find')}
      />
      <CountryFilter
        codes={countries.flatMap(({ country }) => country ?? [])}
        value={search.country}
        onChange={(code) => change('country', code)}
      />
      <NativeSelect
        size="xs"
        aria-label={t('targets.mark')}
        value={search.mark ?? ''}
        onChange={(event) => change('mark', event.currentTarget.value || undefined)}
        data={[
          { value: '', label: t('targets.anyMark') },
          ...MARKS.map((value) => ({ value, label: t(`targets.mark.${value}`) })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label={t('column.severity')}
        value={search.severity ?? ''}
        onChange={(event) => change('severity', event.currentTarget.value || undefined)}
        data={[{ value: '', label: t('targets.anySeverity') }, ...SEVERITIES]}
      />
      <NativeSelect
        size="xs"
        aria-label={t('targets.timeLeft')}
        value={search.hours ?? ''}
        onChange={(event) => change('hours', event.currentTarget.value || undefined)}
        data={[
          { value: '', label: t('targets.anyTime') },
          ...DAYS.map((days) => ({
            value: String(days * 24),
            label: t('targets.withinDays', { count: days }),
          })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label={t('targets.sort')}
        value={search.sort ?? 'urgency'}
        onChange={(event) => change('sort', event.currentTarget.value)}
        data={SORTS.map((value) => ({ value, label: t(`targets.sort.${value}`) }))}
      />
    </>
  );
}
