import { createHash } from 'node:crypto';
import { lstat, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnReader, readMapping } from '#crossmatch/mapping.ts';
import { normaliseSelector } from '#crossmatch/selectors.ts';
import { TOO_COMMON_ABOVE } from '#crossmatch/types.ts';
import type { ListRow } from '#evidence/list-rows.ts';
import { inspectListFile, readHashList } from '#evidence/read-hash-list.ts';
import { COMMON_NICKNAME, PLANTED_HITS } from '#exercise/scenario-matches.ts';
import { CIRCLE, exhibitPlan } from './exhibit-plan.ts';
import { codeOf, LISTS } from './hash-lists.ts';
import { HOLDINGS, HOLDINGS_MAPPING, holdingsCsv } from './holdings.ts';
import { drawPicture } from './pictures.ts';
import { selectorsOf } from './selectors.ts';
import { materialPaths, writeMaterial } from './write.ts';

const SEED = 'material';
const DEVICES = new Map([
  ['DK', { from: 0, to: 24 }],
  ['SE', { from: 18, to: 30 }],
]);

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'icarus-material-'));
  for (const home of ['one', 'two']) await write(join(place, home));
});
afterAll(() => rm(place, { recursive: true, force: true }));

function write(home: string): Promise<void> {
  const signal = new AbortController().signal;
  return writeMaterial(home, { seed: SEED, devices: DEVICES, signal, onProgress: () => {} });
}

async function filesOf(home: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found.set(path.slice(home.length), digestOf(await readFile(path), 'sha1'));
  }
  return found;
}

function digestOf(bytes: Buffer, algorithm: string): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

test('the same seed writes the same files to the byte, and another draws other pictures', async () => {
  const one = await filesOf(join(place, 'one'));
  expect(await filesOf(join(place, 'two'))).toEqual(one);
  expect(one.size).toBeGreaterThan(100);
  const picture = { number: 7 };
  expect(await drawPicture('other', picture)).not.toEqual(await drawPicture(SEED, picture));
});

test('writing again changes nothing', async () => {
  const before = await lstat(join(place, 'one'));
  await write(join(place, 'one'));
  expect((await lstat(join(place, 'one'))).ino).toBe(before.ino);
});

test('a device holds every planned file, and a link that leads back to where it lies', async () => {
  const folder = materialPaths(join(place, 'one')).device('DK');
  const plan = exhibitPlan({ from: 0, to: 24 });
  expect(new Set(plan.map(({ path }) => path)).size).toBe(plan.length);
  for (const { path } of plan) expect((await lstat(join(folder, path))).isFile()).toBe(true);
  expect(await readlink(join(folder, CIRCLE))).toBe('..');
});

test('a smaller copy shows the same and has another hash; two devices may hold the same file', async () => {
  const small = await drawPicture(SEED, { number: 12, smaller: true });
  expect(digestOf(small, 'sha1')).not.toBe(digestOf(await drawPicture(SEED, { number: 12 }), 'sha1'));
  const pictures = (range: { from: number; to: number }) => exhibitPlan(range).map(({ content }) => content);
  const onBoth = new Set(pictures({ from: 0, to: 24 }));
  expect(pictures({ from: 18, to: 30 }).filter((content) => onBoth.has(content)).length).toBeGreaterThan(6);
});

test('each list is read in its own format, skips only the row that is cut, and knows its pictures', async () => {
  const paths = materialPaths(join(place, 'one'));
  const formats: string[] = [];
  for (const { fileName } of Object.values(LISTS)) {
    const file = await inspectListFile(paths.list(fileName));
    const rows: ListRow[] = [];
    for await (const some of readHashList(file)) rows.push(...some);
    formats.push(file.format);
    expect(rows.filter((row) => 'skipped' in row)).toHaveLength(file.format === 'plain' ? 1 : 0);
    if (file.format !== 'vics') continue;
    const codes = new Map(rows.map((row) => ['hashes' in row ? row.hashes.sha1 : '', row]));
    for (let number = 0; number < 30; number++) {
      const row = codes.get(digestOf(await drawPicture(SEED, { number }), 'sha1'));
      expect(row && 'category' in row ? row.category : undefined).toBe(codeOf(number));
    }
  }
  expect(formats).toEqual(['plain', 'hashdeep', 'vics', 'csv']);
});

test('every person known is taken by the mapping, and one nickname is too common to match', () => {
  const [header = '', ...rows] = [...holdingsCsv(SEED)].map((line) => line.trimEnd());
  const { read } = columnReader(readMapping(HOLDINGS_MAPPING), header.split(','));
  const holdings = rows.map((row) => read(row.split(',')));
  expect(holdings).toHaveLength(HOLDINGS);
  expect(holdings.flatMap(({ refused }) => refused)).toEqual([]);
  const nickname = normaliseSelector('nickname', COMMON_NICKNAME.value);
  const common = holdings.filter(({ holding }) =>
    holding?.selectors.some(({ value }) => 'value' in nickname && value === nickname.value),
  );
  expect(common.length).toBeGreaterThan(TOO_COMMON_ABOVE);
});

test('both sides of a planted hit carry what they share, and nobody else does', () => {
  const values = new Map<string, string[]>();
  const carry = (reference: string, type: string, value: string) =>
    values.set(`${type} ${value}`, [...(values.get(`${type} ${value}`) ?? []), reference]);
  const [header = '', ...rows] = [...holdingsCsv(SEED)].map((line) => line.trimEnd());
  const { read } = columnReader(HOLDINGS_MAPPING, header.split(','));
  for (const row of rows) {
    const { holding } = read(row.split(','));
    for (const { type, value } of holding?.selectors ?? []) carry(holding?.reference ?? '', type, value);
  }
  const references = new Set(
    PLANTED_HITS.flatMap(({ sides }) => sides.filter((side) => /^[A-Z]{2}-\d+$/.test(side))),
  );
  for (const reference of references) {
    for (const { type, value } of selectorsOf(reference, SEED)) {
      const normalised = normaliseSelector(type, value);
      if ('value' in normalised) carry(reference, type, normalised.value);
    }
  }
  for (const { sides, shared } of PLANTED_HITS) {
    for (const { type, value } of shared) {
      const normalised = normaliseSelector(type, value);
      const carriers = 'value' in normalised ? values.get(`${type} ${normalised.value}`) : undefined;
      expect(carriers?.toSorted()).toEqual([...sides].sort());
    }
  }
});
