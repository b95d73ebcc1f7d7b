import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  ANALYST,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { lakeFolder, openLake } from '#observations/lake.ts';
import { type AttributionRun, runsOf } from '#observations/store.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { attribute, attributionFiles } from './attribute.ts';
import type { LoaderName } from './loader-names.ts';
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

let files = 0;

interface Table {
  readonly loader: Extract<LoaderName, 'range-csv' | 'carrier-nat' | 'hosting'>;
  readonly source: string;
  readonly day: string;
  readonly lines: readonly string[];
}

async function loadTable({ loader, source, day, lines }: Table) {
  const path = await node.write(`table-${files++}.csv`, ['start,end,country,asn,operator,note', ...lines]);
  const said = { operationId: OPERATION, paths: [path], source, validFrom: new Date(`${day}T00:00:00Z`) };
  const range = { start: 'start', end: 'end' };
  return await loadSnapshot(
    node.ctx,
    ANALYST,
    loader === 'range-csv'
      ? { ...said, loader, columns: { ...range, country: 'country', asn: 'asn', operator: 'operator' } }
      : { ...said, loader, columns: { ...range, note: 'note' } },
  );
}

async function importRows(rows: readonly { day: string; ip: string }[]) {
  const lines = rows.map(({ day, ip }, i) => line({ time: `${day}T10:00:00Z`, ip, guid: `AA${i}` }));
  const path = await node.write(`log-${files++}.csv`, [HEADER, ...lines]);
  await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
}

const run = (options: { afresh?: boolean } = {}): Promise<AttributionRun> =>
  attribute(node.ctx, ANALYST, { operationId: OPERATION, ...options });

async function rowsOf({ runId }: AttributionRun) {
  await using duck = await openLake({ temporaryFolder: node.folder });
  return await duck.rows(
    `SELECT * FROM read_parquet('${attributionFiles(node.ctx.paths.lake, runId)}') ORDER BY ALL`,
  );
}

const own = (day: string, ...lines: string[]): Table => ({ loader: 'range-csv', source: 'own', day, lines });
const DENMARK = '192.0.2.0,192.0.2.255,DK,64500,Dane,';
const SWEDEN_HALF = '192.0.2.128,192.0.2.255,SE,64501,Swede,';

describe('a run takes over what the run before decided', () => {
  test('and asks only new addresses after an import', async () => {
    await loadTable(own('2011-08-01', DENMARK));
    await importRows([
      { day: '2011-09-01', ip: '192.0.2.1' },
      { day: '2011-09-02', ip: '192.0.2.2' },
    ]);
    expect(await run()).toMatchObject({ addresses: 2, asked: 2, takenOver: 0 });
    await importRows([
      { day: '2011-09-03', ip: '192.0.2.2' },
      { day: '2011-09-03', ip: '192.0.2.3' },
    ]);
    expect(await run()).toMatchObject({ addresses: 3, asked: 1, takenOver: 2 });
  });

  test('and asks only the ranges that a new source changes', async () => {
    await loadTable(own('2011-08-01', DENMARK));
    await importRows(['1', '2', '129'].map((host) => ({ day: '2011-09-01', ip: `192.0.2.${host}` })));
    await run();
    // Lower in order, it changes no country; where it knows another, the addresses disagree now.
    await loadTable({ ...own('2011-08-01', SWEDEN_HALF), source: 'second' });
    expect(await run()).toMatchObject({ addresses: 3, asked: 1, takenOver: 2, disagreements: 1 });
    await loadTable({
      loader: 'carrier-nat',
      source: 'nat',
      day: '2011-08-01',
      lines: ['192.0.2.2,192.0.2.2,,,,shared'],
    });
    expect(await run()).toMatchObject({ addresses: 3, asked: 1, takenOver: 2, carrierNat: 1 });
  });

  test('and asks only the part of a period that a newer snapshot divides off', async () => {
    await loadTable(own('2011-08-01', DENMARK));
    await importRows([
      { day: '2011-08-15', ip: '192.0.2.129' },
      { day: '2011-09-15', ip: '192.0.2.1' },
      { day: '2011-09-15', ip: '192.0.2.129' },
    ]);
    expect(await run()).toMatchObject({ addresses: 2 });
    await loadTable(own('2011-09-01', '192.0.2.0,192.0.2.127,DK,64500,Dane,', SWEDEN_HALF));
    expect(await run()).toMatchObject({ addresses: 3, asked: 1, takenOver: 2 });
    expect((await rowsOf((await runsOf(node.ctx.db, OPERATION))[0]!)).map(({ country }) => country)).toEqual([
      'DK',
      'DK',
      'SE',
    ]);
  });

  test('and asks nothing where nothing changed; asked to, it asks everything', async () => {
    await loadTable(own('2011-08-01', DENMARK));
    await importRows([
      { day: '2011-09-01', ip: '192.0.2.1' },
      { day: '2011-09-01', ip: '2001:db8::1' },
    ]);
    await run();
    expect(await run()).toMatchObject({ addresses: 2, asked: 0, takenOver: 2, unattributed: 1 });
    expect(await run({ afresh: true })).toMatchObject({ addresses: 2, asked: 2, takenOver: 0 });
  });

  test('and does not pile up files', async () => {
    await loadTable(own('2011-08-01', DENMARK));
    for (let i = 0; i < 9; i++) {
      await importRows([{ day: '2011-09-01', ip: `192.0.2.${i}` }]);
      await run();
    }
    const [last] = await runsOf(node.ctx.db, OPERATION);
    expect(last).toMatchObject({ addresses: 9, asked: 1 });
    const names = await readdir(lakeFolder(node.ctx.paths.lake, 'attribution', last!.runId));
    expect(names.length).toBeLessThan(12);
  });
});

const DAYS = ['2011-07-15', '2011-08-01', '2011-08-20', '2011-09-01', '2011-09-10', '2011-09-18'];
const step = fc.oneof(
  fc.record({
    kind: fc.constant('table' as const),
    loader: fc.constantFrom<Table['loader']>('range-csv', 'range-csv', 'carrier-nat', 'hosting'),
    source: fc.constantFrom('one', 'two'),
    day: fc.constantFrom(...DAYS),
    cuts: fc.uniqueArray(fc.nat(255), { minLength: 2, maxLength: 6 }),
    first: fc.nat(3),
  }),
  fc.record({
    kind: fc.constant('import' as const),
    rows: fc.array(
      fc.record({ day: fc.constantFrom('2011-07-01', ...DAYS), host: fc.nat(40), wide: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 25,
      },
    ),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(one: Step): Promise<void> {
  if (one.kind === 'import') {
    await importRows(
      one.rows.map(({ day, host, wide }) => ({
        day,
        ip: wide ? `2001:db8::${host}` : `192.0.2.${host * 6}`,
      })),
    );
    return;
  }
  const cuts = one.cuts.toSorted((a, b) => a - b);
  const lines = cuts.slice(0, -1).flatMap((from, i) => {
    const country = ['DK', 'SE', '', 'NO'][(i + one.first) % 4];
    const until = cuts[i + 1]! - 1;
    const said = `${country},${64500 + i},${country ? `Net ${country}` : ''},note`;
    return [`192.0.2.${from},192.0.2.${until},${said}`, `2001:db8::${from},2001:db8::${until},${said}`];
  });
  const source = one.loader === 'range-csv' ? one.source : `${one.loader} ${one.source}`;
  // The same source and day twice is refused, and changes nothing.
  await loadTable({ loader: one.loader, source, day: one.day, lines }).catch((error: { code?: string }) => {
    if (error.code !== 'observations/snapshot-exists') throw error;
  });
}

test('whatever is loaded and imported in whatever order, the result is that of asking everything', async () => {
  const scenario = fc.array(step, { minLength: 2, maxLength: 4 });
  let first = true;
  await fc.assert(
    fc.asyncProperty(scenario, async (steps) => {
      if (!first) {
        await node[Symbol.asyncDispose]();
        await database[Symbol.asyncDispose]();
        database = await testDatabase();
        node = await testNode(database.db);
      }
      first = false;
      await loadTable(own('2011-08-10', DENMARK));
      await importRows([{ day: '2011-08-15', ip: '192.0.2.6' }]);
      let last = await run();
      for (const one of steps) {
        await take(one);
        last = await run();
        expect(last.asked + last.takenOver).toBe(last.addresses);
      }
      const afresh = await run({ afresh: true });
      expect(await rowsOf(last)).toEqual(await rowsOf(afresh));
      const { runId: _1, asked: _2, takenOver: _3, ...counts } = last;
      const { runId: _4, asked: _5, takenOver: _6, ...expected } = afresh;
      expect(counts).toEqual(expected);
    }),
    { numRuns: 3 },
  );
}, 60_000);
