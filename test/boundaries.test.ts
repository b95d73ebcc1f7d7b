import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PROJECT = resolve(import.meta.dirname, '..');

/** Lints one file at `path` of an otherwise empty checkout with the project's own configuration. */
async function lint(path: string, source: string): Promise<string> {
  const checkout = await mkdtemp(join(tmpdir(), 'icarus-lint-'));
  try {
    await cp(join(PROJECT, 'oxlint.config.ts'), join(checkout, 'oxlint.config.ts'));
    await symlink(join(PROJECT, 'node_modules'), join(checkout, 'node_modules'));
    await mkdir(join(checkout, dirname(path)), { recursive: true });
    await writeFile(join(checkout, path), source);
    const node = join(PROJECT, 'node_modules/.bin/node');
    const oxlint = join(PROJECT, 'node_modules/oxlint/bin/oxlint');
    const run = promisify(execFile)(node, [oxlint, 'src'], { cwd: checkout });
    return await run.then(
      ({ stdout }) => stdout,
      (failed: { stdout: string }) => failed.stdout,
    );
  } finally {
    await rm(checkout, { recursive: true, force: true });
  }
}

test('lint refuses a room that imports from a later room', async () => {
  const said = await lint(
    'src/core/forbidden.ts',
    "import { sealPackage } from '#seal/seal.ts';\nexport const a = sealPackage;\n",
  );
  expect(said).toContain('The room core stands before this one');
});

test('lint refuses a web page that imports more than types from a room', async () => {
  const said = await lint(
    'src/web/forbidden.ts',
    "import { board } from '#results/board.ts';\nexport const a = board;\n",
  );
  expect(said).toContain('The web takes only types');
  const types = await lint(
    'src/web/fine.ts',
    "import type { Board } from '#results/board.ts';\nexport type A = Board;\n",
  );
  expect(types).toContain('0 errors');
});

test('lint refuses a path that climbs out of its room, and lets a downward import pass', async () => {
  expect(
    await lint('src/seal/forbidden.ts', "import { a } from '../core/errors.ts';\nexport const b = a;\n"),
  ).toContain('Use #room/file.ts');
  expect(
    await lint(
      'src/seal/fine.ts',
      "import { IcarusError } from '#core/errors.ts';\nexport const b = IcarusError;\n",
    ),
  ).toContain('0 errors');
});
