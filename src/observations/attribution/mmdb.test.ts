import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLake } from '#observations/lake.ts';
import { type MmdbEntry, type MmdbOptions, mmdbOf } from './fixtures-mmdb.ts';
import { loadMmdb } from './mmdb.ts';
import { openMmdb } from './mmdb-file.ts';
import { networksOf } from './mmdb-networks.ts';
import { RANGE_TABLES } from './range-table.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-mmdb-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(entries: readonly MmdbEntry[], options?: MmdbOptions): Promise<string> {
  const path = join(folder, 'test.mmdb');
  await writeFile(path, mmdbOf(entries, options));
  return path;
}

async function load(entries: readonly MmdbEntry[], options?: MmdbOptions) {
  const path = await write(entries, options);
  await using duck = await openLake({ temporaryFolder: folder });
  await duck.run(RANGE_TABLES);
  const header = await loadMmdb(duck, { path, given: path }, { folder, index: 0 });
  const rows =
    await duck.rows(`SELECT address_text(family, high_half(first), low_half(first)) AS first, address_text(family, high_half(last), low_half(last)) AS last,
    country, asn, operator FROM loaded ORDER BY family, loaded.first`);
  return { header, rows: rows.map((row) => Object.values(row)) };
}

const net = (first: bigint, length: number, record: MmdbEntry['record']): MmdbEntry => ({
  family: first < 1n << 32n ? 4 : 6,
  first,
  length,
  record,
});

test('a database gives its networks with country, system and operator, dated by itself', async () => {
  const { header, rows } = await load(
    [
      net(0xc0000200n, 25, { country: { iso_code: 'DK' }, registered_country: { iso_code: 'SE' } }),
      net(0xc0000280n, 25, { registered_country: { iso_code: 'SE' } }),
      net(0xc6336400n, 24, { country_code: 'fi' }),
      net(0xcb007100n, 24, {
        autonomous_system_number: 64500,
        autonomous_system_organization: 'Test, "Net"',
      }),
      net(0x20010db8n << 96n, 32, { country: 'NO', asn: 'AS64501', as_name: 'Nord' }),
      net(0x20010db9n << 96n, 32, { city: { name: 'Nowhere' } }),
    ],
    { mapped: true, databaseType: 'Test-Country', builtAt: new Date('2011-08-30T12:00:00Z') },
  );
  expect(header).toEqual({ databaseType: 'Test-Country', builtAt: new Date('2011-08-30T12:00:00Z') });
  expect(rows).toEqual([
    ['192.0.2.0', '192.0.2.127', 'DK', null, null],
    ['192.0.2.128', '192.0.2.255', 'SE', null, null],
    ['198.51.100.0', '198.51.100.255', 'FI', null, null],
    ['203.0.113.0', '203.0.113.255', null, 64500, 'Test, "Net"'],
    ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 'NO', 64501, 'Nord'],
  ]);
});

test('the networks of any database come back', async () => {
  const prefix = fc.record({
    family: fc.constantFrom(4 as const, 6 as const),
    bits: fc.nat(255),
    length: fc.integer({ min: 1, max: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(prefix, { maxLength: 12 }), fc.boolean(), async (prefixes, mapped) => {
      const entries: MmdbEntry[] = [];
      for (const { family, bits, length } of prefixes) {
        const top = family === 4 ? 10n << 24n : 0x20010db8n << 96n;
        const spare = family === 4 ? 16n : 88n;
        const first = top + (BigInt((bits >> (8 - length)) << (8 - length)) << spare);
        const whole = (family === 4 ? 8 : 32) + length;
        const last = first + (1n << BigInt((family === 4 ? 32 : 128) - whole)) - 1n;
        const meets = entries.some(
          (one) => one.family === family && one.first <= last && first <= lastOf(one),
        );
        if (!meets)
          entries.push({
            family,
            first,
            length: whole,
            record: { country_code: `A${String.fromCharCode(65 + entries.length)}` },
          });
      }
      using file = openMmdb(await write(entries, { mapped }));
      const found = [...networksOf(file)].map(({ family, first, last, child }) => [
        family,
        first,
        last,
        file.record(child),
      ]);
      const expected = entries
        .toSorted((a, b) => a.family - b.family || (a.first < b.first ? -1 : 1))
        .map((one) => [one.family, one.first, lastOf(one), new Map(Object.entries(one.record))]);
      expect(found).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

function lastOf({ family, first, length }: MmdbEntry): bigint {
  return first + (1n << BigInt((family === 4 ? 32 : 128) - length)) - 1n;
}

test('a database that was cut, or whose tree leads in a circle, is refused', async () => {
  const bytes = mmdbOf([net(0xc0000200n, 24, { country_code: 'DK' })]);
  const path = join(folder, 'broken.mmdb');
  const refuse = async (content: Uint8Array) => {
    await writeFile(path, content);
    await using duck = await openLake({ temporaryFolder: folder });
    await duck.run(RANGE_TABLES);
    return await loadMmdb(duck, { path, given: path }, { folder, index: 0 });
  };
  await expect(refuse(bytes.subarray(0, bytes.length / 2))).rejects.toThrow(/metadata is not at its end/);
  await expect(refuse(bytes.subarray(300))).rejects.toThrow(/shorter than its metadata says|damaged/);
  const circle = Buffer.from(bytes);
  circle.writeUIntBE(0, 3, 3);
  await expect(refuse(circle)).rejects.toThrow(/leads to a node twice/);
});
