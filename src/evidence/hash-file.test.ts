import { createHash } from 'node:crypto';
import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examineEntry } from './hash-file.ts';
import { rawPathOf } from './path-text.ts';

async function oneFile(content: Buffer | string) {
  const root = await mkdtemp(join(tmpdir(), 'icarus-hash-'));
  const path = join(root, 'file');
  await writeFile(path, content);
  return {
    root,
    path,
    examine: (onRead?: (bytes: number) => void) =>
      examineEntry(
        { path: rawPathOf('file'), sizeBytes: content.length },
        { root: rawPathOf(root), buffer: Buffer.alloc(4096), ...(onRead ? { onRead } : {}) },
      ),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

test('gives the three hashes of an empty file, of a short one, and of one at and beyond one read', async () => {
  for (const length of [0, 1, 4095, 4096, 4097, 50_000]) {
    const content = Buffer.alloc(length, 'drawn by nobody ');
    await using file = await oneFile(content);
    const { hashes, problem, sizeBytes } = file.examine();
    expect(problem).toBeNull();
    expect(sizeBytes).toBe(length);
    for (const algorithm of ['md5', 'sha1', 'sha256'] as const) {
      expect(hashes?.[algorithm]).toBe(createHash(algorithm).update(content).digest('hex'));
    }
  }
});

test('does not examine a file that grows, shrinks or is written over while it is read', async () => {
  const changes = [
    (path: string) => appendFileSync(path, 'more'),
    (path: string) => truncateSync(path, 10),
    (path: string) => appendFileSync(path, ''.padEnd(1)),
  ];
  for (const change of changes) {
    await using file = await oneFile(Buffer.alloc(20_000));
    let reads = 0;
    const finding = file.examine(() => {
      if (reads++ === 1) change(file.path);
    });
    expect(finding.problem?.reason).toBe('changed-while-read');
    expect(finding.hashes).toBeNull();
  }
});

test('says that a file vanished, or became a link, between the walk and the reading', async () => {
  await using file = await oneFile('here today');
  await rm(file.path);
  expect(file.examine().problem).toEqual({ reason: 'vanished', detail: 'ENOENT' });
  await symlink('/etc/hostname', file.path);
  expect(file.examine().problem?.reason).toBe('link');
});

test('leaves the times of the file as they were', async () => {
  await using file = await oneFile('at rest');
  const before = statSync(file.path);
  file.examine();
  const after = statSync(file.path);
  expect([after.atimeMs, after.mtimeMs, after.ctimeMs]).toEqual([
    before.atimeMs,
    before.mtimeMs,
    before.ctimeMs,
  ]);
});
