import { beforeEach, describe, expect, test } from 'vitest';
import {
  ANALYST,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  REGISTRY,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { openLake } from '#observations/lake.ts';
import { sourcesOf } from '#observations/store.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { attribute, attributionFiles } from './attribute.ts';
import { explainAddress } from './explain.ts';
import { loadSnapshot } from './snapshots.ts';

let database: TestDatabase;
let node: TestNode;
beforeEach(async () => {
  database = await testDatabase();
  node = await testNode(database.db);
  return async () => {
    await node[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  };
});

const AT = new Date('2011-09-10T00:00:00Z');
const from = (day: string) => new Date(`${day}T00:00:00Z`);

async function loadFlags(
  loader: 'carrier-nat' | 'hosting',
  lines: readonly string[],
  validFrom = from('2011-08-01'),
) {
  const paths = [await node.write(`${loader}-${validFrom.getTime()}.csv`, lines)];
  await loadSnapshot(node.ctx, ANALYST, { operationId: OPERATION, loader, paths, validFrom });
}

async function loadRegistry() {
  const path = await node.write('registry.txt', REGISTRY);
  await loadSnapshot(node.ctx, ANALYST, { operationId: OPERATION, loader: 'rir-delegated', path });
}

describe('an address that a table of flags covers', () => {
  test('is flagged by range or by its autonomous system, and gets no country from there', async () => {
    await loadRegistry();
    await loadFlags('carrier-nat', [
      'prefix,note',
      '192.0.2.0/26,Mobile pool',
      '203.0.113.0/24,Unknown to the registry',
    ]);
    await loadFlags('hosting', ['asn,note', 'AS64501,Rents servers']);
    const ips = ['192.0.2.1', '192.0.2.100', '192.0.2.200', '203.0.113.7'];
    const path = await node.write('log.csv', [
      HEADER,
      ...ips.map((ip) => line({ ip, time: AT.toISOString() })),
    ]);
    await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
    const run = await attribute(node.ctx, ANALYST, { operationId: OPERATION });
    expect(run).toMatchObject({ addresses: 4, carrierNat: 2, hosting: 1, unattributed: 1, disagreements: 0 });
    await using duck = await openLake({ temporaryFolder: node.folder });
    const rows = await duck.rows(`SELECT ip4_text(address_low) AS ip, country, carrier_nat, hosting
      FROM read_parquet('${attributionFiles(node.ctx.paths.lake, run.runId)}') ORDER BY address_low`);
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['192.0.2.1', 'DK', true, false],
      ['192.0.2.100', 'DK', false, false],
      ['192.0.2.200', 'SE', false, true],
      ['203.0.113.7', null, true, false],
    ]);
    // What the explanation says is what the run decided, address by address.
    for (const row of rows) {
      const { country, carrierNat, hosting } = await explainAddress(
        node.ctx,
        String(row['ip'] as string),
        AT,
      );
      expect({ country, carrierNat, hosting }).toEqual({
        country: row['country'],
        carrierNat: row['carrier_nat'],
        hosting: row['hosting'],
      });
    }
  });

  test('is explained with the table, its date and its note', async () => {
    await loadRegistry();
    await loadFlags('carrier-nat', ['prefix,note', '192.0.2.0/26,Mobile pool']);
    await loadFlags('hosting', ['asn,note', '64500,Rents servers'], from('2011-12-01'));
    const explained = await explainAddress(node.ctx, '192.0.2.1', AT);
    expect(explained).toMatchObject({
      decidedBy: 'rir:ripencc',
      afterTheFact: false,
      carrierNat: true,
      hosting: true,
    });
    expect(explained.words.slice(-2)).toEqual([
      'carrier-nat, dated 2011-08-01 (the nearest before 2011-09-10), flags 192.0.2.0 to 192.0.2.63 as shared by many subscribers at the same time: no subscriber is found without source port, destination and second. Its note: Mobile pool',
      'hosting, dated 2011-12-01 (after the fact: it has nothing dated before 2011-09-10), flags AS64500 as a rented or anonymising machine: the subscriber is whoever rented it, and may sit elsewhere. Its note: Rents servers',
    ]);
  });

  test('is flagged also where nothing but tables of flags is loaded', async () => {
    await loadFlags('hosting', ['start,end,note', '192.0.2.0,192.0.2.255,All']);
    expect(await explainAddress(node.ctx, '192.0.2.1', AT)).toMatchObject({
      country: null,
      hosting: true,
      answers: [],
    });
  });
});

describe('a table whose lines are dated', () => {
  const load = (lines: readonly string[]) =>
    node.write('dated.csv', ['net,cc,from,to', ...lines]).then((path) =>
      loadSnapshot(node.ctx, ANALYST, {
        operationId: OPERATION,
        loader: 'range-csv',
        paths: [path],
        columns: { prefix: 'net', country: 'cc', validFrom: 'from', validTo: 'to' },
        source: 'dated',
      }),
    );
  const countryOn = async (address: string, day: string) =>
    (await explainAddress(node.ctx, address, from(day))).country;

  test('answers by the line that held on the day, the newest of those that did', async () => {
    const lines = [
      '192.0.2.0/24,DK,2011-01-01,2011-05-31',
      '192.0.2.0/24,SE,2011-06-01,',
      '192.0.2.128/25,NO,2011-08-01,2011-08-31',
    ];
    expect(await load(lines)).toMatchObject({ dates: 4, alreadyLoaded: false });
    expect(await load(lines)).toMatchObject({ dates: 4, alreadyLoaded: true });
    expect(await sourcesOf(node.ctx.db)).toHaveLength(4);
    expect(await countryOn('192.0.2.200', '2011-05-31')).toBe('DK');
    expect(await countryOn('192.0.2.200', '2011-07-01')).toBe('SE');
    expect(await countryOn('192.0.2.200', '2011-08-31')).toBe('NO');
    expect(await countryOn('192.0.2.1', '2011-08-31')).toBe('SE');
    expect(await countryOn('192.0.2.200', '2011-09-01')).toBe('SE');
  });

  test('that ends is known no longer than it says', async () => {
    await load(['192.0.2.0/24,DK,2011-01-01,2011-05-31']);
    expect(await countryOn('192.0.2.1', '2011-05-31')).toBe('DK');
    expect(await countryOn('192.0.2.1', '2011-06-01')).toBeNull();
  });

  test.each([
    ['192.0.2.0/24,DK,soon,', /line 2: the day from which it holds/],
    ['192.0.2.0/24,DK,2011-05-01,2011-04-01', /line 2: it ends to hold before it begins/],
    ['192.0.2.0/24,DK,,', /none of its lines says from which day/],
  ])('is refused whole for the line %j', async (text, reason) => {
    await expect(load([text])).rejects.toThrow(reason);
  });
});

test('a file that does not say its day, without one given with it, is refused', async () => {
  const paths = [await node.write('prefixes.txt', ['192.0.2.0\t24\t64500'])];
  const load = (path: readonly string[]) =>
    loadSnapshot(node.ctx, ANALYST, { operationId: OPERATION, loader: 'pfx2as', paths: path });
  await expect(load(paths)).rejects.toThrow(/from which day it holds/);
  const named = [await node.write('routeviews-rv2-20110901-1200.pfx2as', ['192.0.2.0\t24\t64500'])];
  expect((await load(named)).snapshot).toMatchObject({
    source: 'pfx2as',
    validFrom: from('2011-09-01'),
    priority: 70,
  });
});
