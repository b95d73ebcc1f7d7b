import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { CHAPTERS, LEVEL_OF } from './levels.ts';
import { asvsPage, readAnswers, VERDICTS } from './page.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const docs = (name: string): Promise<string> => readFile(join(PROJECT, 'docs', name), 'utf8');
const answers = readAnswers(await docs('asvs.tsv'));

test('the list of requirements is the whole standard: 70 of level 1, 183 of level 2, 92 of level 3', () => {
  const levels = [...LEVEL_OF.values()];
  expect([1, 2, 3].map((level) => levels.filter((one) => one === level).length)).toEqual([70, 183, 92]);
});

test('every requirement of levels 1 and 2 has one verdict, in the order of the standard', () => {
  const wanted = [...LEVEL_OF].filter(([, level]) => level <= 2);
  expect(answers.map(({ requirement, level }) => [requirement, level])).toEqual(wanted);
  for (const { requirement, verdict, asks } of answers) {
    expect(VERDICTS, requirement).toContain(verdict);
    expect(asks, requirement).not.toBe('');
    expect(Object.keys(CHAPTERS)).toContain(requirement.split('.')[0]);
  }
});

test('what is met by test names tests that are there; everything else says where or why', () => {
  for (const { requirement, verdict, tests, why } of answers) {
    expect(tests.length > 0, requirement).toBe(verdict === 'test');
    if (verdict !== 'test') expect(why, requirement).not.toBe('');
    for (const named of tests) {
      expect(named, requirement).toMatch(/\.test\.ts$/);
      expect(existsSync(join(PROJECT, named)), `${requirement}: ${named}`).toBe(true);
    }
    for (const [, page = ''] of why.matchAll(/\b((?:docs|src|test|proofs)\/[\w./-]*\w)/g))
      expect(existsSync(join(PROJECT, page)), `${requirement}: ${page}`).toBe(true);
  }
});

test('docs/asvs.md is current: `npm run docs:asvs` writes it', async () => {
  expect(await docs('asvs.md')).toBe(asvsPage(answers));
});
