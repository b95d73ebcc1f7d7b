import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listEvents } from '#custody/record.ts';
import { type PackageNet, POLISH_OPERATOR, packageNet } from '#test/packages.ts';
import { approvePackage } from './approve.ts';
import { composePackages } from './compose.ts';
import { contentFolder, measureContent } from './folder.ts';
import { type Package, packagesOf } from './store.ts';
import type { ContentsDocument, TargetDocument } from './types.ts';

async function compose(scene: PackageNet, countries?: ('PL' | 'MT')[]): Promise<Package[]> {
  return composePackages(scene.lead, scene.analyst, {
    operationId: scene.operationId,
    ...(countries && { countries }),
  });
}

async function readJson<T>(scene: PackageNet, one: Package, file: string): Promise<T> {
  return JSON.parse(await readFile(join(contentFolder(scene.lead.paths, one.packageId), file), 'utf8')) as T;
}

/** A lead that has composed all packages. Nothing is approved before the last test. */
let scene: PackageNet;
let packages: Package[];
beforeAll(async () => {
  scene = await packageNet();
  packages = await compose(scene);
});
afterAll(() => scene[Symbol.asyncDispose]());
const of = (country: string): Package => packages.find((one) => one.country === country)!;

test('each participating country with targets gets one package, and no other country does', async () => {
  expect(packages.map(({ country, targetCount }) => [country, targetCount])).toEqual([
    ['DK', 1],
    ['MT', 1],
    ['PL', 2],
  ]);
  expect(packages.every(({ state, version }) => state === 'composed' && version === 1)).toBe(true);
});

test('a package says what it holds, where it comes from and how it may be used', async () => {
  const poland = of('PL');
  const folder = contentFolder(scene.lead.paths, poland.packageId);
  expect((await readdir(folder)).sort()).toEqual([
    'addresses.csv',
    'contents.json',
    'dossiers',
    'observations.csv',
    'observations.parquet',
    'operation.json',
    'preservation',
    'summary.pdf',
    'targets.csv',
    'targets.json',
  ]);
  expect(await readJson<ContentsDocument>(scene, poland, 'contents.json')).toMatchObject({
    packageId: poland.packageId,
    country: 'PL',
    exercise: true,
    notice: 'exercise data',
    handling: { codes: ['H0'], text: '' },
    evaluation: { source: 'X', information: '4' },
    // The third Polish client is known by hearsay only: it is counted, not sent.
    counts: { targets: 2, targetsKnown: 3, observations: 3, addresses: 3 },
    ranking: { profile: 'urgency-2' },
    imports: [{ fileName: 'log.csv', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), profileVersion: 1 }],
    attribution: [{ source: 'test ranges', date: '2011-09-01' }],
    preservation: [{ operator: POLISH_OPERATOR, asn: 64_500, country: 'PL', targets: 2, lines: 3 }],
  });
});

test('a target carries its addresses with port, operator and times, and its reasons add up to its score', async () => {
  const poland = of('PL');
  const [first, second] = await readJson<TargetDocument[]>(scene, poland, 'targets.json');
  expect(first).toMatchObject({
    rank: 1,
    clientId: 'client-aa01',
    country: 'PL',
    observations: 2,
    filesBySeverity: [
      { severity: 'A', files: 1 },
      { severity: 'B', files: 0 },
      { severity: 'C', files: 0 },
      { severity: null, files: 1 },
    ],
    addresses: [
      {
        address: '192.0.2.2',
        port: 40_002,
        lastSeenAt: '2011-09-19T10:00:05.000Z',
        operator: POLISH_OPERATOR,
        asn: 64_500,
      },
      { address: '192.0.2.1', port: 40_001 },
    ],
    retention: {
      until: '2011-09-26T10:00:05.000Z',
      words: expect.stringMatching(
        /^How long operator Łódzka.* in Poland .*7 days are assumed: until 26 Sep 2011 10:00 UTC; \d+ hours left$/,
      ),
    },
    activity: [
      { day: '2011-09-18', observations: 1 },
      { day: '2011-09-19', observations: 1 },
    ],
  });
  expect(second?.rank).toBe(2);
  for (const target of [first, second]) {
    expect(target?.reasons.reduce((sum, { points }) => sum + points, 0)).toBe(target?.score);
    expect(await readdir(join(contentFolder(scene.lead.paths, poland.packageId), 'dossiers'))).toContain(
      target?.dossier.slice('dossiers/'.length),
    );
  }
});

test('no cell of a package opens as a formula', async () => {
  const poland = of('PL');
  for (const file of ['targets.csv', 'observations.csv']) {
    const text = await readFile(join(contentFolder(scene.lead.paths, poland.packageId), file), 'utf8');
    expect(text).toContain(`'=HYPERLINK`);
    expect(text).not.toMatch(/(^|,)"?=/m);
  }
});

test('the digest is that of the manifest that sha512sum and sha256sum make', async () => {
  const malta = of('MT');
  const bag = join(contentFolder(scene.lead.paths, malta.packageId), '..');
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-c', 'find data -type f | LC_ALL=C sort | xargs sha512sum | sha256sum'],
    { cwd: bag },
  );
  expect(stdout.slice(0, 64)).toBe(malta.digest);
});

test('composing again at the same instant gives the same bytes, but for the package’s own id', async () => {
  const digestsBut = async (one: Package) => {
    const { files } = await measureContent(contentFolder(scene.lead.paths, one.packageId));
    return files.filter(({ path }) => path !== 'contents.json' && !/\.(pdf|docx)$/.test(path));
  };
  const [first] = await compose(scene, ['PL']);
  const before = await digestsBut(first!);
  const [second] = await compose(scene, ['PL']);
  expect(await digestsBut(second!)).toEqual(before);
});

test('composing again replaces a package that nobody approved, under the next version number', async () => {
  const [first] = await compose(scene, ['PL']);
  const [second] = await compose(scene, ['PL']);
  expect(second).toMatchObject({ version: first!.version + 1, supersedes: null, state: 'composed' });
  const all = await packagesOf(scene.lead.db, scene.operationId);
  expect(all.filter(({ country }) => country === 'PL')).toEqual([second]);
  const folders = await readdir(scene.lead.paths.packages);
  expect(folders.toSorted()).toEqual(all.map(({ packageId }) => packageId as string).toSorted());
  const events = await listEvents(scene.lead.db, { subject: { kind: 'package', id: second!.packageId } });
  expect(events).toMatchObject([
    { kind: 'package.composed', facts: { replaces: first!.packageId, digest: second!.digest } },
  ]);
});

test('a composition that is broken off leaves everything as it was', async () => {
  const before = [
    await packagesOf(scene.lead.db, scene.operationId),
    await readdir(scene.lead.paths.packages),
  ];
  const stop = new AbortController();
  const broken = composePackages(scene.lead, scene.analyst, {
    operationId: scene.operationId,
    countries: ['PL'],
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  await expect(broken).rejects.toThrow(/abort/i);
  const after = [
    await packagesOf(scene.lead.db, scene.operationId),
    await readdir(scene.lead.paths.packages),
  ];
  expect(after).toEqual(before);
});

test('only the lead composes, only for participants, and only an officer with the role', async () => {
  const request = { operationId: scene.operationId };
  await expect(composePackages(scene.lead, scene.approver, request)).rejects.toMatchObject({
    code: 'access/denied',
  });
  await expect(
    composePackages(scene.lead, scene.analyst, { ...request, countries: ['SE'] }),
  ).rejects.toMatchObject({
    code: 'package/country-not-participating',
  });
});

test('an approved package is left as it is when the others are composed again', async () => {
  const poland = (await compose(scene)).find(({ country }) => country === 'PL')!;
  await approvePackage(scene.lead, scene.approver, poland);
  expect((await compose(scene)).map(({ country }) => country)).toEqual(['DK', 'MT']);
  await expect(compose(scene, ['PL'])).rejects.toMatchObject({ code: 'package/frozen' });
  const content = await measureContent(contentFolder(scene.lead.paths, poland.packageId));
  expect(content.digest).toBe(poland.digest);
});
