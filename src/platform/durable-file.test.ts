import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isIcarusError } from '#core/errors.ts';
import { durableFile, syncing } from './durable-file.ts';
import { stagingFolder } from './staging-folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'icarus-durable-'));
});
afterEach(() => rm(root, { recursive: true }));

const diskFull = (error: unknown) => isIcarusError(error, 'disk/full');

test('a file of many chunks, small and large, is on the disk whole and in order', async () => {
  const chunks = [0, 1, 700_000, 16, 600_000, 65_536, 1_500_000, 3].map((size) => randomBytes(size));
  const path = join(root, 'file');
  const file = durableFile(await open(path, 'wx'), root);
  for (const chunk of chunks) await file.write(chunk);
  await file.close();
  expect((await readFile(path)).equals(Buffer.concat(chunks))).toBe(true);
});

test('a full disk is told with the write after it, and at the latest when the file is closed', async () => {
  const small = durableFile(await open('/dev/full', 'w'), 'the disk');
  await small.write(Buffer.from('one'));
  await expect(small.close()).rejects.toSatisfy(diskFull);
  const large = durableFile(await open('/dev/full', 'w'), 'the disk');
  const writeOn = async () => {
    for (let i = 0; i < 4; i++) await large.write(Buffer.alloc(600_000));
  };
  await expect(writeOn()).rejects.toSatisfy(diskFull);
  await expect(large.close()).rejects.toSatisfy(diskFull);
});

test('a folder of more files than are made durable at once is there whole after commit', async () => {
  const sink = await stagingFolder(join(root, 'opened'));
  for (let i = 0; i < 40; i++) {
    const file = await sink.create(`folder ${i % 3}/${i}.txt`);
    await file.write(Buffer.from(`${i}`));
    await file.close();
  }
  await sink.commit();
  const names = await readdir(join(root, 'opened'), { recursive: true });
  expect(names.filter((name) => name.endsWith('.txt'))).toHaveLength(40);
  expect(await readFile(join(root, 'opened/folder 1/37.txt'), 'utf8')).toBe('37');
});

test('what fails behind the caller’s back fails the whole, however much went well after it', async () => {
  const syncs = syncing();
  await syncs.add(() => Promise.reject(new Error('no such device')));
  for (let i = 0; i < 20; i++) await syncs.add(() => Promise.resolve());
  await expect(syncs.done()).rejects.toThrow('no such device');
});
