import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { openLake } from '#observations/lake.ts';
import type { DuckDb, DuckDbRow } from '#platform/duckdb.ts';
import { mmdbOf } from './fixtures-mmdb.ts';
import { flatten } from './flatten.ts';
import { fillRanges, type SnapshotRequest } from './loaders.ts';
import { checkRanges } from './range-table.ts';
import { recogniseLoader } from './recognise.ts';
import { plainFile } from './source-file.ts';

let folder: string;
let duck: DuckDb;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-loaders-'));
  duck = await openLake({ temporaryFolder: folder });
});
afterAll(async () => {
  await duck[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const operationId = 'operation_00000000000000000000000001' as OperationId;
const validFrom = new Date('2011-09-01T00:00:00Z');
let files = 0;

async function write(content: string | Uint8Array, name = 'file'): Promise<string> {
  const path = join(folder, `${files++}-${name}`);
  await writeFile(path, content);
  return path;
}

/** What a file becomes: its ranges, none inside another. */
async function load(
  content: string | Uint8Array,
  request: Partial<SnapshotRequest> & Pick<SnapshotRequest, 'loader'>,
): Promise<DuckDbRow[]> {
  const path = await write(content);
  const whole = { operationId, validFrom, path, paths: [path], ...request } as unknown as SnapshotRequest;
  const plain = [await plainFile(path, folder)];
  await fillRanges(duck, whole, { files: plain, folder });
  await checkRanges(duck, plain);
  await flatten(duck, 'loaded');
  return await duck.rows(`SELECT address_text(family, high_half(first), low_half(first)) AS first, address_text(family, high_half(last), low_half(last)) AS last,
    country, asn, operator, asns, note FROM flat ORDER BY family, flat.first`);
}

describe('a prefix-to-AS dump', () => {
  const dump = (...lines: string[]) => load(`${lines.join('\n')}\n`, { loader: 'pfx2as' });

  test('answers by the most specific prefix; several origins name no single system', async () => {
    const rows = await dump(
      '192.0.2.0\t24\t64500',
      '192.0.2.64\t26\t64501',
      '192.0.2.64\t32\t64502_64503',
      '2001:db8::\t32\t64504,64505',
    );
    expect(rows.map(({ first, last, asn, asns }) => [first, last, asn, asns])).toEqual([
      ['192.0.2.0', '192.0.2.63', 64500, [64500]],
      ['192.0.2.64', '192.0.2.64', null, [64502, 64503]],
      ['192.0.2.65', '192.0.2.127', 64501, [64501]],
      ['192.0.2.128', '192.0.2.255', 64500, [64500]],
      ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', null, [64504, 64505]],
    ]);
  });

  const broken: readonly (readonly [string, RegExp])[] = [
    ['192.0.2.0\t33\t64500', /line 1: the length of the prefix/],
    ['2001:db8::\t129\t64500', /line 1: the length of the prefix/],
    ['192.0.2.1\t24\t64500', /line 1: the prefix has bits beyond its length/],
    ['192.0.2.0\t24\t4294967296', /line 1: the autonomous system/],
    ['192.0.2.0\t24', /line 1: it does not have three columns/],
    ['192.0.2.0\t24\t1\n192.0.2.0\t24\t2', /line 1 and line 2 overlap/],
    ['<html><body>busy</body></html>', /web page/],
    ['', /empty/],
  ];
  test.each(broken)('is refused whole: %j', async (text, reason) => {
    await expect(dump(text)).rejects.toThrow(reason);
  });

  test('gives at every address what a look at all its prefixes gives', async () => {
    // A small corner of the address space, so that prefixes do lie inside each other.
    const prefix = fc
      .record({ length: fc.integer({ min: 20, max: 32 }), bits: fc.integer({ min: 0, max: 4095 }) })
      .map(({ length, bits }) => ({
        length,
        first: (0xc0000000 + (bits >> (32 - length)) * 2 ** (32 - length)) >>> 0,
      }));
    const dumps = fc.uniqueArray(prefix, {
      minLength: 1,
      maxLength: 25,
      selector: ({ first, length }) => `${first}/${length}`,
    });
    await fc.assert(
      fc.asyncProperty(dumps, async (prefixes) => {
        const text = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.');
        await dump(...prefixes.map(({ first, length }, i) => `${text(first)}\t${length}\t${i + 1}`));
        const rows = await duck.rows('SELECT first::BIGINT AS first, last::BIGINT AS last, asn FROM flat');
        for (let address = 0xc0000000; address < 0xc0000000 + 4096; address += 7) {
          const covering = prefixes.filter(
            ({ first, length }) => first <= address && address < first + 2 ** (32 - length),
          );
          const longest = covering.toSorted((a, b) => b.length - a.length)[0];
          const found = rows.filter(({ first, last }) => Number(first) <= address && address <= Number(last));
          expect(found.map(({ asn }) => asn)).toEqual(longest ? [prefixes.indexOf(longest) + 1] : []);
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe("IPtoASN's table", () => {
  test('gives country, system and its name; ranges that nobody announces say nothing', async () => {
    const rows = await load(
      '192.0.2.0\t192.0.2.127\t64500\tDK\tNET-DK Test\n192.0.2.128\t192.0.2.255\t0\tNone\tNot routed\n2001:db8::\t2001:db8::ffff\t64501\tNone\tX\n',
      { loader: 'iptoasn' },
    );
    expect(rows.map(({ first, country, asn, operator }) => [first, country, asn, operator])).toEqual([
      ['192.0.2.0', 'DK', 64500, 'NET-DK Test'],
      ['2001:db8::', null, 64501, 'X'],
    ]);
  });

  const broken: readonly (readonly [string, RegExp])[] = [
    ['192.0.2.0\t192.0.2.9\t64500\tDK\tA\n192.0.2.5\t192.0.2.20\t64501\tSE\tB', /line 1 and line 2 overlap/],
    ['192.0.2.9\t192.0.2.0\t64500\tDK\tA', /ends before it begins/],
    ['192.0.2.0\t2001:db8::\t64500\tDK\tA', /mixes/],
    ['192.0.2.0\t192.0.2.9\tAS1\tDK\tA', /autonomous system/],
    ['192.0.2.0\t192.0.2.9\t1\tDenmark\tA', /two letters/],
    ['192.0.2.0\t192.0.2.9\t1', /five columns/],
  ];
  test.each(broken)('is refused whole: %j', async (text, reason) => {
    await expect(load(`${text}\n`, { loader: 'iptoasn' })).rejects.toThrow(reason);
  });
});

describe('a table of flags', () => {
  test('takes ranges, prefixes inside each other, and autonomous systems, with notes', async () => {
    const rows = await load('prefix,asn,note\n192.0.2.0/24,,All of it\n192.0.2.7/32,,One\n,AS64500,Shop\n', {
      loader: 'carrier-nat',
    });
    expect(rows.map(({ first, last, note, country }) => [first, last, note, country])).toEqual([
      ['192.0.2.0', '192.0.2.6', 'All of it', null],
      ['192.0.2.7', '192.0.2.7', 'One', null],
      ['192.0.2.8', '192.0.2.255', 'All of it', null],
    ]);
    expect(await duck.rows('SELECT asn, note FROM system')).toEqual([{ asn: 64500, note: 'Shop' }]);
  });

  const broken: readonly (readonly [string, RegExp])[] = [
    ['prefix\n192.0.2.0/33', /line 2: the length/],
    ['prefix\n192.0.2.1/24', /line 2: the prefix has bits/],
    ['asn\n4294967296', /line 2: the autonomous system/],
    ['start,end\n192.0.2.9,192.0.2.0', /line 2: the range ends/],
    ['name\nTest', /no column names what is flagged/],
    ['prefix,asn,note\n,,empty', /line 2: the first address/],
  ];
  test.each(broken)('is refused whole: %j', async (text, reason) => {
    await expect(load(`${text}\n`, { loader: 'hosting' })).rejects.toThrow(reason);
  });
});

test('of dated lines the newest answers where they lie over each other', async () => {
  const rows = await load('net,cc,from\n192.0.2.0/24,DK,2011-01-01\n192.0.2.128/25,SE,2011-05-01\n', {
    loader: 'range-csv',
    columns: { prefix: 'net', country: 'cc', validFrom: 'from' },
  } as Partial<SnapshotRequest> & { loader: 'range-csv' });
  expect(rows.map(({ first, country }) => [first, country])).toEqual([
    ['192.0.2.0', 'DK'],
    ['192.0.2.128', 'SE'],
  ]);
});

describe('a compressed file', () => {
  const text = '192.0.2.0\t24\t64500\n';

  test('is read as what it holds', async () => {
    expect(await load(gzipSync(text), { loader: 'pfx2as' })).toHaveLength(1);
    expect(await load(zstdCompressSync(text), { loader: 'pfx2as' })).toHaveLength(1);
  });

  test('that is cut or damaged, or holds a web page, is refused whole', async () => {
    const whole = gzipSync(text.repeat(1000));
    await expect(load(whole.subarray(0, -9), { loader: 'pfx2as' })).rejects.toThrow(/damaged, or was cut/);
    const damaged = Buffer.from(whole);
    damaged[damaged.length - 6]! ^= 1;
    await expect(load(damaged, { loader: 'pfx2as' })).rejects.toThrow(/damaged, or was cut/);
    await expect(load(gzipSync('<!doctype html><p>busy'), { loader: 'pfx2as' })).rejects.toThrow(/web page/);
  });
});

test('a loader is recognised by content that leaves no doubt, and by nothing else', async () => {
  const recognise = async (content: string | Uint8Array) => await recogniseLoader(await write(content));
  expect(await recognise('# comment\n2|ripencc|20110901|0|19830705|20110831|+0200\n')).toBe('rir-delegated');
  expect(await recognise('2.3|apnic|20110901|0|19830705|20110831|+1000\n')).toBe('rir-delegated');
  expect(await recognise(gzipSync('192.0.2.0\t24\t64500_64501\n'))).toBe('pfx2as');
  expect(await recognise('192.0.2.0\t192.0.2.255\t0\tNone\tNot routed\n')).toBe('iptoasn');
  expect(await recognise(mmdbOf([]))).toBe('mmdb');
  for (const other of ['', 'start,end\n192.0.2.0,192.0.2.1\n', '<html>\n', Buffer.from('1f8b0800', 'hex')])
    expect(await recognise(other)).toBeUndefined();
});

test('no bytes whatever crash a loader: they load, or are refused with a reason', async () => {
  const requests: (Partial<SnapshotRequest> & Pick<SnapshotRequest, 'loader'>)[] = [
    { loader: 'rir-delegated' },
    { loader: 'pfx2as' },
    { loader: 'iptoasn' },
    { loader: 'mmdb' },
    { loader: 'hosting' },
    { loader: 'range-csv', columns: { start: 1, end: 2 } } as never,
  ];
  const good = mmdbOf([
    { family: 4, first: 0xc0000200n, length: 24, record: { country: { iso_code: 'DK' } } },
  ]);
  const bent = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((changes) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      return new Uint8Array(bytes);
    });
  const lines = fc
    .array(
      fc.constantFrom(
        '192.0.2.0',
        '\t',
        '24',
        ',',
        '\n',
        '2|ripencc',
        '"',
        '64500',
        '\0',
        'é',
        '::',
        '|',
        '-1',
      ),
      { maxLength: 30 },
    )
    .map((parts) => new Uint8Array(Buffer.from(parts.join(''), 'latin1')));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.uint8Array({ maxLength: 200 }), bent, lines),
      fc.nat(5),
      async (bytes, i) => {
        try {
          await load(bytes, requests[i] as never);
        } catch (error) {
          if (!(error instanceof IcarusError)) throw error;
          expect(error.code).toBe('observations/snapshot-invalid');
        }
      },
    ),
    { numRuns: 150 },
  );
});
