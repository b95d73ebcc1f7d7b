/** Where the search can go: pages of the chain, countries, and targets by part of their id. Pure. */
import type { BoardCountry } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { CHAIN } from './chain.ts';

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
  links: readonly (typeof CHAIN)[number][],
): Destination[] {
  const wanted = text.trim().toLocaleLowerCase();
  const matches = (...names: string[]) => names.some((name) => name.toLocaleLowerCase().includes(wanted));
  const pages = links
    .filter(({ label }) => matches(t(label)))
    .map(({ to, label }) => ({
      to,
      search: {},
      label: t(label),
      kind: '',
    }));
  if (wanted === '') return pages;
  const places = countries
    .filter(({ country, name }) => matches(name) || country.toLocaleLowerCase() === wanted)
    .flatMap(({ country, name }) => countryPages(country, name, links));
  const target: Destination[] =
    links.some(({ to }) => to === '/$agency/targets') && wanted.length >= 3
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

function countryPages(
  country: string,
  name: string,
  links: readonly (typeof CHAIN)[number][],
): Destination[] {
  return links
    .filter(({ to }) => to === '/$agency/packages' || to === '/$agency/reports')
    .map(({ to, label }) => ({ to, search: { country }, label: `${name}: ${t(label)}`, kind: t(label) }));
}
