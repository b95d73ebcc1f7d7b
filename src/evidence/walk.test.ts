import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedNames } from './name-sort.ts';
import { rawPath, rawPathOf, shownPath } from './path-text.ts';
import { type WalkEntry, walkFolder } from './walk.ts';

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'icarus-walk-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function walk(root: string, after?: WalkEntry): WalkEntry[] {
  return [
    ...walkFolder({ root: rawPathOf(root), spillFolder: tmpdir(), ...(after ? { after: after.path } : {}) }),
  ];
}

const shown = (entries: readonly WalkEntry[]) => entries.map(({ path }) => shownPath(path).text);

test('goes through folders in the order of the names, and reports files, not folders', async () => {
  await using root = await folder();
  await mkdir(join(root.path, 'b/c'), { recursive: true });
  await mkdir(join(root.path, 'empty'));
  for (const name of ['z', 'b/c/1', 'b/a', 'a', 'b.txt']) await writeFile(join(root.path, name), name);
  expect(shown(walk(root.path))).toEqual(['a', 'b/a', 'b/c/1', 'b.txt', 'z']);
});

test('goes on behind any entry with exactly what is left', async () => {
  await using root = await folder();
  for (const name of ['a/1', 'a/2/x', 'a/2/y', 'a.b', 'c/d/e/f', 'c/d/g', 'q']) {
    await mkdir(join(root.path, name, '..'), { recursive: true });
    await writeFile(join(root.path, name), '');
  }
  await symlink('..', join(root.path, 'c/d/up'));
  const all = walk(root.path);
  for (const [i, entry] of all.entries()) expect(walk(root.path, entry)).toEqual(all.slice(i + 1));
});

test('reports links and never follows them, so that no circle can hold it', async () => {
  await using root = await folder();
  await mkdir(join(root.path, 'a/b'), { recursive: true });
  await symlink('../..', join(root.path, 'a/b/round'));
  await symlink('self', join(root.path, 'self'));
  await symlink('/etc/hostname', join(root.path, 'outside'));
  const found = walk(root.path);
  expect(shown(found)).toEqual(['a/b/round', 'outside', 'self']);
  expect(found.every(({ problem }) => problem?.reason === 'link')).toBe(true);
});

test('reports a pipe without waiting for its writer', async () => {
  await using root = await folder();
  execFileSync('mkfifo', [join(root.path, 'pipe')]);
  expect(walk(root.path)[0]?.problem?.reason).toBe('not-a-file');
});

test('keeps names that are not UTF-8, byte for byte', async () => {
  await using root = await folder();
  const name = Buffer.from([0x66, 0xff, 0x2e, 0xfe]);
  writeFileSync(Buffer.concat([Buffer.from(`${root.path}/`), name]), 'x');
  const [entry] = walk(root.path);
  expect(entry?.path).toBe(rawPath(name));
  expect(entry?.sizeBytes).toBe(1);
});

test('reports a folder that vanishes while its neighbours are walked', async () => {
  await using root = await folder();
  await mkdir(join(root.path, 'b'));
  await writeFile(join(root.path, 'a'), '');
  await writeFile(join(root.path, 'b/c'), '');
  await writeFile(join(root.path, 'd'), '');
  const found: WalkEntry[] = [];
  for (const entry of walkFolder({ root: rawPathOf(root.path), spillFolder: tmpdir() })) {
    if (found.length === 0) rmSync(join(root.path, 'b'), { recursive: true });
    found.push(entry);
  }
  expect(shown(found)).toEqual(['a', 'b', 'd']);
  expect(found[1]?.problem).toEqual({ reason: 'vanished', detail: 'ENOENT' });
});

test('reports a path that is too long to open, and goes on', async () => {
  await using root = await folder();
  const script = 'for i in $(seq 40); do mkdir -p "$0" && cd "$0" || exit 1; done';
  execFileSync('bash', ['-c', script, 'n'.repeat(120)], { cwd: root.path });
  await writeFile(join(root.path, 'z'), '');
  const found = walk(root.path);
  expect(found.map(({ problem }) => problem?.reason)).toEqual(['path-too-long', undefined]);
  // Node cannot remove what it cannot name; rm goes down step by step.
  execFileSync('rm', ['-rf', root.path]);
});

test('sorts more names than it may hold', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[\x01-\x7f]{1,6}$/)),
      fc.integer({ min: 1, max: 5 }),
      (names, runLength) => {
        const sorted = [...sortedNames(names, { spillFolder: tmpdir(), runLength })];
        expect(sorted).toEqual([...names].sort((a, b) => (a < b ? -1 : 1)));
      },
    ),
    { numRuns: 60 },
  );
});
