/** Every kept input, through its parser: what fuzzing once found is tried by every test run from then on. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkInput } from './check.ts';
import { readCorpus } from './corpus.ts';
import { CORPUS } from './fixed-party.ts';
import { FUZZ_TARGETS } from './targets.ts';

test('every folder of the corpus belongs to a parser, and every parser has one', () => {
  const folders = readdirSync(CORPUS).filter((name) => name !== 'keys');
  expect(folders).toEqual(FUZZ_TARGETS.map(({ name }) => name).sort());
});

describe.each(FUZZ_TARGETS.map((target) => ({ name: target.name, target })))('$name', ({ target }) => {
  test.each(readCorpus(target.name))('takes or refuses $name as it should', async ({ name, bytes }) => {
    const outcome = await checkInput(target, bytes);
    expect(outcome).not.toHaveProperty('why');
    // Inputs without a number in their name are the first ones, made to be taken.
    if (!/-[0-9a-f]{10}$/.test(name) && !name.endsWith('refused')) expect(outcome.kind).toBe('accepted');
  });
});
