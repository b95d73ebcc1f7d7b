/**
 * Which addresses the synthetic log may use: for each participating country a bounded set of ranges that
 * two public data sets place there, by network operator. It reads `@ip-location-db/asn-country` (range ->
 * country) and `@ip-location-db/asn` (range -> operator) in one pass over both sorted files.
 *
 * Exercise data only: the publisher calls its npm data incorrect and ended, and it is of today, not of 2011.
 * The product ships no address data; agencies load their own snapshots.
 */
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import { isAccessProvider, isHostingProvider } from './operator-kind.ts';
import {
  type CountryRange,
  type OperatorRange,
  readCountryRanges,
  readOperatorRanges,
} from './registry-files.ts';

interface AddressRange {
  readonly start: bigint;
  /** Addresses (IPv4) or /64 networks (IPv6); at most 2^20 are used of any range. */
  readonly size: number;
}

export interface Operator {
  readonly asn: number;
  readonly organisation: string;
  readonly ipv4: readonly AddressRange[];
  /** Empty when the operator has none that both data sets agree on. */
  readonly ipv6: readonly AddressRange[];
}

interface CountryAddresses {
  /** Operators that connect homes; never empty. */
  readonly access: readonly Operator[];
  /** Operators of rented servers; empty where the country has none. */
  readonly hosting: readonly Operator[];
}

export type AddressRegistry = ReadonlyMap<CountryCode, CountryAddresses>;

const ACCESS_OPERATORS = 6;
const HOSTING_OPERATORS = 2;
const FEWEST_RANGES = 2;
const RANGES_PER_OPERATOR = 12;
const SMALLEST_IPV4_RANGE = 512n;
const LARGEST_USE = 1n << 20n;

interface Found {
  readonly asn: number;
  readonly organisation: string;
  total: bigint;
  readonly ranges: AddressRange[];
}

type FoundByCountry = Map<CountryCode, Map<number, Found>>;

/**
 * @param countries the participants
 * @returns access providers by address count (at most six a country) and hosting providers (at most two),
 *   each with at most twelve IPv4 and twelve IPv6 ranges
 * @throws IcarusError `exercise/address-data-missing` when the packages are not installed or lack a country
 */
export async function loadAddressRegistry(
  countries: readonly CountryCode[],
  signal?: AbortSignal,
): Promise<AddressRegistry> {
  const ipv4 = await agreedRanges(countries, 'ipv4', signal);
  const ipv6 = await agreedRanges(countries, 'ipv6', signal);
  const registry = new Map<CountryCode, CountryAddresses>();
  for (const country of countries) {
    const found = [...(ipv4.get(country)?.values() ?? [])].sort(byAddresses);
    const operators = (accept: (name: string) => boolean, most: number): Operator[] =>
      found
        .filter((one) => one.ranges.length >= FEWEST_RANGES && accept(one.organisation))
        .slice(0, most)
        .map((one) => ({
          asn: one.asn,
          organisation: one.organisation,
          ipv4: spread(one.ranges),
          ipv6: spread(ipv6.get(country)?.get(one.asn)?.ranges ?? []),
        }));
    const access = operators(isAccessProvider, ACCESS_OPERATORS);
    if (access.length === 0)
      throw new IcarusError('exercise/address-data-missing', { reason: `no access provider in ${country}` });
    registry.set(country, { access, hosting: operators(isHostingProvider, HOSTING_OPERATORS) });
  }
  return registry;
}

async function agreedRanges(
  countries: readonly CountryCode[],
  family: 'ipv4' | 'ipv6',
  signal: AbortSignal | undefined,
): Promise<FoundByCountry> {
  const placed: CountryRange[] = [];
  for await (const batch of readCountryRanges(family, new Set(countries), signal)) placed.push(...batch);
  const found: FoundByCountry = new Map();
  let at = 0;
  for await (const batch of readOperatorRanges(family, signal)) {
    for (const range of batch) {
      while (at < placed.length && (placed[at] as CountryRange).end < range.start) at++;
      const country = placed[at];
      if (country === undefined) return found;
      // Only a range wholly inside one country's range is agreed on.
      if (country.start <= range.start && range.end <= country.end)
        note(found, country.country, range, family);
    }
  }
  return found;
}

function note(
  found: FoundByCountry,
  country: CountryCode,
  range: OperatorRange,
  family: 'ipv4' | 'ipv6',
): void {
  let operators = found.get(country);
  if (operators === undefined) found.set(country, (operators = new Map()));
  let operator = operators.get(range.asn);
  if (operator === undefined) {
    operator = { asn: range.asn, organisation: range.organisation, total: 0n, ranges: [] };
    operators.set(range.asn, operator);
  }
  const addresses = range.end - range.start + 1n;
  const size = family === 'ipv4' ? addresses : addresses >> 64n;
  operator.total += size;
  if (size < (family === 'ipv4' ? SMALLEST_IPV4_RANGE : 1n)) return;
  operator.ranges.push({ start: range.start, size: Number(size < LARGEST_USE ? size : LARGEST_USE) });
}

const byAddresses = (a: Found, b: Found): number =>
  a.total === b.total ? a.asn - b.asn : a.total > b.total ? -1 : 1;

/** At most twelve, evenly taken, so that an operator's old and new allocations both occur. */
function spread(ranges: readonly AddressRange[]): AddressRange[] {
  if (ranges.length <= RANGES_PER_OPERATOR) return [...ranges];
  return Array.from(
    { length: RANGES_PER_OPERATOR },
    (_, i) => ranges[Math.floor((i * ranges.length) / RANGES_PER_OPERATOR)] as AddressRange,
  );
}
