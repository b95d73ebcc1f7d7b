import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { listEvents } from '#custody/record.ts';
import {
  ANALYST,
  fileHash,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  type RowFields,
  STRANGER,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { openLake } from '#observations/lake.ts';
import { importFolder, importRows, piecesIn, refusedFile, withLines } from '#observations/lake-rows.ts';
import { importsOf } from '#observations/store.ts';
import type { ObservationImport } from '#observations/types.ts';
import type { DuckDbRow } from '#platform/duckdb.ts';
import type { Db } from '#platform/tables.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { importLog } from './import.ts';
import type { ImportProfile } from './profile.ts';
import { removeImport } from './remove.ts';

let database: TestDatabase;
let node: TestNode;
let db: Db;
beforeEach(async () => {
  database = await testDatabase();
  node = await testNode(database.db);
  db = database.db;
  return async () => {
    await node[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  };
});

async function importing(path: string, profile: ImportProfile = PROFILE): Promise<ObservationImport> {
  return (await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile })).import;
}

async function importLines(lines: string[], profile: ImportProfile = PROFILE): Promise<ObservationImport> {
  return importing(await node.write('log.csv', [HEADER, ...lines]), profile);
}

async function rowsOf(row: ObservationImport, columns: string, rest = 'ORDER BY line'): Promise<DuckDbRow[]> {
  await using duck = await openLake({ temporaryFolder: node.ctx.paths.temporary });
  const { lake } = node.ctx.paths;
  const all = importRows(row, { lake });
  if (all === undefined) return [];
  const rows = withLines(piecesIn(lake, row), all);
  return duck.rows(`SELECT ${columns} FROM (${rows}) ${rest}`);
}

async function refusedOf(row: ObservationImport): Promise<string[]> {
  const text = await readFile(refusedFile(importFolder(node.ctx.paths.lake, row.importId)), 'utf8');
  return text.trimEnd().split('\n').slice(1);
}

async function lakeEntries(): Promise<string[]> {
  return readdir(join(node.ctx.paths.lake, 'imports')).catch(() => []);
}

test('a row is kept with all its fields and the line that it came from', async () => {
  const row = await importLines([
    line(),
    line({ guid: '{BB}', ip: '2001:DB8::1', port: '', hash: '', size: '' }),
  ]);
  expect(row).toMatchObject({ read: 2, accepted: 2, duplicate: 0, refused: 0 });
  expect(
    await rowsOf(
      row,
      'line::INTEGER AS line, observed_at, address_text(family, address_high, address_low) AS ip, port, client_id, file_hash, hash_algorithm, file_size, transport, grade',
    ),
  ).toEqual([
    {
      line: 2,
      observed_at: new Date('2011-09-01T10:00:00Z'),
      ip: '192.0.2.1',
      port: 6346,
      client_id: 'aa00',
      file_hash: fileHash(1),
      hash_algorithm: 'sha1',
      file_size: 1000n,
      transport: 'tcp',
      grade: 'direct-browse',
    },
    {
      line: 3,
      observed_at: new Date('2011-09-01T10:00:00Z'),
      ip: '2001:db8::1',
      port: null,
      client_id: '{bb}',
      file_hash: null,
      hash_algorithm: null,
      file_size: null,
      transport: 'tcp',
      grade: 'direct-browse',
    },
  ]);
});

test('every line ends in exactly one of accepted, duplicate and refused', async () => {
  const row = await importLines([
    line(),
    line(),
    '',
    line({ time: 'yesterday' }),
    'too,few',
    `${line()},too,many`,
    line({ ip: '192.0.2.999' }),
    line({ time: '2011-09-01T12:00:00+02:00' }),
    line({ guid: 'BB' }),
  ]);
  expect(row).toMatchObject({
    read: 8,
    accepted: 2,
    duplicate: 2,
    refused: 4,
    refusals: { 'address-unreadable': 1, 'line-malformed': 2, 'time-unreadable': 1 },
  });
  expect(await rowsOf(row, 'line::INTEGER AS line')).toEqual([{ line: 2 }, { line: 10 }]);
  expect(await refusedOf(row)).toEqual([
    '5,time,yesterday,the time cannot be read',
    '6,"","too,few",the line has too few columns',
    expect.stringMatching(/^7,"",".{80}",the line has too many columns$/),
    '8,ip,192.0.2.999,this is not an internet address',
  ]);
});

const BAD_FIELDS: [string, Partial<RowFields>][] = [
  ['time-missing', { time: '' }],
  ['time-unreadable', { time: '2011-13-01T00:00:00Z' }],
  ['time-without-zone', { time: '2011-09-01T10:00:00' }],
  ['time-before-1970', { time: '1969-12-31T23:59:59Z' }],
  ['time-in-future', { time: '2011-09-25T00:00:00Z' }],
  ['address-missing', { ip: ' ' }],
  ['address-unreadable', { ip: '192.0.2.01' }],
  ['address-unreadable', { ip: '1e2.1.1.1' }],
  ['address-unreadable', { ip: '2001:db8::1::2' }],
  ['port-invalid', { port: '-1' }],
  ['port-invalid', { port: '65536' }],
  ['port-invalid', { port: '80.5' }],
  ['client-id-missing', { guid: '' }],
  ['client-id-too-long', { guid: 'x'.repeat(65) }],
  ['file-hash-invalid', { hash: 'abc' }],
  ['file-hash-invalid', { hash: 'z'.repeat(40) }],
  ['file-size-invalid', { size: '1e3' }],
];

test('each field that cannot be read refuses its row for its own reason', async () => {
  const row = await importLines([line(), ...BAD_FIELDS.map(([, fields]) => line(fields))]);
  const expected = Map.groupBy(BAD_FIELDS, ([code]) => code);
  expect(row.refusals).toEqual(Object.fromEntries([...expected].map(([code, rows]) => [code, rows.length])));
  expect(row.accepted).toBe(1);
});

test('a refused value that a spreadsheet would run is made harmless', async () => {
  expect(
    await refusedOf(await importLines([line(), line({ ip: '=HYPERLINK("x")'.replaceAll('"', "'") })])),
  ).toEqual([`3,ip,'=HYPERLINK('x'),this is not an internet address`]);
});

describe('time zones', () => {
  const inCopenhagen: ImportProfile = { ...PROFILE, time: { format: 'iso', zone: 'Europe/Copenhagen' } };

  test('offsets in the rows are taken, and the zone of the profile fills in where there is none', async () => {
    const times = [
      '2011-09-01 10:00:00',
      '2011-09-01T10:00:00+05:30',
      '2011-09-01T10:00:00Z',
      '2011-09-01 10:00:00 UTC',
    ];
    const row = await importLines(
      times.map((time) => line({ time })),
      inCopenhagen,
    );
    expect((await rowsOf(row, 'observed_at')).map(({ observed_at: at }) => at)).toEqual(
      ['08:00', '04:30', '10:00'].map((time) => new Date(`2011-09-01T${time}:00Z`)),
    );
    expect(row.duplicate).toBe(1);
  });

  test('a local time that was skipped when clocks went forward is refused', async () => {
    const row = await importLines(
      [line({ time: '2011-03-27 02:30:00' }), line({ time: '2011-03-27 03:30:00' })],
      inCopenhagen,
    );
    expect(row).toMatchObject({ accepted: 1, refusals: { 'time-skipped': 1 } });
  });

  test.each([
    ['unix-seconds', '1314871200'],
    ['unix-milliseconds', '1314871200000'],
    ['%d.%m.%Y %H:%M:%S %z', '01.09.2011 12:00:00 +0200'],
  ])('times written as %s are read', async (format, time) => {
    const row = await importLines([line({ time })], { ...PROFILE, time: { format } });
    expect(await rowsOf(row, 'observed_at')).toEqual([{ observed_at: new Date('2011-09-01T10:00:00Z') }]);
  });
});

test('an IPv4 address written as IPv6 is the IPv4 address', async () => {
  const row = await importLines([
    line({ ip: '::ffff:192.0.2.1' }),
    line({ ip: '::FFFF:C000:201' }),
    line({ ip: '192.0.2.1' }),
  ]);
  expect(row).toMatchObject({ accepted: 1, duplicate: 2 });
});

test('grades are translated by the profile, absent ones are unknown, others are refused', async () => {
  const profile: ImportProfile = {
    ...PROFILE,
    fields: { ...PROFILE.fields, grade: { column: 'software' } },
    grades: { D: 'direct-transfer', H: 'hearsay' },
  };
  const row = await importLines(
    ['D', 'H', '', 'X'].map((software, n) => line({ software, guid: `a${n}` })),
    profile,
  );
  expect((await rowsOf(row, 'grade')).map(({ grade }) => grade)).toEqual([
    'direct-transfer',
    'hearsay',
    'unknown',
  ]);
  expect(row.refusals).toEqual({ 'grade-unknown': 1 });
});

test('the same file with the same profile is imported once, and says so', async () => {
  const path = await node.write('log.csv', [HEADER, line()]);
  const first = await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
  const again = await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
  expect(first.alreadyImported).toBe(false);
  expect(again).toEqual({ import: first.import, alreadyImported: true, resumedRows: 0 });
  expect(await importsOf(db, OPERATION)).toHaveLength(1);
});

test('two imports of one file at once become one', async () => {
  const path = await node.write('log.csv', [HEADER, line()]);
  const request = { operationId: OPERATION, path, profile: PROFILE };
  const both = await Promise.all([
    importLog(node.ctx, ANALYST, request),
    importLog(node.ctx, ANALYST, request),
  ]);
  expect(both.filter(({ alreadyImported }) => alreadyImported)).toHaveLength(1);
  expect(await lakeEntries()).toEqual([both[0].import.importId]);
});

test('an import is in the custody log with the digests of file and profile', async () => {
  const row = await importLines([line()]);
  const [event] = await listEvents(db, { subject: { kind: 'import', id: row.importId } });
  expect(event).toMatchObject({
    kind: 'observations.imported',
    actor: 'officer_1',
    facts: { fileSha256: row.fileSha256, profileDigest: row.profileDigest, read: 1, accepted: 1, refused: 0 },
  });
});

test('removing an import removes its folder and its row, and is recorded', async () => {
  const row = await importLines([line()]);
  await removeImport(node.ctx, ANALYST, {
    operationId: OPERATION,
    importId: row.importId,
    reason: 'wrong operation',
  });
  expect(await importsOf(db, OPERATION)).toEqual([]);
  expect(await lakeEntries()).toEqual([]);
  expect(await listEvents(db, { subject: { kind: 'import', id: row.importId } })).toHaveLength(2);
});

describe('a file that cannot be a log is refused whole', () => {
  const cases: readonly (readonly [string, string, string | Buffer])[] = [
    ['an empty file', 'observations/log-empty', ''],
    ['a header without rows', 'observations/log-empty', `${HEADER}\n`],
    ['a column that the profile names and the log has not', 'observations/column-missing', 'time,ip\n1,2\n'],
    ['UTF-16', 'observations/log-not-text', Buffer.from(`\uFEFF${HEADER}\n`, 'utf16le')],
    ['a program', 'observations/log-not-text', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 10])],
    ['a file without a line break', 'observations/log-not-text', 'x'.repeat(1024 ** 2 + 1)],
    [
      'a gzip file that was cut',
      'observations/log-truncated',
      gzipSync(`${HEADER}\n${line()}\n`.repeat(50)).subarray(0, -9),
    ],
  ];
  test.each(cases)('%s', async (_, code, content) => {
    const path = join(node.folder, 'log.csv');
    await writeFile(path, content);
    await expect(importing(path)).rejects.toMatchObject({ code });
    expect(await importsOf(db, OPERATION)).toEqual([]);
    expect(await lakeEntries()).toEqual([]);
  });

  test('a large gzip file that was cut in the middle', async () => {
    const path = join(node.folder, 'log.csv.gz');
    const rows = Array.from({ length: 60_000 }, (_, n) => line({ guid: fileHash(n * 7919) }));
    const whole = gzipSync([HEADER, ...rows].join('\n'));
    await writeFile(path, whole);
    await truncate(path, Math.floor(whole.length / 2));
    await expect(importing(path)).rejects.toMatchObject({ code: 'observations/log-truncated' });
    expect(await lakeEntries()).toEqual([]);
  });

  test('a file that is not there', async () => {
    await expect(importing('/nowhere/log.csv')).rejects.toMatchObject({
      code: 'observations/log-unreadable',
    });
  });
});

test('gzip, a byte order mark, carriage returns and quoted fields make no difference', async () => {
  const columns = 'line::INTEGER AS line, observed_at, client_id, software, file_hash';
  const lines = [line({ software: '"Wire, ""fast"""' }), line({ guid: 'BB' })];
  const plain = await importLines(lines);
  const rows = await rowsOf(plain, columns);
  await removeImport(node.ctx, ANALYST, {
    operationId: OPERATION,
    importId: plain.importId,
    reason: 'again',
  });
  const path = join(node.folder, 'other.csv.gz');
  await writeFile(path, gzipSync(`\uFEFF${[HEADER, ...lines].join('\r\n')}\r\n`));
  expect(await rowsOf(await importing(path), columns)).toEqual(rows);
});

describe('a row that an earlier import has', () => {
  const importOf = async (name: string, guids: string[]) =>
    importing(await node.write(name, [HEADER, ...guids.map((guid) => line({ guid }))]));
  const idsOf = async (row: ObservationImport) =>
    (await rowsOf(row, 'client_id')).map(({ client_id: id }) => id);

  test('is a duplicate of the later one, whatever else differs between the files', async () => {
    const first = await importOf('first.csv', ['a1', 'a2', 'a3']);
    const second = await importOf('second.csv', ['a4', 'a2', 'a2', 'a5', 'a3']);
    expect(first).toMatchObject({ read: 3, accepted: 3, duplicate: 0 });
    expect(second).toMatchObject({ read: 5, accepted: 2, duplicate: 3 });
    expect(await idsOf(second)).toEqual(['a4', 'a5']);
  });

  test('belongs to the later one once the earlier is removed', async () => {
    const first = await importOf('first.csv', ['a1', 'a2', 'a3']);
    const second = await importOf('second.csv', ['a4', 'a2', 'a2', 'a5', 'a3']);
    const third = await importOf('third.csv', ['a2', 'a5', 'a6']);
    await removeImport(node.ctx, ANALYST, {
      operationId: OPERATION,
      importId: first.importId,
      reason: 'wrong file',
    });
    const [left, last] = await importsOf(db, OPERATION);
    expect(left).toMatchObject({ importId: second.importId, read: 5, accepted: 4, duplicate: 1 });
    expect(last).toMatchObject({ importId: third.importId, read: 3, accepted: 1, duplicate: 2 });
    expect(left && (await idsOf(left))).toEqual(['a4', 'a2', 'a5', 'a3']);
    const events = await listEvents(db, { subject: { kind: 'import', id: second.importId } });
    expect(events.at(-1)).toMatchObject({ kind: 'observations.import-recounted', facts: { duplicate: 1 } });
  });
});

test('line numbers hold past 100 000 rows with blank and broken lines among them', async () => {
  const lines = Array.from({ length: 130_000 }, (_, n) =>
    n % 40_000 === 7 ? '' : n % 50_000 === 9 ? 'broken' : line({ guid: n.toString(16), hash: '' }),
  );
  const row = await importLines(lines);
  expect(row).toMatchObject({ read: 130_000 - 4, refused: 3, accepted: 130_000 - 7 });
  const wrong = await rowsOf(row, 'line::INTEGER AS line, client_id');
  expect(wrong.filter(({ line: at, client_id: id }) => (Number(at) - 2).toString(16) !== id)).toEqual([]);
});

test('an aborted import stops and leaves nothing', async () => {
  const path = await node.write('log.csv', [
    HEADER,
    ...Array.from({ length: 200_000 }, (_, n) => line({ guid: n.toString(16) })),
  ]);
  const abort = new AbortController();
  const running = importLog(node.ctx, ANALYST, {
    operationId: OPERATION,
    path,
    profile: PROFILE,
    signal: abort.signal,
    onProgress: () => abort.abort(new Error('stopped by the officer')),
  });
  await expect(running).rejects.toThrow('stopped by the officer');
  expect(await importsOf(db, OPERATION)).toEqual([]);
  expect(await lakeEntries()).toEqual([]);
  expect(await readdir(node.ctx.paths.temporary)).toEqual([]);
});

test('an officer without the role imports nothing', async () => {
  const path = await node.write('log.csv', [HEADER, line()]);
  await expect(
    importLog(node.ctx, STRANGER, { operationId: OPERATION, path, profile: PROFILE }),
  ).rejects.toMatchObject({ code: 'access/denied' });
});
