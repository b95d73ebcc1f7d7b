/** ISO 3166-1 alpha-2 codes of the states that take part, with the names that press documents print. */
export const COUNTRY_NAMES = {
  AT: 'Austria',
  BE: 'Belgium',
  BG: 'Bulgaria',
  CH: 'Switzerland',
  CY: 'Cyprus',
  CZ: 'Czech Republic',
  DE: 'Germany',
  DK: 'Denmark',
  EE: 'Estonia',
  ES: 'Spain',
  FI: 'Finland',
  FR: 'France',
  GB: 'United Kingdom',
  GR: 'Greece',
  HR: 'Croatia',
  HU: 'Hungary',
  IE: 'Ireland',
  IT: 'Italy',
  LT: 'Lithuania',
  LU: 'Luxembourg',
  LV: 'Latvia',
  MT: 'Malta',
  NL: 'Netherlands',
  NO: 'Norway',
  PL: 'Poland',
  PT: 'Portugal',
  RO: 'Romania',
  SE: 'Sweden',
  SI: 'Slovenia',
  SK: 'Slovakia',
} as const;

export type CountryCode = keyof typeof COUNTRY_NAMES;

export function isCountryCode(text: string): text is CountryCode {
  return Object.hasOwn(COUNTRY_NAMES, text);
}

export function countryName(code: string): string {
  return isCountryCode(code) ? COUNTRY_NAMES[code] : code;
}
