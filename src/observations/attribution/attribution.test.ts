import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
import { sourcesOf } from '#observations/store.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { addressesOf, listTargets } from '#observations/targets/target-reader.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { attribute } from './attribute.ts';
import { explainAddress } from './explain.ts';
import type { RangeCsvRequest } from './loaders.ts';
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

async function loadRegistry(lines: readonly string[] = REGISTRY, name = 'registry.txt') {
  const path = await node.write(name, lines);
  return loadSnapshot(node.ctx, ANALYST, { operationId: OPERATION, loader: 'rir-delegated', path });
}

async function loadTable(lines: readonly string[], options: Partial<RangeCsvRequest> = {}) {
  const path = await node.write(`table-${options.validFrom?.getTime() ?? 0}.csv`, [
    'start,end,country,asn,operator',
    ...lines,
  ]);
  return loadSnapshot(node.ctx, ANALYST, {
    operationId: OPERATION,
    loader: 'range-csv',
    paths: [path],
    columns: { start: 'start', end: 'end', country: 'country', asn: 'asn', operator: 'operator' },
    source: 'own table',
    validFrom: new Date('2011-08-01T00:00:00Z'),
    ...options,
  });
}

async function targetAddresses(rows: string[]) {
  const path = await node.write('log.csv', [HEADER, ...rows]);
  await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
  const run = await attribute(node.ctx, ANALYST, { operationId: OPERATION });
  await buildTargets(node.ctx, ANALYST, { operationId: OPERATION });
  const [target] = await listTargets(node.ctx, { operationId: OPERATION });
  const addresses =
    target && (await addressesOf(node.ctx, OPERATION, [target.targetId])).get(target.targetId);
  return { run, target, addresses };
}

describe("a registry's file", () => {
  test('gives country, registrant and the registrant’s own autonomous systems, dated by itself', async () => {
    const { snapshot } = await loadRegistry();
    expect(snapshot).toMatchObject({
      source: 'rir:ripencc',
      ranges: 3,
      validFrom: new Date('2011-08-31T00:00:00Z'),
    });
    const explained = await explainAddress(node.ctx, '192.0.2.130', new Date('2011-09-10T00:00:00Z'));
    expect(explained).toMatchObject({ country: 'SE', operator: 'reg-se', asn: 64501, disagreement: false });
    expect(explained.words).toEqual([
      'rir:ripencc, dated 2011-08-31 (the nearest before 2011-09-10), has it in 192.0.2.128 to 192.0.2.255, in Sweden, held by reg-se, with AS64501.',
      '192.0.2.130 is taken to be in Sweden: rir:ripencc is the first source in order that names a country.',
    ]);
  });

  test('that was loaded before changes nothing', async () => {
    const first = await loadRegistry();
    expect(await loadRegistry()).toEqual({ snapshot: first.snapshot, dates: 1, alreadyLoaded: true });
    expect(await sourcesOf(node.ctx.db)).toHaveLength(1);
  });

  test('of a date that another file already has is refused', async () => {
    await loadRegistry();
    const other = REGISTRY.map((text) => text.replace('|SE|ipv4', '|NO|ipv4'));
    await expect(loadRegistry(other, 'other.txt')).rejects.toMatchObject({
      code: 'observations/snapshot-exists',
    });
  });

  const record = (change: (lines: string[]) => string[]) => change([...REGISTRY]);
  const broken: readonly (readonly [string, string[], RegExp])[] = [
    ['a web page', ['<!DOCTYPE html>', '<html>'], /web page/],
    ['an empty file', [''], /empty/],
    ['a file of something else', ['a,b,c'], /version line/],
    ['fewer records than it says', record((lines) => lines.slice(0, -1)), /says 6 records, it holds 5/],
    [
      'a summary that counts otherwise',
      record((lines) => lines.with(1, 'ripencc|*|ipv4|*|4|summary')),
      /summary says 4 ipv4 records, it holds 3/,
    ],
    [
      'an address that cannot be read',
      record((lines) => lines.with(6, 'ripencc|DK|ipv4|192.0.2|128|20000101|allocated|x')),
      /line 7: the address cannot be read/,
    ],
    [
      'ranges that overlap',
      record((lines) => lines.with(6, 'ripencc|DK|ipv4|192.0.2.0|256|20000101|allocated|x')),
      /line 7 and line 8 overlap/,
    ],
    ['a line that was cut', record((lines) => lines.with(9, 'ripencc|FI|ipv6')), /line 10 is not a record/],
  ];
  test.each(broken)('is refused whole: %s', async (_, lines, reason) => {
    await expect(loadRegistry(lines)).rejects.toThrow(reason);
    expect(await sourcesOf(node.ctx.db)).toEqual([]);
  });
});

describe('a table of ranges', () => {
  test('may write addresses or numbers, with or without names of columns, one file a family', async () => {
    const v4 = join(node.folder, 'v4.csv');
    const v6 = join(node.folder, 'v6.csv');
    await writeFile(v4, '3221225984,3221226239,DK\n');
    await writeFile(v6, `${0x20010db8n << 96n},${(0x20010db9n << 96n) - 1n},FI\n`);
    const result = await loadTable([], {
      paths: [v4, v6],
      columns: { start: 1, end: 2, country: 3 },
      source: 'numbers',
    });
    expect(result.snapshot).toMatchObject({ ranges: 2, fileName: 'v4.csv, v6.csv' });
    const at = new Date('2011-09-01T00:00:00Z');
    expect(await explainAddress(node.ctx, '192.0.2.77', at)).toMatchObject({ country: 'DK' });
    expect(await explainAddress(node.ctx, '2001:db8:ffff::1', at)).toMatchObject({ country: 'FI' });
    expect(await explainAddress(node.ctx, '2001:db9::', at)).toMatchObject({ country: null });
  });

  const broken: readonly (readonly [string, RegExp])[] = [
    ['192.0.2.9,192.0.2.0,DK,,', /ends before it begins/],
    ['192.0.2.0,2001:db8::,DK,,', /mixes IPv4 and IPv6/],
    ['here,192.0.2.0,DK,,', /first address cannot be read/],
    ['192.0.2.0,192.0.2.9,Denmark,,', /code of two letters/],
    ['192.0.2.0,192.0.2.9,DK,ASX,', /not a number/],
    ['192.0.2.0,192.0.2.9', /line 2 cannot be cut/],
  ];
  test.each(broken)('is refused whole for the line %j', async (text, reason) => {
    await expect(loadTable([text])).rejects.toThrow(reason);
    expect(await sourcesOf(node.ctx.db)).toEqual([]);
  });

  test('without a column that was named is refused', async () => {
    await expect(
      loadTable(['192.0.2.0,192.0.2.9,DK,,'], { columns: { start: 'first', end: 'end' } }),
    ).rejects.toThrow(/no column first/);
  });
});

test('the snapshot nearest before an observation answers for it', async () => {
  await loadTable(['192.0.2.0,192.0.2.255,DK,64500,Old'], { validFrom: new Date('2011-08-01T00:00:00Z') });
  await loadTable(['192.0.2.0,192.0.2.255,SE,64501,New'], { validFrom: new Date('2011-09-01T00:00:00Z') });
  const { addresses } = await targetAddresses([
    line({ port: '1', time: '2011-08-31T23:59:59Z' }),
    line({ port: '2', time: '2011-09-01T00:00:00Z' }),
    line({ port: '3', time: '2011-07-01T00:00:00Z' }),
  ]);
  expect(
    addresses?.map(({ port, country, operator, afterTheFact }) => ({
      port,
      country,
      operator,
      afterTheFact,
    })),
  ).toEqual([
    { port: 2, country: 'SE', operator: 'New', afterTheFact: false },
    { port: 1, country: 'DK', operator: 'Old', afterTheFact: false },
    { port: 3, country: 'DK', operator: 'Old', afterTheFact: true },
  ]);
});

test('where sources differ the first in order decides, and the address is marked', async () => {
  await loadRegistry();
  await loadTable(['192.0.2.0,192.0.2.255,NO,64999,Nordic Net', '198.51.100.0,198.51.100.255,IS,,'], {
    validFrom: new Date('2011-08-31T00:00:00Z'),
  });
  const { run, addresses } = await targetAddresses([
    line({ ip: '192.0.2.1', time: '2011-09-03T00:00:00Z' }),
    line({ ip: '198.51.100.1', time: '2011-09-02T00:00:00Z' }),
    line({ ip: '203.0.113.1', time: '2011-09-01T00:00:00Z' }),
  ]);
  expect(run).toMatchObject({ addresses: 3, unattributed: 1, disagreements: 1, afterTheFact: 0 });
  expect(addresses).toMatchObject([
    { address: '192.0.2.1', country: 'DK', operator: 'reg-dk', disagreement: true },
    { address: '198.51.100.1', country: 'IS', operator: null, disagreement: false },
    { address: '203.0.113.1', country: null, disagreement: false },
  ]);
  const explained = await explainAddress(node.ctx, '192.0.2.1', new Date('2011-09-03T00:00:00Z'));
  expect(explained.answers.map(({ country }) => country)).toEqual(['DK', 'NO']);
  expect(explained.words.at(-1)).toBe('The sources name different countries: verify before acting.');
});

test('nothing is attributed without observations or without address data', async () => {
  await expect(attribute(node.ctx, ANALYST, { operationId: OPERATION })).rejects.toMatchObject({
    code: 'observations/nothing-imported',
  });
  await importLog(node.ctx, ANALYST, {
    operationId: OPERATION,
    path: await node.write('log.csv', [HEADER, line()]),
    profile: PROFILE,
  });
  await expect(attribute(node.ctx, ANALYST, { operationId: OPERATION })).rejects.toMatchObject({
    code: 'observations/no-address-data',
  });
  await expect(explainAddress(node.ctx, '192.0.2.1', new Date())).rejects.toMatchObject({
    code: 'observations/no-address-data',
  });
  await expect(explainAddress(node.ctx, 'nowhere', new Date())).rejects.toMatchObject({
    code: 'observations/address-invalid',
  });
});

test('a log of which every row is refused attributes to nothing', async () => {
  await loadRegistry();
  expect((await targetAddresses([line({ ip: 'x' })])).run).toMatchObject({ addresses: 0 });
});
