import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { isIcarusError } from '#core/errors.ts';
import {
  ANALYST,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { openLake } from '#observations/lake.ts';
import { importRows, piecesIn, withLines } from '#observations/lake-rows.ts';
import { importsOf } from '#observations/store.ts';
import type { ObservationImport } from '#observations/types.ts';
import { type DuckDbRow, sqlText } from '#platform/duckdb.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { EXAMPLE_NAMES, exampleLog, exampleProfile } from './examples.ts';
import { type ImportRequest, importLog } from './import.ts';
import type { ImportProfile } from './profile.ts';
import { openRejects } from './rejects.ts';

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

async function importing(
  request: Omit<ImportRequest, 'operationId' | 'profile'> & { profile?: ImportProfile },
): Promise<ObservationImport> {
  const asked = { operationId: OPERATION, profile: PROFILE, ...request };
  return (await importLog(node.ctx, ANALYST, asked)).import;
}

async function rowsOf(row: ObservationImport, columns: string): Promise<DuckDbRow[]> {
  await using duck = await openLake({ temporaryFolder: node.ctx.paths.temporary });
  const { lake } = node.ctx.paths;
  const all = importRows(row, { lake });
  return all === undefined
    ? []
    : duck.rows(`SELECT ${columns} FROM (${withLines(piecesIn(lake, row), all)}) ORDER BY line`);
}

async function refusedOf({ importId }: ObservationImport): Promise<string[]> {
  const { csv } = await openRejects(node.ctx, ANALYST, { operationId: OPERATION, importId });
  const parts: Buffer[] = [];
  for await (const part of csv) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8').trimEnd().split('\n').slice(1);
}

const FIELDS = Array.from({ length: 2000 }, (_, n) => ({
  guid: `a${n}`,
  ip: n % 3 ? '192.0.2.7' : '2001:db8::7',
  software: n % 5 ? 'Wire/1' : '',
  size: `${n}`,
}));
const LINES = FIELDS.map(line);
const NAMES = HEADER.split(',');
const OBJECTS = LINES.map((text) =>
  JSON.stringify(Object.fromEntries(text.split(',').map((value, index) => [NAMES[index], value]))),
);
const CSV = `${[HEADER, ...LINES].join('\n')}\n`;
const NDJSON = `${OBJECTS.join('\n')}\n`;

/** The rows of every form; `before` is how many lines come before the first. */
async function expectAll(row: ObservationImport, before: number): Promise<void> {
  expect(row).toMatchObject({ read: FIELDS.length, accepted: FIELDS.length });
  const columns =
    'line::INTEGER AS line, observed_at, address_text(family, address_high, address_low) AS ip, port, transport, client_id, software, file_size, grade';
  expect(await rowsOf(row, columns)).toEqual(
    FIELDS.map(({ guid, ip, software, size }, n) => ({
      line: n + 1 + before,
      observed_at: new Date('2011-09-01T10:00:00Z'),
      ip,
      port: 6346,
      transport: 'tcp',
      client_id: guid,
      software: software || null,
      file_size: BigInt(size),
      grade: 'direct-browse',
    })),
  );
}

describe('the same rows come of every form of a log', () => {
  const forms: readonly (readonly [string, string | Buffer, number])[] = [
    ['log.csv', CSV, 1],
    ['log.csv.gz', gzipSync(CSV), 1],
    ['log.csv.zst', zstdCompressSync(CSV), 1],
    ['log.tsv', CSV.replaceAll(',', '\t'), 1],
    ['log.ndjson', NDJSON, 0],
    ['log.ndjson.zst', zstdCompressSync(NDJSON), 0],
  ];
  test.each(forms)('%s', async (name, content, before) => {
    const path = join(node.folder, name);
    await writeFile(path, content);
    const row = await importing({ path, pieceBytes: 100_000 });
    expect(row).toMatchObject({
      fileName: name,
      fileSha256: createHash('sha256').update(content).digest('hex'),
    });
    await expectAll(row, before);
  });

  test('Parquet, in pieces of its rows', async () => {
    const csv = await node.write('log.csv', [HEADER, ...LINES]);
    const path = join(node.folder, 'log.parquet');
    {
      await using duck = await openLake({ temporaryFolder: node.folder });
      await duck.run(`COPY (SELECT time::TIMESTAMP::TIMESTAMPTZ AS time, * EXCLUDE (time, port, size), port::INTEGER AS port, size::BIGINT AS size
        FROM read_csv(${sqlText(csv)}, all_varchar = true)) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1000)`);
    }
    const row = await importing({ path, pieceBytes: 150_000 });
    expect(row.pieces).toHaveLength(2);
    await expectAll(row, 0);
  });

  test('a stream, which has a name and no place', async () => {
    const stream = Readable.from([gzipSync(NDJSON)]);
    const row = await importing({ path: 'stdin.ndjson', stream });
    expect(row.fileName).toBe('stdin.ndjson');
    await expectAll(row, 0);
  });

  test.each(EXAMPLE_NAMES)('the %s example is imported with its profile', async (name) => {
    const row = await importing({ path: exampleLog(name), profile: await exampleProfile(name) });
    expect(row).toMatchObject({ read: 38, accepted: 36, duplicate: 1, refused: 1 });
    const [first] = await rowsOf(
      row,
      'file_hash, hash_algorithm, network, destination_port, case_reference, flagged',
    );
    expect(first).toMatchObject(
      {
        gnutella: { hash_algorithm: 'sha1', network: 'gnutella', case_reference: '2011-103', flagged: true },
        emule: { hash_algorithm: 'ed2k', network: 'ed2k', destination_port: 4662, flagged: null },
        bittorrent: { hash_algorithm: 'btih', network: 'bittorrent', destination_port: 6881 },
      }[name],
    );
  });
});

test('lines that are no objects are refused under their number, blank ones are passed over', async () => {
  const [first = '', second = '', third = ''] = OBJECTS;
  const path = await node.write('log.ndjson', [first, '', '["no"]', second, '{"time":', third, '']);
  const row = await importing({ path });
  expect(row).toMatchObject({ read: 5, accepted: 3, refused: 2, refusals: { 'line-malformed': 2 } });
  expect((await rowsOf(row, 'line::INTEGER AS line')).map(({ line: at }) => at)).toEqual([1, 4, 6]);
  expect(await refusedOf(row)).toEqual([
    '3,"","[""no""]",the line is not a JSON object',
    '5,"","{""time"":",the line is not a JSON object',
  ]);
});

test('a line of ten megabytes and NUL bytes are refused rows among good ones', async () => {
  const path = await node.write('log.csv', [
    HEADER,
    line(),
    'x'.repeat(10_000_000),
    line({ guid: 'b\0b' }),
    '\0\0\0\0',
    line({ guid: 'cc', software: 'a\0' }),
    line({ guid: 'dd' }),
  ]);
  const row = await importing({ path });
  expect(row).toMatchObject({
    read: 6,
    accepted: 2,
    refusals: { 'client-id-not-text': 1, 'line-malformed': 2, 'software-not-text': 1 },
  });
  expect((await rowsOf(row, 'line::INTEGER AS line')).map(({ line: at }) => at)).toEqual([2, 7]);
});

test('lines that end in more than one way are rows all the same', async () => {
  const path = join(node.folder, 'log.csv');
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((guid) => line({ guid }));
  await writeFile(path, `${HEADER}\r\n${a}\n${b}\r\n\r\n${c}\r${d}\n`);
  const row = await importing({ path });
  expect(row).toMatchObject({ read: 4, accepted: 4 });
  expect((await rowsOf(row, 'client_id')).map(({ client_id: id }) => id)).toEqual(['a', 'b', 'c', 'd']);
});

test('damaged Parquet and a stream that was cut leave nothing', async () => {
  const path = join(node.folder, 'log.parquet');
  await using duck = await openLake({ temporaryFolder: node.folder });
  await duck.run(`COPY (SELECT '2011-09-01T10:00:00Z' AS time, '192.0.2.1' AS ip, 1 AS port, md5(n::VARCHAR) AS guid, '' AS software, '' AS hash, 1 AS size
    FROM range(50000) t(n)) TO ${sqlText(path)} (FORMAT parquet)`);
  const bytes = await readFile(path);
  bytes.fill(0xff, 1000, 200_000);
  await writeFile(path, bytes);
  await expect(importing({ path })).rejects.toMatchObject({ code: 'observations/log-truncated' });
  const cut = zstdCompressSync(`${[HEADER, ...LINES].join('\n')}\n`).subarray(0, -50);
  await expect(importing({ path: 'x.csv', stream: Readable.from([cut]) })).rejects.toMatchObject({
    code: 'observations/log-truncated',
  });
  expect(await importsOf(database.db, OPERATION)).toEqual([]);
});

test('whatever the bytes are, an import is whole and its counts reconcile, or there is none', async () => {
  const good = fc.integer({ min: 0, max: 50 }).map((n) => Buffer.from(line({ guid: `g${n}` })));
  const bad = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => Buffer.from(line({ guid: text }))),
    fc.constantFrom('', '"', '","', ',,,,,,', '\r', '"a\nb",,,,,,').map((text) => Buffer.from(text)),
  );
  const ends = fc.constantFrom('\n', '\r\n');
  const lines = fc.array(fc.oneof({ weight: 3, arbitrary: good }, bad), { minLength: 1, maxLength: 40 });
  let n = 0;
  await fc.assert(
    fc.asyncProperty(lines, ends, async (parts, end) => {
      const path = join(node.folder, `any-${n++}.csv`);
      const pieces = [Buffer.from(HEADER), ...parts].flatMap((part) => [part, Buffer.from(end)]);
      await writeFile(path, Buffer.concat(pieces));
      const before = (await importsOf(database.db, OPERATION)).length;
      const found = await importing({ path, pieceBytes: 2000 }).catch((error: unknown) => error);
      const after = await importsOf(database.db, OPERATION);
      if (found instanceof Error) {
        expect(isIcarusError(found)).toBe(true);
        expect(after).toHaveLength(before);
        return;
      }
      const row = found as ObservationImport;
      const refused = Object.values(row.refusals).reduce((sum, rows) => sum + rows, 0);
      expect(row.read).toBe(row.accepted + row.duplicate + row.refused);
      expect(row.refused).toBe(refused);
      expect(await rowsOf(row, 'line')).toHaveLength(row.accepted);
      expect((await refusedOf(row)).length).toBeGreaterThanOrEqual(row.refused);
    }),
    { numRuns: 4 },
  );
});
