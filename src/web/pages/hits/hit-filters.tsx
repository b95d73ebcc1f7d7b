import { NativeSelect } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useOperation } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { CountryFilter } from '#web/parts/country-filter.tsx';
import { HIT_SORTS, HIT_STATES, SELECTOR_TYPES, STANDINGS } from '#web/words/hits.ts';

/** Which hits, in which order; all of it stands in the address. */
export function HitFilters() {
  const search = useSearch({ from: '/$agency/hits' });
  const navigate = useNavigate({ from: '/$agency/hits' });
  const countries = useOperation()?.participants.map(({ country }) => country) ?? [];
  const change = (name: 'state' | 'standing' | 'selectorType' | 'sort' | 'country', value: string) =>
    void navigate({
      search: (old) => ({ ...old, from: undefined, [name]: value || undefined }),
      replace: true,
      resetScroll: false,
    });
  const select = (
    name: 'state' | 'standing' | 'selectorType',
    label: string,
    options: { value: string; label: string }[],
  ) => (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={search[name] ?? ''}
      onChange={(event) => change(name, event.currentTarget.value)}
      data={options}
    />
  );
  return (
    <>
      {select('state', t('hit.decision'), [
        { value: '', label: t('hits.anyState') },
        ...HIT_STATES.map((value) => ({ value, label: t(`hit.${value}`) })),
      ])}
      {select('standing', t('hit.standing'), [
        { value: '', label: t('hits.anyStanding') },
        ...STANDINGS.map((value) => ({ value, label: t(`hit.standing.${value}`) })),
      ])}
      {select('selectorType', t('selector.type'), [
        { value: '', label: t('hits.anySelector') },
        ...SELECTOR_TYPES.map((value) => ({ value, label: t(`selector.${value}`) })),
      ])}
      <CountryFilter
        codes={countries}
        value={search.country}
        onChange={(code) => change('country', code ?? '')}
      />
      <NativeSelect
        size="xs"
        aria-label={t('casework.sortLabel')}
        value={search.sort ?? 'found'}
        onChange={(event) => change('sort', event.currentTarget.value)}
        data={HIT_SORTS.map((value) => ({ value, label: t(`hits.sort.${value}`) }))}
      />
    </>
  );
}
