import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import { runsOf } from '#observations/store.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { type PackageNet, packageNet } from '#test/packages.ts';
import { approvePackage } from './approve.ts';
import { composePackages } from './compose.ts';
import { contentFolder, measureContent } from './folder.ts';
import type { ContentsDocument, TargetDocument } from './types.ts';

let scene: PackageNet;
beforeAll(async () => {
  scene = await packageNet();
});
afterAll(() => scene[Symbol.asyncDispose]());

async function loadLater(name: string, text: string, loader: 'range-csv' | 'carrier-nat') {
  const path = join(scene.lead.paths.temporary, `${name}.csv`);
  await writeFile(path, text);
  const { operationId } = scene;
  const said = { operationId, paths: [path], source: name, validFrom: new Date('2011-09-01T00:00:00Z') };
  await loadSnapshot(
    scene.lead,
    scene.analyst,
    loader === 'range-csv'
      ? { ...said, loader, columns: { prefix: 'net', country: 'cc' }, priority: 1 }
      : { ...said, loader },
  );
}

test('a source that is loaded later changes no frozen package; the next one states it', async () => {
  const { lead, analyst, approver, operationId } = scene;
  const read = async <T>(packageId: string, file: string) =>
    JSON.parse(await readFile(join(contentFolder(lead.paths, packageId as never), file), 'utf8')) as T;
  const packages = await composePackages(lead, analyst, { operationId });
  const poland = packages.find(({ country }) => country === 'PL')!;
  await approvePackage(lead, approver, poland);
  const folder = contentFolder(lead.paths, poland.packageId);
  const frozen = await measureContent(folder);
  const contents = await read<ContentsDocument>(poland.packageId, 'contents.json');
  const targets = await read<TargetDocument[]>(poland.packageId, 'targets.json');

  // Asked before the others, it says of all addresses of Poland that they are in Malta.
  await loadLater('later', 'net,cc\n192.0.2.0/24,MT\n', 'range-csv');
  await loadLater('later nat', 'prefix,note\n198.51.100.0/24,shared\n', 'carrier-nat');
  expect(await attribute(lead, analyst, { operationId })).toMatchObject({ disagreements: 4, carrierNat: 1 });
  const [, rested] = await runsOf(lead.db, operationId);
  for (let i = 0; i < 3; i++) await attribute(lead, analyst, { operationId });
  // The targets rest on the first run until they are built again.
  expect((await runsOf(lead.db, operationId)).map(({ runId }) => runId)).toContain(rested?.runId);
  await buildTargets(lead, analyst, { operationId });

  expect(await measureContent(folder)).toEqual(frozen);
  expect(frozen.digest).toBe(poland.digest);
  expect(await read<TargetDocument[]>(poland.packageId, 'targets.json')).toEqual(targets);
  expect(contents.attribution.map(({ source }) => source)).toEqual(['test ranges']);

  const malta = (await composePackages(lead, analyst, { operationId, countries: ['MT'] }))[0]!;
  const next = await read<ContentsDocument>(malta.packageId, 'contents.json');
  expect(next.attribution.map(({ source, date }) => `${source} ${date}`)).toEqual([
    'later 2011-09-01',
    'later nat 2011-09-01',
    'test ranges 2011-09-01',
  ]);
  expect(next.counts.targets).toBeGreaterThan(1);
});
