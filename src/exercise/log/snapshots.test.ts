import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadAddressRegistry } from './registry.ts';
import { exerciseFlagTables } from './snapshots.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-exercise-flags-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the tables of flags name a shared range of each country and the operators of rented servers', async () => {
  const registry = await loadAddressRegistry(['DK', 'NL']);
  const [shared, rented] = await exerciseFlagTables(folder, registry);
  expect([shared?.loader, rented?.loader]).toEqual(['carrier-nat', 'hosting']);
  const linesOf = async (path = '') => (await readFile(path, 'utf8')).trim().split('\n');
  expect(await linesOf(shared?.path)).toHaveLength(3);
  const systems = [...registry.values()].flatMap(({ hosting }) => hosting.map(({ asn }) => String(asn)));
  expect(systems.length).toBeGreaterThan(0);
  expect((await linesOf(rented?.path)).slice(1).map((line) => line.split(',')[0])).toEqual([
    ...new Set(systems),
  ]);
});
