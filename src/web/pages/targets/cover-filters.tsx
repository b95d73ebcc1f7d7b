import { Checkbox, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCountryTotals } from '#web/api/observations.ts';
import { t } from '#web/messages/messages.ts';
import { CountryFilter } from '#web/parts/country-filter.tsx';
import { COVER_MOST, COVER_USUAL } from '#web/words/targets.ts';
import classes from './cover-page.module.css';

/** How many can be worked, and which count; all of it stands in the address. */
export function CoverFilters() {
  const { country, most = COVER_USUAL, hearsay, expired } = useSearch({ from: '/$agency/targets/cover' });
  const navigate = useNavigate({ from: '/$agency/targets/cover' });
  const countries = useCountryTotals().data?.countries ?? [];
  const change = (next: {
    country?: string | undefined;
    most?: number | undefined;
    hearsay?: true | undefined;
    expired?: true | undefined;
  }) => void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false });
  const setMost = useDebouncedCallback((text: string) => {
    const wanted = Number(text);
    if (Number.isInteger(wanted) && wanted >= 1 && wanted <= COVER_MOST) change({ most: wanted });
  }, 400);
  return (
    <div className={`${classes.choice} no-print`}>
      <label htmlFor="cover-most">{t('cover.most')}</label>
      <TextInput
        id="cover-most"
        size="xs"
        w={84}
        type="number"
        min={1}
        max={COVER_MOST}
        defaultValue={most}
        onChange={(event) => setMost(event.currentTarget.value)}
      />
      <CountryFilter
        codes={countries.flatMap((one) => one.country ?? [])}
        value={country}
        onChange={(code) => change({ country: code })}
      />
      <Checkbox
        size="xs"
        label={t('cover.hearsay')}
        checked={hearsay ?? false}
        onChange={(event) => change({ hearsay: event.currentTarget.checked || undefined })}
      />
      <Checkbox
        size="xs"
        label={t('cover.expired')}
        checked={expired ?? false}
        onChange={(event) => change({ expired: event.currentTarget.checked || undefined })}
      />
    </div>
  );
}
