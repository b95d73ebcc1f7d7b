import { appendFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { listEvents } from '#custody/record.ts';
import { testOfficer } from '#test/nodes.ts';
import {
  contribute,
  hitsOf,
  knownPersons,
  MAPPING,
  person,
  scene,
  suspect,
  writeHoldings,
} from './fixtures.ts';
import { commonValues } from './hit-store.ts';
import { listImports, refusalsOf } from './holdings-store.ts';
import { importHoldings } from './import.ts';

test('a file is imported with its counts; the same file again changes nothing', async () => {
  await using at = await scene();
  const persons = [
    { ref: 'P-1', mail: 'a@example.org;b@example.org', phone: '12 34 56 78' },
    { ref: 'P-2', nick: 'Nobody' },
    { ref: 'P-1', client: '{AA00}' },
  ];
  const { import: row, alreadyImported } = await knownPersons(at, persons);
  expect(alreadyImported).toBe(false);
  expect(row).toMatchObject({
    rowsRead: 3,
    rowsRefused: 0,
    holdings: 2,
    selectors: 5,
    valuesRefused: 0,
    commonValues: 0,
  });
  const again = await knownPersons(at, persons);
  expect(again).toEqual({ import: row, alreadyImported: true });
  const { db } = at.coordinator.ctx;
  expect(await listImports(db)).toEqual([row]);
  const events = await listEvents(db, { subject: { kind: 'holdings', id: row.importId } });
  expect(events.map(({ kind }) => kind)).toEqual(['holdings.imported']);
});

test('what cannot be taken is refused with its line and reason, never with its value', async () => {
  await using at = await scene();
  const { import: row } = await knownPersons(at, [
    { ref: 'P-1', mail: 'nobody', nick: 'kept' },
    { ref: '', nick: 'lost' },
    { ref: 'P-3', phone: 'secret-number' },
    { ref: 'P-4' },
  ]);
  expect(row).toMatchObject({ rowsRead: 4, rowsRefused: 3, holdings: 1, selectors: 1, valuesRefused: 2 });
  const refusals = await refusalsOf(at.coordinator.ctx.db, row.importId);
  expect(refusals).toEqual([
    { line: 2, column: 'mail', reason: 'it is not an e-mail address' },
    { line: 3, column: null, reason: 'the reference must have 1 to 200 printable characters' },
    { line: 4, column: 'phone', reason: 'it is not a telephone number' },
    { line: 5, column: null, reason: 'the row states no selector' },
  ]);
});

test('a file that turns out bad in its middle leaves nothing behind', async () => {
  await using at = await scene();
  const { ctx } = at.coordinator;
  const path = await writeHoldings(
    ctx,
    Array.from({ length: 6000 }, (_, n) => person({ ref: `P-${n}`, nick: `n${n}` })),
  );
  await appendFile(path, 'P-x,,,,,,,"never closed\n');
  const input = {
    path,
    mapping: MAPPING,
    source: 'Case system',
    evaluation: { source: 'B', information: '2' },
    handling: { codes: [], text: '' },
    dataSubjectCategory: 'suspect',
  } as const;
  await expect(importHoldings(ctx, testOfficer('coordinator', at.operationId), input)).rejects.toThrow(
    'line 6002',
  );
  const { rows } = await sql<{ n: number }>`select count(*) as n from holding`.execute(ctx.db);
  expect(rows).toEqual([{ n: 0 }]);
  expect(await listImports(ctx.db)).toEqual([]);
});

test('victims and other parties are not matched: such a file is refused, and so is one with no role', async () => {
  await using at = await scene();
  await expect(
    knownPersons(at, [{ ref: 'P-1', nick: 'x' }], { dataSubjectCategory: 'victim' }),
  ).rejects.toThrow('Only suspects');
  const { ctx } = at.coordinator;
  const path = await writeHoldings(ctx, [person({ ref: 'P-1', nick: 'x' })]);
  await expect(
    importHoldings(ctx, testOfficer('press', at.operationId), {
      path,
      mapping: MAPPING,
      source: 's',
      evaluation: { source: 'A', information: '1' },
      handling: { codes: [], text: '' },
      dataSubjectCategory: 'suspect',
    }),
  ).rejects.toThrow('role');
});

test.each([
  ['a column that the file does not have', { mapping: { ...MAPPING, reference: 'number' } }, 'does not have'],
  [
    'a name without its birth date',
    { mapping: { ...MAPPING, selectors: [{ type: 'name-with-birth-date' as const, column: 'name' }] } },
    'birth date',
  ],
  ['H3 without its text', { handling: { codes: ['H3' as const], text: '' } }, 'H3'],
  ['no source', { source: ' ' }, 'source'],
  ['a file that is not there', { path: '/nowhere/holdings.csv' }, 'ENOENT'],
])('%s is refused before anything is written', async (_what, change, words) => {
  await using at = await scene();
  await expect(knownPersons(at, [{ ref: 'P-1', nick: 'x' }], change)).rejects.toThrow(words);
  expect(await listImports(at.coordinator.ctx.db)).toEqual([]);
});

test('a file of one value many times over is stored as too common and gives one remark, no hits', async () => {
  await using at = await scene('se');
  await contribute(at, 'se', [suspect('SE-1', { selectors: [{ type: 'nickname', value: 'Admin' }] })]);
  const many = Array.from({ length: 20_000 }, (_, n) => ({ ref: `P-${n}`, nick: 'ADMIN' }));
  const { import: row } = await knownPersons(at, many);
  expect(row).toMatchObject({ holdings: 20_000, selectors: 20_000, commonValues: 1 });
  expect(await hitsOf(at)).toEqual([]);
  expect(await commonValues(at.coordinator.ctx.db, at.operationId)).toMatchObject([
    { type: 'nickname', value: 'admin', among: 'holdings', moreThan: 100 },
  ]);
});

test('a hundred holdings with one value are hits; one more makes it too common', async () => {
  await using at = await scene('se', 'fr');
  const mail = 'shared@example.org';
  await knownPersons(
    at,
    Array.from({ length: 100 }, (_, n) => ({ ref: `P-${n}`, mail })),
  );
  await contribute(at, 'se', [suspect('SE-1', { selectors: [{ type: 'e-mail', value: mail }] })]);
  expect(await hitsOf(at)).toHaveLength(100);
  await knownPersons(at, [{ ref: 'P-100', mail }]);
  await contribute(at, 'fr', [suspect('FR-1', { selectors: [{ type: 'e-mail', value: mail }] })]);
  const hits = await hitsOf(at);
  expect(hits.filter(({ sides }) => sides[1].kind === 'holding')).toHaveLength(100);
  expect(await commonValues(at.coordinator.ctx.db, at.operationId)).toMatchObject([{ among: 'holdings' }]);
});

test('the same file at the same moment is imported once', async () => {
  await using at = await scene();
  const persons = [{ ref: 'P-1', nick: 'wolf' }];
  const both = await Promise.all([knownPersons(at, persons), knownPersons(at, persons)]);
  expect(both.filter(({ alreadyImported }) => alreadyImported)).toHaveLength(1);
  expect(await listImports(at.coordinator.ctx.db)).toHaveLength(1);
});

test('an import that is cancelled leaves nothing behind', async () => {
  await using at = await scene();
  const stop = new AbortController();
  const persons = Array.from({ length: 12_000 }, (_, n) => ({ ref: `P-${n}`, nick: `n${n}` }));
  const onProgress = () => stop.abort(new Error('cancelled'));
  await expect(knownPersons(at, persons, { signal: stop.signal, onProgress })).rejects.toThrow('cancelled');
  const { rows } = await sql<{ n: number }>`select count(*) as n from holding`.execute(at.coordinator.ctx.db);
  expect(rows).toEqual([{ n: 0 }]);
});
