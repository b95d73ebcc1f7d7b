/** The archive's disk is really full, and rounds are really cut off: what was there stays, and it goes on when it can. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveCheck } from '#assembly/condition/types.ts';
import { type SmallDisk, smallDisk } from '#test/small-disk.ts';
import { canMount } from '#test/small-disk-node.ts';
import { archiveRound } from './archiver.ts';
import { type ArchivedNode, archivedNode, officersOf } from './fixtures.ts';
import { keepArchive } from './keep.ts';
import { readArchive } from './layout.ts';
import { openArchive } from './open-archive.ts';
import { restoreTo } from './restore-to.ts';
import { readStanding } from './standing.ts';

let archived: ArchivedNode;

beforeAll(async () => {
  archived = await archivedNode();
  await archived.act('before');
}, 60_000);
afterAll(async () => {
  await archived?.[Symbol.asyncDispose]();
});

const standing = () => readStanding(archived.node.ctx.paths.home);
const check = async () => archiveCheck(await standing(), Date.now());

/** Files that are being written, or were left so. */
async function unfinished(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  return (await readdir(folder, { recursive: true })).filter((name) => name.includes('.partial-'));
}

async function piecesIn(folder: string): Promise<string[]> {
  return (await readArchive(folder)).flatMap(({ pieces }) => pieces.map(({ file }) => file)).sort();
}

/** Files of the node or its server that this process holds open, and should not once a round is over. */
async function heldOpen(): Promise<string[]> {
  const open = await readdir('/proc/self/fd');
  const paths = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(archived.settings.dataDir) && !path.includes('.s.PGSQL'));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(20)) if (await holds()) return;
  throw new Error('it did not come about within 30 s');
}

test.skipIf(!canMount)(
  'a full archive disk raises the alarm and loses nothing: with room, the archive goes on by itself without a gap',
  async () => {
    await using disk: SmallDisk = await smallDisk(96);
    const target = { ...archived.options.target!, folder: join(disk.path, 'archive'), everySeconds: 1 };
    await mkdir(target.folder);
    const kept = keepArchive(archived.node.ctx, { ...archived.options, target });
    try {
      await until(async () => (await standing())?.until !== null && (await standing())?.failing === null);
      await archived.act('one');
      const reached = (await standing())?.until ?? '';
      await until(async () => ((await standing())?.until ?? '') > reached);
      await disk.fill();
      await archived.act('two');
      await until(async () => (await standing())?.failing !== null);
      expect((await standing())?.failing?.code).toBe('disk/full');
      expect(await check()).toMatchObject({
        state: 'degraded',
        says: expect.stringMatching(/reaches from .* has not gone on since .* is full/),
      });
      const there = await piecesIn(target.folder);
      const meanwhile = await archived.act('three');
      await until(async () => (await unfinished(target.folder)).length === 0);
      expect(await piecesIn(target.folder)).toEqual(there);
      await disk.empty();
      await until(async () => ((await standing())?.until ?? '') > meanwhile.toISOString());
      expect((await standing())?.failing).toBeNull();
      expect((await check()).state).toBe('ok');
      await kept.stop();
      // One generation, and a gap in it would be refused.
      expect(await readArchive(target.folder)).toHaveLength(1);
      const { config, ...asked } = archived.request(meanwhile, 'again');
      await restoreTo({ ...asked, config, folder: target.folder });
      await archived.look('again', async (opened) => {
        expect(await officersOf(opened)).toEqual(['before', 'one', 'three', 'two']);
        for (const name of ['one', 'two', 'three'])
          expect(existsSync(join(opened.ctx.paths.inbox, name)), name).toBe(true);
      });
    } finally {
      await kept.stop();
    }
  },
  120_000,
);

test.skipIf(!canMount)(
  'a disk that the first copy does not fit on says so and keeps nothing of it, and takes it when there is room',
  async () => {
    await using disk: SmallDisk = await smallDisk(96);
    const target = { ...archived.options.target!, folder: join(disk.path, 'archive') };
    await mkdir(target.folder);
    await disk.fill(1024 ** 2);
    await expect(archived.round({ target })).rejects.toMatchObject({ code: 'disk/full' });
    expect(await readdir(join(target.folder, 'mt'))).toEqual([]);
    expect(await heldOpen()).toEqual([]);
    await disk.empty();
    await archived.round({ target });
    expect(await readArchive(target.folder)).toHaveLength(1);
  },
  60_000,
);

test('a copy of all that is cancelled leaves nothing, and the next round begins it anew', async () => {
  const { node, options, place, round } = archived;
  const stop = new AbortController();
  const cancelled = archiveRound(node.ctx, options, stop.signal);
  await Promise.all([
    expect(cancelled).rejects.toThrow('enough'),
    until(async () => (await unfinished(place('archive'))).length > 0).then(() =>
      stop.abort(new Error('enough')),
    ),
  ]);
  expect(await readdir(place('archive/mt'))).toEqual([]);
  expect(await heldOpen()).toEqual([]);
  await round();
  expect(await readArchive(place('archive'))).toHaveLength(1);
}, 60_000);

test('a round that is cancelled leaves no half piece, and the next one goes on without a gap', async () => {
  const { node, options, place, round, act } = archived;
  const large = join(node.ctx.paths.inbox, 'large');
  await writeFile(large, randomBytes(96 * 1024 ** 2));
  await act('cancelled');
  const before = await piecesIn(place('archive'));
  const stop = new AbortController();
  const cancelled = archiveRound(node.ctx, options, stop.signal);
  await Promise.all([
    expect(cancelled).rejects.toThrow('enough'),
    until(async () => (await unfinished(place('archive'))).length > 0).then(() =>
      stop.abort(new Error('enough')),
    ),
  ]);
  expect(await unfinished(place('archive'))).toEqual([]);
  expect(await heldOpen()).toEqual([]);
  expect(await piecesIn(place('archive'))).toEqual(before);
  expect((await standing())?.failing).toBeNull();
  await rm(large);
  const moment = await act('after');
  await round();
  const chosen = await openArchive(place('archive'), archived.withKeys(), moment);
  expect(chosen.pieces).toHaveLength(before.length + 1);
}, 60_000);

test('rounds that are stopped end at once, with no word of a failure', async () => {
  const { node, options, place, act } = archived;
  await writeFile(join(node.ctx.paths.inbox, 'large'), randomBytes(96 * 1024 ** 2));
  await act('stopping');
  const before = await piecesIn(place('archive'));
  const kept = keepArchive(node.ctx, options);
  await until(async () => (await unfinished(place('archive'))).length > 0);
  await kept.stop();
  expect(await unfinished(place('archive'))).toEqual([]);
  expect(await heldOpen()).toEqual([]);
  expect(await piecesIn(place('archive'))).toEqual(before);
  expect((await standing())?.failing).toBeNull();
}, 60_000);
