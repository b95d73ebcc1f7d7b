import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANALYST, HEADER, line, NOW, OPERATION, PROFILE, STRANGER } from '#observations/fixtures.ts';
import { openLake } from '#observations/lake.ts';
import { nodePaths } from '#platform/context.ts';
import { sqlText } from '#platform/duckdb.ts';
import { EXAMPLE_NAMES, exampleLog, exampleProfile } from './examples.ts';
import { describeLog, previewLog } from './preview.ts';
import type { ImportProfile } from './profile.ts';

let folder: string;
let ctx: Parameters<typeof previewLog>[0];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-preview-'));
  ctx = { paths: await nodePaths(folder), clock: { now: () => NOW } };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function previewText(text: string | Buffer, profile: ImportProfile = PROFILE) {
  const input = { stream: Readable.from([Buffer.from(text)]), name: 'log.csv' };
  return previewLog(ctx, ANALYST, { operationId: OPERATION, input, profile });
}

test('each row shows what it becomes, or why it is refused, under its line', async () => {
  const lines = [
    line(),
    '',
    line({ ip: '192.0.2.999' }),
    'too,few',
    line({ software: '"two\nlines"', port: '', hash: '' }),
    line({ guid: 'a\0b' }),
  ];
  const preview = await previewText(`${[HEADER, ...lines].join('\n')}\n`);
  expect(preview).toMatchObject({ format: 'csv', compression: 'none', accepted: 2, refused: 3, more: false });
  expect(preview.rows).toMatchObject([
    {
      line: 2,
      refusal: null,
      values: {
        time: '2011-09-01T10:00:00.000Z',
        address: '192.0.2.1',
        port: '6346',
        clientId: 'aa00',
        hashAlgorithm: 'sha1',
        fileSize: '1000',
        grade: 'direct-browse',
        tool: null,
      },
    },
    { line: 4, values: null, refusal: { code: 'address-unreadable', column: 'ip', value: '192.0.2.999' } },
    { line: 5, refusal: { code: 'line-malformed', column: null, value: 'too,few' } },
    { line: 6, values: { software: 'two\nlines', port: null, fileHash: null, hashAlgorithm: null } },
    { line: 7, refusal: { code: 'client-id-not-text', column: 'guid' } },
  ]);
});

test('only the first hundred rows are looked at', async () => {
  const lines = Array.from({ length: 100_000 }, (_, n) => line({ guid: n.toString(16) }));
  const preview = await previewText(zstdCompressSync([HEADER, ...lines].join('\n')));
  expect(preview).toMatchObject({ accepted: 100, compression: 'zstd', more: true });
  expect(preview.rows.at(-1)).toMatchObject({ line: 101, values: { clientId: '63' } });
});

test('a line of ten megabytes is one refused row among others', async () => {
  const preview = await previewText(
    [HEADER, line(), `${'x'.repeat(10_000_000)},`, line({ guid: 'BB' })].join('\n'),
  );
  expect(preview.rows.map(({ line: at, refusal }) => [at, refusal?.words ?? null])).toEqual([
    [2, null],
    [3, 'the line is too long'],
    [4, null],
  ]);
});

test('objects nested deeply, and lines that are none, are told apart', async () => {
  const profile: ImportProfile = {
    ...PROFILE,
    format: 'ndjson',
    fields: { time: { column: 'time' }, address: { column: '/peer/ip' }, clientId: { column: '$.peer.id' } },
  };
  const good = { time: '2011-09-01T10:00:00Z', peer: { ip: '192.0.2.1', id: 'AA' } };
  const deep = `${JSON.stringify(good).slice(0, -1)},"more":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const lines = [JSON.stringify(good), '[1]', 'no', deep, '{"time":', '{}'];
  const { rows } = await previewText(`${lines.join('\n')}\n`, profile);
  expect(rows.map(({ line: at, refusal }) => [at, refusal?.code ?? null])).toEqual([
    [1, null],
    [2, 'line-malformed'],
    [3, 'line-malformed'],
    [4, null],
    [5, 'line-malformed'],
    [6, 'time-missing'],
  ]);
});

test('Parquet is previewed from where it lies, its times as they are stored', async () => {
  const path = join(folder, 'log.parquet');
  {
    await using duck = await openLake({ temporaryFolder: folder });
    await duck.run(`COPY (SELECT TIMESTAMPTZ '2011-09-01 10:00:00+00' + to_seconds(n) AS time, '192.0.2.1' AS ip, 6346 AS port, 'A' || n AS guid,
      'Wire/1' AS software, NULL::VARCHAR AS hash, 5 AS size FROM range(300) t(n)) TO ${sqlText(path)} (FORMAT parquet)`);
  }
  const preview = await previewLog(ctx, ANALYST, {
    operationId: OPERATION,
    input: { path },
    profile: PROFILE,
  });
  expect(preview).toMatchObject({ format: 'parquet', accepted: 100, more: true });
  expect(preview.rows[1]).toMatchObject({
    line: 2,
    values: { time: '2011-09-01T10:00:01.000Z', port: '6346', clientId: 'a1', fileHash: null },
  });
});

test('a log without a profile is described: its format and its columns', async () => {
  const path = join(folder, 'unknown.log');
  await writeFile(path, 'when;who\n1;2\n');
  expect(await describeLog(ctx, ANALYST, { operationId: OPERATION, input: { path } })).toEqual({
    format: 'csv',
    compression: 'none',
    delimiter: ';',
    columns: ['when', 'who'],
  });
});

test.each(EXAMPLE_NAMES)('the %s example reads its synthetic log, but for one row', async (name) => {
  const profile = await exampleProfile(name);
  const input = { path: exampleLog(name) };
  const preview = await previewLog(ctx, ANALYST, { operationId: OPERATION, input, profile });
  expect(preview).toMatchObject({ accepted: 37, refused: 1, more: false });
  const grades = new Set(preview.rows.flatMap(({ values }) => values?.grade ?? []));
  expect(grades).toEqual(new Set(['direct-transfer', 'direct-browse', 'hearsay']));
  for (const { values } of preview.rows)
    if (values) expect(values).toMatchObject({ fileHash: expect.stringMatching(/^[0-9a-f]{32,40}$/) });
});

test('an officer without the role sees nothing', async () => {
  const input = { path: exampleLog('emule') };
  await expect(
    previewLog(ctx, STRANGER, { operationId: OPERATION, input, profile: PROFILE }),
  ).rejects.toMatchObject({ code: 'access/denied' });
});

test('a path that names more than one value, or none, is refused before the log is read', async () => {
  const profile = await exampleProfile('bittorrent');
  const input = { path: exampleLog('bittorrent') };
  for (const column of ['$[', '$.*', '$..id', '$a'])
    await expect(
      previewLog(ctx, ANALYST, {
        operationId: OPERATION,
        input,
        profile: { ...profile, fields: { ...profile.fields, software: { column } } },
      }),
    ).rejects.toMatchObject({ code: 'observations/profile-invalid' });
});
