/**
 * Internet addresses as numbers: a family and 128 bits in two halves. An IPv4 address is the low 32
 * bits; an IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 address that it carries.
 */
import { isIPv4, isIPv6 } from 'node:net';

export interface Address {
  readonly family: 4 | 6;
  readonly high: bigint;
  readonly low: bigint;
}

const MAPPED = 0xffffn;

/** The address that `text` writes, or undefined where it writes none. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: 4, high: 0n, low: bits(text.split('.').map(Number), 8n) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const groups = ipv6Groups(text);
  const high = bits(groups.slice(0, 4), 16n);
  const low = bits(groups.slice(4), 16n);
  if (high === 0n && low >> 32n === MAPPED) return { family: 4, high: 0n, low: low & 0xffff_ffffn };
  return { family: 6, high, low };
}

function ipv6Groups(text: string): number[] {
  const hex = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...octets: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [left = '', right] = hex.split('::');
  const read = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const head = read(left);
  const tail = right === undefined ? [] : read(right);
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function bits(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((value, part) => (value << width) | BigInt(part), 0n);
}

/**
 * SQL macros over the same numbers; run once on a connection. A macro puts its argument wherever it names
 * it, so what is long is bound by a lambda first: a nest of macros took longer to plan than to run.
 * `ip4(text)`: UBIGINT or NULL (its length proves that it is written canonically: no zeros before, no exponents); `ip6(text)`: 32 hexadecimal digits or NULL;
 * `address_text(family, high, low)`: dotted, or the canonical form of RFC 5952.
 */
export const ADDRESS_MACROS = `
CREATE MACRO octets(t) AS try_cast(string_split(t, '.') AS UTINYINT[]);
CREATE MACRO digits(n) AS 1 + (n > 9)::UTINYINT + (n > 99)::UTINYINT;
CREATE MACRO octets_ip4(t, o) AS CASE
  WHEN len(o) = 4 AND strlen(t) = 3 + digits(o[1]) + digits(o[2]) + digits(o[3]) + digits(o[4]) AND NOT contains(t, 'e') AND NOT contains(t, 'E')
  THEN (o[1]::UBIGINT << 24) | (o[2]::UBIGINT << 16) | (o[3]::UBIGINT << 8) | o[4] END;
CREATE MACRO ip4(t) AS octets_ip4(t, octets(t));
CREATE MACRO ip4_text(n) AS concat_ws('.', (n >> 24) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255);
CREATE MACRO undotted(t) AS CASE
  WHEN NOT contains(t, '.') THEN t
  WHEN ip4(regexp_extract(t, '[0-9.]+$')) IS NULL THEN NULL
  ELSE regexp_replace(t, '[0-9.]+$', format('{:x}:{:x}',
    ip4(regexp_extract(t, '[0-9.]+$')) >> 16, ip4(regexp_extract(t, '[0-9.]+$')) & 65535)) END;
CREATE MACRO ip6_groups(t) AS list_filter(string_split(t, ':'), lambda g: g <> '');
CREATE MACRO ip6_padded(part) AS array_to_string(list_transform(ip6_groups(part), lambda g: lpad(g, 4, '0')), '');
CREATE MACRO ip6_hex(t) AS CASE
  WHEN regexp_full_match(t, '([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}') THEN ip6_padded(t)
  WHEN regexp_full_match(t, '([0-9a-f]{1,4}(:[0-9a-f]{1,4})*)?::([0-9a-f]{1,4}(:[0-9a-f]{1,4})*)?') AND len(ip6_groups(t)) < 8
  THEN rpad(ip6_padded(split_part(t, '::', 1)), (32 - length(ip6_padded(split_part(t, '::', 2))))::INTEGER, '0')
    || ip6_padded(split_part(t, '::', 2)) END;
CREATE MACRO ip6(t) AS list_transform([undotted(lower(t))], lambda plain: ip6_hex(plain))[1];
CREATE MACRO ip6_full(high, low) AS array_to_string(list_transform(range(0, 64, 16),
    lambda i: format('{:x}', (high >> (48 - i)::UBIGINT) & 65535)) || list_transform(range(0, 64, 16),
    lambda i: format('{:x}', (low >> (48 - i)::UBIGINT) & 65535)), ':');
CREATE MACRO ip6_cut(t, groups) AS
  regexp_replace(t, '(^|:)0(:0){' || (groups - 1) || '}(:|$)', '::');
CREATE MACRO ip6_text(t) AS list_filter([${[8, 7, 6, 5, 4, 3, 2].map((groups) => `ip6_cut(t, ${groups})`).join(', ')}, t],
  lambda cut: contains(cut, '::') OR cut = t AND NOT regexp_matches(t, '(^|:)0:0(:|$)'))[1];
CREATE MACRO address_text(family, high, low) AS
  CASE WHEN family = 4 THEN ip4_text(low) ELSE ip6_text(ip6_full(high, low)) END;
CREATE MACRO wide(high, low) AS (high::UHUGEINT << 64) + low;
CREATE MACRO high_half(n) AS (n >> 64)::UBIGINT;
CREATE MACRO low_half(n) AS (n & 18446744073709551615::UHUGEINT)::UBIGINT;
`;
