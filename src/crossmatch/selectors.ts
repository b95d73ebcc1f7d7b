/**
 * Selectors: values that identify. Two of them match when their normalised forms are equal, so what
 * normalisation may change is decided here, per type, and in docs/crossmatch.md. Pure. Normalising a
 * normalised value gives it back.
 */
import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import type { CountryCode } from '#core/countries.ts';
import { type Address, parseAddress } from '#observations/address.ts';
import { normalisePhone } from './phone.ts';

export const SELECTOR_TYPES = [
  'address',
  'client-id',
  'e-mail',
  'phone',
  'nickname',
  'device-serial',
  'file-hash',
  'name-with-birth-date',
] as const;
export type SelectorType = (typeof SELECTOR_TYPES)[number];

/** A selector in its normalised form, and as its owner wrote it. */
export interface Selector {
  readonly type: SelectorType;
  readonly value: string;
  readonly given: string;
}

export interface NormaliseOptions {
  /** Whose numbering plan a telephone number without a country code is read by. Default: such a number is refused. */
  readonly defaultCountry?: CountryCode | undefined;
}

export type Normalised = { readonly value: string } | { readonly refused: string };

/** Longest selector, as given. */
export const MOST_CHARACTERS = 320;
/** Between a name and its birth date. */
export const BIRTH_DATE_MARK = '|';

/**
 * The form by which values are compared, or in words why there is none.
 * @param text for `name-with-birth-date`: `Name|YYYY-MM-DD`
 */
export function normaliseSelector(
  type: SelectorType,
  text: string,
  options: NormaliseOptions = {},
): Normalised {
  const trimmed = text.normalize('NFC').trim();
  if (trimmed === '') return { refused: 'it is empty' };
  if (trimmed.length > MOST_CHARACTERS) return { refused: `it is longer than ${MOST_CHARACTERS} characters` };
  if (!trimmed.isWellFormed() || /\p{Cc}/u.test(trimmed))
    return { refused: 'it holds characters that cannot be printed' };
  const normalised = normalisedAs(type, trimmed, options);
  // Folding can make a value longer (one ligature becomes several letters).
  return 'value' in normalised && normalised.value.length > MOST_CHARACTERS
    ? { refused: `it is longer than ${MOST_CHARACTERS} characters` }
    : normalised;
}

function normalisedAs(type: SelectorType, trimmed: string, options: NormaliseOptions): Normalised {
  switch (type) {
    case 'address':
      return address(trimmed);
    case 'client-id':
      return clientId(trimmed);
    case 'e-mail':
      return email(trimmed);
    case 'phone':
      return normalisePhone(trimmed, options.defaultCountry);
    case 'nickname':
      return nickname(trimmed);
    case 'device-serial':
      return deviceSerial(trimmed);
    case 'file-hash':
      return fileHash(trimmed);
    case 'name-with-birth-date':
      return nameWithBirthDate(trimmed);
  }
}

function address(text: string): Normalised {
  const parsed = parseAddress(text);
  if (!parsed) return { refused: 'it is not an internet address' };
  if (isNobodys(parsed)) return { refused: 'it is a private or reserved address, which identifies nobody' };
  return { value: addressText(parsed, text) };
}

/** Dotted for IPv4 and what carries it (RFC 4291, 2.5.5.2); RFC 5952 for IPv6. */
function addressText({ family, low }: Address, text: string): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (low >> shift) & 255n).join('.');
  // The URL standard's host serialiser writes RFC 5952.
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

/** [network, bits]: private, shared, link-local, loopback, multicast and unspecified (RFC 6890). */
const NOBODYS_4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const;
const NOBODYS_6 = [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;
const NOBODYS = [...NOBODYS_4, ...NOBODYS_6].map(([network, bits]) => {
  const width = isIPv6(network) ? 128 : 32;
  return { family: width === 128 ? 6 : 4, start: whole(parseAddress(network)), rest: BigInt(width - bits) };
});

function isNobodys(candidate: Address): boolean {
  const value = whole(candidate);
  return NOBODYS.some(
    ({ family, start, rest }) => family === candidate.family && value >> rest === start >> rest,
  );
}

function whole(parsed: Address | undefined): bigint {
  return parsed ? (parsed.high << 64n) | parsed.low : 0n;
}

/** Client ids are folded to lower case like those of the observations; braces around a GUID and white space say nothing. */
function clientId(text: string): Normalised {
  const value = folded(text)
    .replace(/^\{(.*)\}$/u, '$1')
    .trim();
  return value === '' ? { refused: 'it is empty' } : { value };
}

/** The local part stays as it is (RFC 5321, 2.4): dots, plus signs and case belong to the provider. */
function email(text: string): Normalised {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = domainToASCII(text.slice(at + 1));
  const sound =
    at > 0 && local.length <= 64 && !/[\s@<>]/u.test(local) && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain);
  return sound ? { value: `${local}@${domain}` } : { refused: 'it is not an e-mail address' };
}

function nickname(text: string): Normalised {
  const value = folded(text).replace(/\s+/gu, ' ').trim();
  return value === '' ? { refused: 'it holds no visible character' } : { value };
}

function deviceSerial(text: string): Normalised {
  const value = text
    .normalize('NFKC')
    .replace(/[\s\p{Pd}_./:]+/gu, '')
    .toUpperCase();
  return /^[A-Z0-9]{4,64}$/.test(value)
    ? { value }
    : { refused: 'a serial number has 4 to 64 letters and digits, and separators' };
}

const HASH_DIGITS = [32, 40, 64, 96, 128];

function fileHash(text: string): Normalised {
  const value = text.replace(/\s+/gu, '').toLowerCase();
  return /^[0-9a-f]+$/.test(value) && HASH_DIGITS.includes(value.length)
    ? { value }
    : { refused: 'a file hash has 32, 40, 64, 96 or 128 hexadecimal digits' };
}

function nameWithBirthDate(text: string): Normalised {
  const mark = text.indexOf(BIRTH_DATE_MARK);
  const birthDate = text.slice(mark + 1).trim();
  if (mark < 0) return { refused: 'it has no birth date' };
  if (!isDate(birthDate)) return { refused: 'the birth date is not a date as YYYY-MM-DD' };
  const tokens = nameTokens(text.slice(0, mark));
  return tokens.length === 0
    ? { refused: 'the name has no letters' }
    : { value: `${tokens.join(' ')}${BIRTH_DATE_MARK}${birthDate}` };
}

/** Letters with strokes and ligatures that Unicode does not decompose. */
const LETTERS: Readonly<Record<string, string>> = {
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
};

/** Words of a name without diacritics and case, sorted: the order of first and last names says nothing. */
function nameTokens(name: string): string[] {
  return folded(name)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[øđðłħŧıæœþ]/gu, (letter) => LETTERS[letter] ?? letter)
    .replace(/['’ʼ`´]/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((token) => token !== '')
    .sort();
}

function isDate(text: string): boolean {
  if (!/^(19|20)\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** NFKC and case folding (Unicode 3.13, by way of upper case), without characters that nobody sees. */
function folded(text: string): string {
  const once = (value: string) =>
    value
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      .normalize('NFKC')
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKC');
  let value = once(text);
  // Folding may meet a new composition; it settles after a few rounds.
  for (let next = once(value); next !== value; next = once(value)) value = next;
  return value;
}

/** The 18th birthday of whom a normalised name with birth date names, at midnight UTC. */
export function majorityOf(normalisedName: string): Date {
  const [year = '', month = '', day = ''] = normalisedName
    .slice(normalisedName.indexOf(BIRTH_DATE_MARK) + 1)
    .split('-');
  return new Date(Date.UTC(Number(year) + 18, Number(month) - 1, Number(day)));
}
