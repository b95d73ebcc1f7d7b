import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '#core/error-codes.ts';
import { FILE_KINDS } from './files.ts';
import { limitsPage, readLimits } from './page.ts';
import { valueOf } from './values.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const text = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const limits = readLimits(text('docs/limits.tsv'));
const modules = globSync('src/**/*.ts', { cwd: PROJECT }).filter(
  (path) => !/\.test\.ts$|^src\/(web|exercise|opener)\//.test(path),
);

test('docs/limits.md is current: `npm run docs:limits` writes it', () => {
  expect(text('docs/limits.md')).toBe(limitsPage(limits));
});

test('a limit is shown as the code has it', () => {
  expect(valueOf('src/server/requests/front-door.ts HEAD_WITHIN_MS')).toBe('20 s');
  expect(valueOf('src/observations/making-routes.ts LIMIT_BYTES')).toBe('4 GiB');
  expect(valueOf('src/access/consultation/reason.ts REASON_LENGTH')).toBe('10 to 500');
  expect(valueOf('setting sessionHours hours')).toBe('12 hours (`sessionHours`)');
  expect(() => valueOf('src/server/requests/front-door.ts GONE')).toThrow('no constant GONE');
});

/** Where requests, officers and files come in. */
const DOORS = /^src\/(server|access)\/|(routes|uploads?)\.ts$/;
const LIMIT =
  /^(?:export )?const ((?:MOST|MAX|LONGEST|LARGEST|LEAST)(?:_[A-Z_]+)?|(?:[A-Z_]+_)?(?:LIMIT|LIFE|WITHIN|HOURS)(?:_[A-Z]+)?) = [^{]/gm;

test('every limit at a door of the node stands on the page', () => {
  const named = new Set(limits.map(({ source }) => source.split(' ').slice(0, 2).join(' ')));
  const found = modules
    .filter((path) => DOORS.test(path))
    .flatMap((path) => [...text(path).matchAll(LIMIT)].map(([, name]) => `${path} ${name}`));
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter((one) => !named.has(one))).toEqual([]);
});

test('every place where a file comes in says what is taken there and what becomes of another', () => {
  const doors = modules.filter((path) => text(path).includes('takesBytes: true'));
  expect(FILE_KINDS.map(({ door }) => door).sort()).toEqual(doors.sort());
});

test('every code on the page is one that the node gives', () => {
  const codes = limits.flatMap(({ over }) =>
    [...over.matchAll(/`([a-z-]+\/[a-z-]+)`/g)].map(([, code]) => code),
  );
  expect(codes.filter((code) => !(String(code) in ERROR_CODES))).toEqual([]);
});
