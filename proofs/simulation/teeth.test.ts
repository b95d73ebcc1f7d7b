import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { MUTATIONS } from './mutations.ts';

const SIMULATE = join(import.meta.dirname, '..', 'simulate.ts');

const SOURCE = join(import.meta.dirname, '../../src');

test.each(MUTATIONS)('$name breaks a rule that is still written so', ({ file, edits }) => {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  for (const { find } of edits) expect(text.split(find), find).toHaveLength(2);
});

/** Seeds until one fails, over the test run's own server. */
function simulate(...args: readonly string[]) {
  const url = ['--database-url', inject('postgresUrl'), '--processes', '1'];
  const run = spawnSync(process.execPath, [SIMULATE, ...args, ...url, '--until-failure'], {
    encoding: 'utf8',
  });
  return { status: run.status, said: run.stdout + run.stderr };
}

test('a node that answers before its commit is found within five seeds', { timeout: 180_000 }, () => {
  const { status, said } = simulate('--seeds', '5', '--mutation', 'answers-before-the-commit');
  expect(said).toMatch(/answers that it has \S+, and has no row of it/);
  expect(status).toBe(1);
});

test('a seed goes the same way alone as after others', { timeout: 180_000 }, () => {
  // In it processes are killed while they make what they wrote durable.
  const { status, said } = simulate('--seed', '34', '--twice');
  expect(said).toMatch(/^PASSED$/m);
  expect(status).toBe(0);
});
