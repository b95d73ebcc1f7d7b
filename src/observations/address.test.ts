import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  array,
  assert,
  asyncProperty,
  bigInt,
  ipV4,
  ipV6,
  oneof,
  string,
  stringMatching,
  tuple,
} from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { type Address, parseAddress } from './address.ts';
import { openLake } from './lake.ts';

let duck: DuckDb;
beforeAll(async () => {
  duck = await openLake({ temporaryFolder: join(tmpdir(), 'icarus-address-test') });
});
afterAll(() => duck[Symbol.asyncDispose]());

/** What the macros read in each text: a decimal number for IPv4, 32 hexadecimal digits for IPv6, null for neither. */
async function inSql(texts: readonly string[]): Promise<(string | null)[]> {
  const values = texts.map((text, index) => `(${index}, ${sqlText(text)})`).join(', ');
  const rows = await duck.rows(
    `SELECT ip4(t)::VARCHAR AS v4, ip6(t) AS v6 FROM (VALUES ${values}) texts(i, t) ORDER BY i`,
  );
  return rows.map((row) => textIn(row, 'v4') ?? textIn(row, 'v6'));
}

async function written(addresses: readonly Address[]): Promise<(string | null)[]> {
  const values = addresses.map(
    ({ family, high, low }, index) => `(${index}, ${family}, ${high}::UBIGINT, ${low}::UBIGINT)`,
  );
  const rows = await duck.rows(
    `SELECT address_text(family, high, low) AS t FROM (VALUES ${values.join(', ')}) v(i, family, high, low) ORDER BY i`,
  );
  return rows.map((row) => textIn(row, 't'));
}

function inCode(text: string): string | null {
  const address = parseAddress(text);
  if (!address) return null;
  if (address.family === 4 && !text.includes(':')) return String(address.low);
  const low = address.family === 4 ? (0xffffn << 32n) | address.low : address.low;
  return ((address.high << 64n) | low).toString(16).padStart(32, '0');
}

const EDGES = [
  ['0.0.0.0', '255.255.255.255', '192.0.2.01', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1e2.1.1.1', ' 1.2.3.4'],
  ['1..2.3', '+1.2.3.4', '::', '::1', '1::', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9'],
  ['1::2::3', '12345::1', ':1:2:3:4:5:6:7', '1:2:3:4:5:6:7:', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8'],
  ['::ffff:192.0.2.1', '::192.0.2.300', '1.2.3.4::', 'fe80::1%eth0', '2001:DB8::A', '', ':', '.', ':::'],
].flat();

test('SQL and code read the edges of the formats alike', async () => {
  expect(await inSql(EDGES)).toEqual(EDGES.map(inCode));
});

test('SQL and code read any text alike', async () => {
  const noise = string({ maxLength: 20 }).filter((text) => !text.includes('\0'));
  const texts = array(oneof(ipV4(), ipV6(), stringMatching(/^[0-9a-f:.]{1,24}$/), noise), {
    minLength: 1,
    maxLength: 200,
    size: 'max',
  });
  const alike = asyncProperty(texts, async (some) => {
    expect(await inSql(some)).toEqual(some.map(inCode));
  });
  await assert(alike, { numRuns: 10 });
});

test('an address that is written out reads back as itself', async () => {
  const half = bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const mapped = ([high, low]: [bigint, bigint]) => high === 0n && low >> 32n === 0xffffn;
  const halves = array(
    tuple(half, half).filter((pair) => !mapped(pair)),
    { minLength: 1, maxLength: 200, size: 'max' },
  );
  const same = asyncProperty(halves, async (pairs) => {
    const addresses = pairs.map(([high, low]): Address => ({ family: 6, high, low }));
    expect((await written(addresses)).map((text) => parseAddress(text ?? ''))).toEqual(addresses);
  });
  await assert(same, { numRuns: 10 });
});

test('addresses are written in the canonical form of RFC 5952', async () => {
  const forms = {
    '2001:0db8:0:0:0:0:2:1': '2001:db8::2:1',
    '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    '2001:0:0:1:0:0:0:1': '2001:0:0:1::1',
    '2001:db8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
    '0:0:0:0:0:0:0:0': '::',
    '1:0:0:0:0:0:0:0': '1::',
    '192.0.2.1': '192.0.2.1',
  };
  const addresses = Object.keys(forms).flatMap((text) => parseAddress(text) ?? []);
  expect(await written(addresses)).toEqual(Object.values(forms));
});
