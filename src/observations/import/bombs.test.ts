import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import {
  ANALYST,
  fileHash,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { openLake } from '#observations/lake.ts';
import { importsOf } from '#observations/store.ts';
import { loadSeverityList } from '#observations/targets/severity.ts';
import { sqlText } from '#platform/duckdb.ts';
import { UNPACK_LIMITS, UNPACK_WINDOW_BYTES } from '#platform/unpacking.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { peakBytes } from '#test/peak-bytes.ts';
import { importLog } from './import.ts';
import { importFolder } from './import-folder.ts';
import { decompressed } from './log-bytes.ts';

const MIB = 1024 ** 2;
const PACKERS = { gzip: gzipSync, zstd: zstdCompressSync } as const;
type Packer = keyof typeof PACKERS;
const packers = Object.keys(PACKERS) as Packer[];

/** One window of the same good row, packed. */
const dense = Object.fromEntries(
  packers.map((packer) => {
    const row = `${line()}\n`;
    return [packer, PACKERS[packer](row.repeat(Math.ceil(UNPACK_WINDOW_BYTES / row.length)))];
  }),
) as Record<Packer, Buffer>;

/** Rows as a tool writes them, no two alike. */
function rows(from: number, count: number): string {
  const at = (n: number) => new Date(Date.UTC(2011, 8, 1) + n * 977).toISOString();
  return Array.from({ length: count }, (_, n) =>
    line({ time: at(from + n), guid: fileHash((from + n) * 7919), hash: fileHash((from + n) * 104_729) }),
  )
    .join('\n')
    .concat('\n');
}

let database: TestDatabase;
let node: TestNode;
beforeAll(async () => {
  database = await testDatabase();
  node = await testNode(database.db);
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

const tooFar = { code: 'observations/unpacks-too-far' };
const ask = (path: string) => ({ operationId: OPERATION, path, profile: PROFILE });

/** What an import can leave: folders of the lake, spilled text, drafts, records. */
async function left(): Promise<unknown> {
  const { paths, db } = node.ctx;
  const files = async (folder: string) =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  return {
    lake: await files(paths.lake),
    temporary: await files(paths.temporary),
    drafts: await db.selectFrom('import_draft').select('id').execute(),
    imports: (await importsOf(db, OPERATION)).length,
  };
}

describe.each(packers)('%s', (packer) => {
  let before: unknown;
  beforeEach(async () => {
    await importLog(node.ctx, ANALYST, ask(await node.write('good.csv', [HEADER, line()])));
    before = await left();
  });

  async function refused(name: string, parts: readonly Buffer[]): Promise<void> {
    const path = join(node.folder, name);
    await writeFile(path, Buffer.concat(parts));
    await expect(importLog(node.ctx, ANALYST, ask(path))).rejects.toMatchObject(tooFar);
    expect(await left()).toEqual(before);
  }

  test('a log of kilobytes that unpacks to gigabytes is refused, and nothing of it is left', async () => {
    const bomb = [PACKERS[packer](`${HEADER}\n`), ...Array.from({ length: 64 }, () => dense[packer])];
    await refused(`bomb.${packer}`, bomb);
    expect((await stat(join(node.folder, `bomb.${packer}`))).size).toBeLessThan(16 * MIB);
  });

  test('a log that begins well and goes on as a bomb is refused like one that is a bomb from the start', async () => {
    const good = PACKERS[packer](`${HEADER}\n${rows(0, 100_000)}`);
    await refused(`turns.${packer}`, [good, ...Array.from({ length: 8 }, () => dense[packer])]);
  });

  test('a log of a tool passes, however often it is packed in one file', async () => {
    const frames = Array.from({ length: 4 }, (_, n) => PACKERS[packer](rows(n * 50_000, 50_000)));
    const path = join(node.folder, `honest.${packer}`);
    await writeFile(path, Buffer.concat([PACKERS[packer](`${HEADER}\n`), ...frames]));
    const { import: done } = await importLog(node.ctx, ANALYST, ask(path));
    expect(done).toMatchObject({ read: 200_000 });
  }, 60_000);

  test('more than may come out in all is refused at constant memory', async () => {
    const limits = { mostBytes: 640 * MIB, mostTimes: 1_000_000 };
    const source = Readable.from(Array.from({ length: 64 }, () => dense[packer]));
    const atFirst = peakBytes();
    let bytes = 0;
    const unpack = async () => {
      for await (const chunk of decompressed(source, { compression: packer, name: 'log', limits }))
        bytes += chunk.length;
    };
    await expect(unpack()).rejects.toMatchObject({
      ...tooFar,
      message: expect.stringContaining('ICARUS_UNPACKED_LIMIT_BYTES'),
    });
    expect(bytes).toBeGreaterThan(600 * MIB);
    expect(bytes).toBeLessThanOrEqual(limits.mostBytes);
    expect(peakBytes() - atFirst).toBeLessThan(200 * MIB);
  });

  test('address data that is a bomb is refused, and no snapshot is left', async () => {
    const path = join(node.folder, `asn.tsv.${packer}`);
    await writeFile(path, Buffer.concat(Array.from({ length: 8 }, () => dense[packer])));
    const request = { operationId: OPERATION, paths: [path], loader: 'iptoasn', date: '2011-09-01' } as never;
    await expect(loadSnapshot(node.ctx, ANALYST, request)).rejects.toMatchObject(tooFar);
    expect(await left()).toEqual(before);
  });
});

test('a list of codes that is a bomb is refused', async () => {
  const path = join(node.folder, 'codes.csv.gz');
  await writeFile(path, Buffer.concat([gzipSync('hash,code\n'), dense.gzip, dense.gzip]));
  await expect(loadSeverityList(node.ctx, ANALYST, { operationId: OPERATION, path })).rejects.toMatchObject(
    tooFar,
  );
});

test('Parquet of kilobytes with more rows than bytes is refused', async () => {
  const path = join(node.folder, 'bomb.parquet');
  await using duck = await openLake({ temporaryFolder: node.ctx.paths.temporary });
  await duck.run(`COPY (SELECT '2011-09-01T10:00:00Z' AS time, '192.0.2.1' AS ip, '6346' AS port, 'AA' AS guid,
    'W' AS software, '${fileHash(1)}' AS hash, '1' AS size FROM range(2000000)) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2000000)`);
  const before = await left();
  await expect(importLog(node.ctx, ANALYST, ask(path))).rejects.toMatchObject(tooFar);
  expect(await left()).toEqual(before);
});

test('a bomb in a folder of logs keeps none of the others from being imported', async () => {
  const folder = join(node.folder, 'logs');
  await mkdir(folder);
  await writeFile(
    join(folder, '1.csv.zst'),
    Buffer.concat([zstdCompressSync(`${HEADER}\n`), dense.zstd, dense.zstd]),
  );
  await writeFile(join(folder, '2.csv'), `${HEADER}\n${line({ guid: 'BB77' })}\n`);
  const outcomes = [];
  for await (const outcome of importFolder(node.ctx, ANALYST, ask(folder))) outcomes.push(outcome);
  expect(outcomes.map(({ error }) => error?.code ?? 'imported')).toEqual([tooFar.code, 'imported']);
});

test('the administrator can allow more', async () => {
  const path = join(node.folder, 'allowed.csv.gz');
  await writeFile(path, Buffer.concat([gzipSync(`${HEADER}\n`), dense.gzip]));
  const ctx = { ...node.ctx, unpacking: { ...UNPACK_LIMITS, mostTimes: 10_000 } };
  await expect(importLog(node.ctx, ANALYST, ask(path))).rejects.toMatchObject(tooFar);
  const { import: done } = await importLog(ctx, ANALYST, ask(path));
  expect(done.read).toBeGreaterThan(500_000);
}, 60_000);
