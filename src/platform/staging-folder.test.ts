import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isIcarusError } from '#core/errors.ts';
import { stagingFile, stagingFolder } from './staging-folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'icarus-staging-'));
});
afterEach(() => rm(root, { recursive: true }));

const text = (content: string) => Buffer.from(content);
const targetExists = (error: unknown) => isIcarusError(error, 'seal/target-exists');

test('files appear all at once on commit, readable by their owner alone', async () => {
  const sink = await stagingFolder(join(root, 'opened'));
  const file = await sink.create('dossiers/a.txt');
  await file.write(text('one '));
  await file.write(text('two'));
  await file.close();
  expect((await readdir(root)).every((name) => name.startsWith('.opened.partial-'))).toBe(true);
  await sink.commit();
  expect(await readdir(root)).toEqual(['opened']);
  expect(await readFile(join(root, 'opened/dossiers/a.txt'), 'utf8')).toBe('one two');
  expect((await stat(join(root, 'opened/dossiers/a.txt'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(root, 'opened/dossiers'))).mode & 0o777).toBe(0o700);
});

test('discard leaves nothing behind', async () => {
  const sink = await stagingFolder(join(root, 'opened'));
  await (await sink.create('a/b/c.txt')).close();
  await sink.discard();
  expect(await readdir(root)).toEqual([]);
});

test('nothing that is there is written over, not even what came while staging', async () => {
  await mkdir(join(root, 'opened'));
  await expect(stagingFolder(join(root, 'opened'))).rejects.toSatisfy(targetExists);
  const sink = await stagingFolder(join(root, 'late'));
  await symlink('/nowhere', join(root, 'late'));
  await expect(sink.commit()).rejects.toSatisfy(targetExists);
  await sink.discard();
  await writeFile(join(root, 'x.icarus'), 'kept');
  await expect(stagingFile(join(root, 'x.icarus'))).rejects.toSatisfy(targetExists);
  expect(await readFile(join(root, 'x.icarus'), 'utf8')).toBe('kept');
});

test('one name is created once', async () => {
  const sink = await stagingFolder(join(root, 'opened'));
  await (await sink.create('a.txt')).close();
  await expect(sink.create('a.txt')).rejects.toThrow(/EEXIST/);
  await sink.discard();
});

test('a single file appears on commit and not before', async () => {
  const file = await stagingFile(join(root, 'x.icarus'));
  await file.write(text('sealed'));
  expect(await readdir(root)).not.toContain('x.icarus');
  await file.commit();
  expect(await readFile(join(root, 'x.icarus'), 'utf8')).toBe('sealed');
  const other = await stagingFile(join(root, 'y.icarus'));
  await other.discard();
  expect(await readdir(root)).toEqual(['x.icarus']);
});
