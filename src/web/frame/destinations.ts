/** Where the search can go: pages of the chain, countries, and targets by part of their id. Pure. */
import type { Action } from '#access/policy.ts';
import type { BoardCountry } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { CHAIN } from './chain.ts';

export interface Destination {
  readonly to: (typeof CHAIN)[number]['to'];
  readonly search: { readonly country?: string; readonly find?: string };
  readonly label: string;
  readonly kind: string;
}

const MOST = 12;

export function destinations(
  text: string,
  countries: readonly Pick<BoardCountry, 'country' | 'name'>[],
  allowed: (action: Action) => boolean,
): Destination[] {
  const wanted = text.trim().toLocaleLowerCase();
  const matches = (...names: string[]) => names.some((name) => name.toLocaleLowerCase().includes(wanted));
  const pages = CHAIN.filter(({ needs, label }) => allowed(needs) && matches(t(label))).map(
    ({ to, label }) => ({
      to,
      search: {},
      label: t(label),
      kind: '',
    }),
  );
  if (wanted === '') return pages;
  const places = countries
    .filter(({ country, name }) => matches(name) || country.toLocaleLowerCase() === wanted)
    .flatMap(({ country, name }) => countryPages(country, name, allowed));
  const target: Destination[] =
    allowed('observations.read') && wanted.length >= 3
      ? [
          {
            to: '/$agency/targets',
            search: { find: text.trim() },
            label: t('search.targets', { text: text.trim() }),
            kind: t('nav.targets'),
          },
        ]
      : [];
  return [...pages, ...places, ...target].slice(0, MOST);
}

function countryPages(country: string, name: string, allowed: (action: Action) => boolean): Destination[] {
  return CHAIN.filter(
    ({ to, needs }) => (to === '/$agency/packages' || to === '/$agency/reports') && allowed(needs),
  ).map(({ to, label }) => ({ to, search: { country }, label: `${name}: ${t(label)}`, kind: t(label) }));
}
