import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isLeftBehind, processName } from './process-name.ts';

/** Beyond the largest number that the system gives to a process. */
const NO_PROCESS = 2 ** 30;

test('what a process of this machine made is left behind once it no longer runs', async () => {
  expect(await isLeftBehind('/nowhere', `${processName()}-a`)).toBe(false);
  expect(await isLeftBehind('/nowhere', `${processName().replace(/\d+$/, '')}${NO_PROCESS}-a`)).toBe(true);
  expect(await isLeftBehind('/nowhere', `${NO_PROCESS}-a`)).toBe(true);
});

test('what another machine made is left alone until nobody can be at it any more', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-process-'));
  try {
    const name = `another_machine.${NO_PROCESS}-a`;
    expect(await isLeftBehind(folder, name)).toBe(false);
    await utimes(folder, new Date(0), new Date(0));
    expect(await isLeftBehind(folder, name)).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what bears the name of no process is left behind', async () => {
  expect(await isLeftBehind('/nowhere', 'import_01')).toBe(true);
});
