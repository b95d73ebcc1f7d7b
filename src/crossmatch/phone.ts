/**
 * Telephone numbers in the form of ITU-T E.164: `+`, country code, national number, at most 15 digits.
 * A number without a country code has no meaning by itself: the country must be given, or it is refused.
 */
import type { CountryCode } from '#core/countries.ts';

/** Country code, and the digit that is dialled before a national number and falls away after the country code. */
interface Plan {
  readonly code: string;
  /** Null where national numbers are dialled as they are, their first 0 included (Italy). */
  readonly trunk: string | null;
}

/** ITU-T E.164 assigned codes; trunk prefixes from the national numbering plans (ITU-T E.129 notices). */
const PLANS: Readonly<Record<CountryCode, Plan>> = {
  AT: { code: '43', trunk: '0' },
  BE: { code: '32', trunk: '0' },
  BG: { code: '359', trunk: '0' },
  CH: { code: '41', trunk: '0' },
  CY: { code: '357', trunk: null },
  CZ: { code: '420', trunk: null },
  DE: { code: '49', trunk: '0' },
  DK: { code: '45', trunk: null },
  EE: { code: '372', trunk: null },
  ES: { code: '34', trunk: null },
  FI: { code: '358', trunk: '0' },
  FR: { code: '33', trunk: '0' },
  GB: { code: '44', trunk: '0' },
  GR: { code: '30', trunk: null },
  HR: { code: '385', trunk: '0' },
  HU: { code: '36', trunk: '06' },
  IE: { code: '353', trunk: '0' },
  IT: { code: '39', trunk: null },
  LT: { code: '370', trunk: '0' },
  LU: { code: '352', trunk: null },
  LV: { code: '371', trunk: null },
  MT: { code: '356', trunk: null },
  NL: { code: '31', trunk: '0' },
  NO: { code: '47', trunk: null },
  PL: { code: '48', trunk: null },
  PT: { code: '351', trunk: null },
  RO: { code: '40', trunk: '0' },
  SE: { code: '46', trunk: '0' },
  SI: { code: '386', trunk: '0' },
  SK: { code: '421', trunk: '0' },
};

const WRITTEN = /^\+?[0-9()\s./\u2010-\u2015-]+$/;
const E164 = /^\+[1-9][0-9]{6,14}$/;

/**
 * @param country whose numbering plan a number without a country code is read by
 * @returns the number in E.164, or why there is none
 */
export function normalisePhone(
  text: string,
  country: CountryCode | undefined,
): { value: string } | { refused: string } {
  if (!WRITTEN.test(text)) return { refused: 'it is not a telephone number' };
  // `+44 (0)20 …`: the trunk prefix in brackets is for callers inside the country only.
  const digits = text
    .replace(/\(0\)(?=.)/, text.startsWith('+') || text.startsWith('00') ? '' : '0')
    .replace(/[^0-9]/g, '');
  const abroad = text.startsWith('+') ? digits : digits.startsWith('00') ? digits.slice(2) : undefined;
  if (abroad === undefined && country === undefined)
    return { refused: 'it has no country code, and no country was given' };
  const value = `+${abroad ?? inCountry(digits, country)}`;
  return E164.test(value)
    ? { value }
    : { refused: 'it does not have the 7 to 15 digits of a telephone number' };
}

function inCountry(digits: string, country: CountryCode | undefined): string {
  const { code, trunk } = country === undefined ? { code: '', trunk: null } : PLANS[country];
  return code + (trunk !== null && digits.startsWith(trunk) ? digits.slice(trunk.length) : digits);
}
