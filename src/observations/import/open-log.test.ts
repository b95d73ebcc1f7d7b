import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isIcarusError } from '#core/errors.ts';
import { HEADER, line, PROFILE } from '#observations/fixtures.ts';
import { openLake } from '#observations/lake.ts';
import { sqlText } from '#platform/duckdb.ts';
import type { Expected } from './log-head.ts';
import { type OpenLog, openLog } from './open-log.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-open-log-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const TEXT = `${HEADER}\n${line()}\n${line({ guid: 'BB' })}\n`;

async function fileOf(content: string | Buffer): Promise<string> {
  const path = join(folder, `${createHash('sha256').update(content).digest('hex').slice(0, 12)}.log`);
  await writeFile(path, content);
  return path;
}

async function textOf(log: OpenLog): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of log.text) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function opened(content: string | Buffer, expected: Expected = PROFILE) {
  await using log = await openLog({ path: await fileOf(content) }, { expected, temporaryFolder: folder });
  const text = await textOf(log);
  return { ...log, text, ...log.soFar() };
}

async function parquet(name: string): Promise<string> {
  const path = join(folder, name);
  await using duck = await openLake({ temporaryFolder: folder });
  await duck.run(
    `COPY (SELECT '2011-09-01T10:00:00Z' AS time, '192.0.2.1' AS ip, 'AA' AS guid FROM range(1000)) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  return path;
}

describe('what a log is compressed with shows in its content', () => {
  const forms: readonly (readonly [string, Buffer])[] = [
    ['none', Buffer.from(TEXT)],
    ['gzip', gzipSync(TEXT)],
    ['zstd', zstdCompressSync(TEXT)],
  ];
  test.each(forms)('%s', async (compression, bytes) => {
    expect(await opened(bytes)).toMatchObject({
      compression,
      format: 'csv',
      columns: HEADER.split(','),
      text: TEXT,
      headerBytes: HEADER.length + 1,
      sizeBytes: bytes.length,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  test('frames after each other are one log', async () => {
    const halves = [TEXT.slice(0, 90), TEXT.slice(90)];
    for (const pack of [gzipSync, zstdCompressSync])
      expect((await opened(Buffer.concat(halves.map((half) => pack(half))))).text).toBe(TEXT);
  });

  test.each([
    ['xz', 'fd377a585a00'],
    ['bzip2', '425a6839'],
    ['ZIP', '504b030414'],
  ])('%s is named where it cannot be read', async (name, hex) => {
    await expect(opened(Buffer.from(hex, 'hex'))).rejects.toThrow(name);
  });

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('%s that was cut is refused wherever it was cut', async (_, pack) => {
    const whole = pack(`${TEXT}${line({ software: 'x'.repeat(500) })}\n`.repeat(20));
    for (const length of [5, 20, Math.floor(whole.length / 2), whole.length - 1])
      await expect(opened(whole.subarray(0, length))).rejects.toMatchObject({
        code: 'observations/log-truncated',
      });
  });
});

describe('how a log is written shows in its first line', () => {
  test('tabs', async () => {
    expect(await opened(TEXT.replaceAll(',', '\t'))).toMatchObject({ format: 'tsv', delimiter: '\t' });
  });

  test('a byte order mark and carriage returns belong to no column', async () => {
    expect(await opened(`\uFEFF${TEXT.replaceAll('\n', '\r\n')}`)).toMatchObject({
      columns: HEADER.split(','),
      headerBytes: HEADER.length + 5,
    });
  });

  test('objects, whose fields are named by their JSON pointers', async () => {
    const object = { time: 'x', peer: { ip: 'y', 'a/b': 1 }, guid: 'z', tags: ['t'] };
    const text = `${JSON.stringify(object)}\n${JSON.stringify({ more: true })}\n`;
    expect(await opened(text, {})).toMatchObject({
      format: 'ndjson',
      delimiter: null,
      columns: ['/time', '/peer/ip', '/peer/a~1b', '/guid', '/tags', '/more'],
      text,
    });
  });

  test('without a profile, what cuts it into the most columns', async () => {
    expect(await opened('a;b;"c,d"\n1;2;3\n', {})).toMatchObject({
      delimiter: ';',
      columns: ['a', 'b', 'c,d'],
    });
  });

  test('another delimiter than the profile’s is named', async () => {
    await expect(opened(TEXT.replaceAll(',', ';'))).rejects.toMatchObject({
      code: 'observations/delimiter-wrong',
      message: expect.stringMatching(/expects commas .* looks separated by semicolons/),
    });
    await expect(opened(TEXT, { ...PROFILE, delimiter: '|' })).rejects.toThrow(/separated by commas/);
  });

  test('a column that is not there is named, with those that are', async () => {
    await expect(opened('time,ip\n1,2\n')).rejects.toMatchObject({
      code: 'observations/column-missing',
      message: expect.stringContaining('time, ip'),
    });
    await expect(opened('{"time": 1, "ip": 2}\n')).rejects.toMatchObject({
      code: 'observations/column-missing',
      message: expect.stringContaining('/time, /ip'),
    });
  });
});

test.each([
  ['UTF-16 (little-endian)', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['UTF-16 (big-endian)', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
  ['UTF-16 (little-endian)', Buffer.from(TEXT, 'utf16le')],
  ['UTF-16 (big-endian)', Buffer.from(TEXT, 'utf16le').swap16()],
  ['UTF-32 (little-endian)', Buffer.from([0xff, 0xfe, 0, 0, 0x74, 0, 0, 0])],
])('a log in %s is refused by its encoding’s name', async (encoding, bytes) => {
  await expect(opened(bytes)).rejects.toMatchObject({
    code: 'observations/log-not-text',
    message: expect.stringContaining(encoding),
  });
});

describe('standard input', () => {
  test('is read as a file is, under the name that it is given', async () => {
    const input = { stream: Readable.from([gzipSync(TEXT)]), name: 'july.csv' };
    await using log = await openLog(input, { expected: PROFILE, temporaryFolder: folder });
    expect(log).toMatchObject({ name: 'july.csv', compression: 'gzip', sizeBytes: undefined });
    expect(await textOf(log)).toBe(TEXT);
    expect(log.soFar()).toMatchObject({ bytes: gzipSync(TEXT).length });
  });

  test('without line ends is refused after a bounded part of it', async () => {
    let given = 0;
    const chunk = Buffer.alloc(1024 ** 2, 'x');
    async function* endless() {
      yield Buffer.from(TEXT);
      for (; given < 100 * 1024; given++) yield chunk;
    }
    const input = { stream: Readable.from(endless(), { objectMode: false }), name: 'endless' };
    await using log = await openLog(input, { expected: PROFILE, temporaryFolder: folder });
    await expect(
      (async () => {
        for await (const part of log.text) expect(part.length).toBeLessThanOrEqual(2 * 1024 ** 2);
      })(),
    ).rejects.toMatchObject({ code: 'observations/log-not-text' });
    expect(given).toBeLessThan(100);
  });

  test('stops where the reader does', async () => {
    const stop = new AbortController();
    const waiting = new Readable({ read() {} });
    waiting.push(TEXT);
    const input = { stream: waiting, name: 'waiting' };
    const log = await openLog(input, { expected: PROFILE, temporaryFolder: folder, signal: stop.signal });
    const reading = textOf(log);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow();
  });
});

describe('Parquet', () => {
  test('is known by its content, and read where it lies', async () => {
    const path = await parquet('plain.parquet');
    await using log = await openLog({ path }, { temporaryFolder: folder });
    expect(log).toMatchObject({ format: 'parquet', columns: ['time', 'ip', 'guid'], parquetPath: path });
    expect(await textOf(log)).toBe('');
    expect(log.soFar().sha256).toBe(
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  });

  test('that comes as a stream or compressed lies on the disk while it is read', async () => {
    const bytes = await readFile(await parquet('stream.parquet'));
    const before = await readdir(folder);
    for (const packed of [bytes, gzipSync(bytes)]) {
      await using log = await openLog(
        { stream: Readable.from([packed]), name: 'x.parquet' },
        { temporaryFolder: folder },
      );
      expect(log.columns).toEqual(['time', 'ip', 'guid']);
      expect(log.soFar().bytes).toBe(packed.length);
    }
    expect(await readdir(folder)).toEqual(before);
  });

  test('that was cut is refused', async () => {
    const bytes = await readFile(await parquet('cut.parquet'));
    for (const length of [8, 200, bytes.length - 1])
      await expect(opened(bytes.subarray(0, length), {})).rejects.toMatchObject({
        code: 'observations/log-truncated',
      });
  });
});

test('a log that is refused is not held open', async () => {
  const path = await fileOf(TEXT.replaceAll(',', ';'));
  const open = async () => (await readdir('/proc/self/fd').catch(() => [])).length;
  const before = await open();
  for (let n = 0; n < 10; n++)
    await openLog({ path }, { expected: PROFILE, temporaryFolder: folder }).catch(() => undefined);
  await expect.poll(open).toBeLessThanOrEqual(before + 2);
});

test('no bytes crash the opening: they are a log, or there is a sentence', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(`${HEADER}\n${text}`)),
    fc.uint8Array({ maxLength: 60 }).map((tail) => Buffer.concat([gzipSync(TEXT).subarray(0, 30), tail])),
    fc.uint8Array({ maxLength: 60 }).map((tail) => Buffer.concat([Buffer.from('PAR1'), tail])),
    fc.uint8Array({ maxLength: 60 }).map((tail) => Buffer.concat([Buffer.from('28b52ffd', 'hex'), tail])),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom(PROFILE, {}), async (content, expected) => {
      const found = await opened(Buffer.from(content), expected).catch((error: unknown) => error);
      if (found instanceof Error) expect(isIcarusError(found)).toBe(true);
      else expect(found).toMatchObject({ bytes: content.length });
    }),
    { numRuns: 60 },
  );
});
