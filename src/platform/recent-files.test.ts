import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RECENT_BYTES, readSmallFile } from './recent-files.ts';
import { newFile, newFolder } from './staging-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-recent-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const text = async (path: string) => Buffer.from(await readSmallFile(path)).toString('utf8');

test('a file that was just written is given out once without the disk, and then as it lies there', async () => {
  const path = join(folder, 'a');
  const file = await newFile(path);
  await file.write(Buffer.from('as '));
  await file.write(Buffer.from('written'));
  await file.commit();
  await writeFile(path, 'as changed');
  expect([await text(path), await text(path)]).toEqual(['as written', 'as changed']);
});

test('so is a file of a folder that was just unpacked', async () => {
  const sink = await newFolder(join(folder, 'b'));
  const file = await sink.create('deep/c');
  await file.write(Buffer.from('unpacked'));
  await file.close();
  await sink.commit();
  await writeFile(join(folder, 'b/deep/c'), 'changed');
  expect(await text(join(folder, 'b/deep/c'))).toBe('unpacked');
});

test('a larger file, and one that was given up, are not kept', async () => {
  const large = await newFile(join(folder, 'large'));
  await large.write(new Uint8Array(RECENT_BYTES));
  await large.write(new Uint8Array(1));
  await large.commit();
  await writeFile(join(folder, 'large'), 'changed');
  expect(await text(join(folder, 'large'))).toBe('changed');
  const given = await newFile(join(folder, 'given-up'));
  await given.write(Buffer.from('x'));
  await given.discard();
  await expect(readSmallFile(join(folder, 'given-up'))).rejects.toThrow('ENOENT');
});
