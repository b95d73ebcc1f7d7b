import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, desk } from './fixtures.ts';

const VECTORS = join(import.meta.dirname, '../../vectors/sealed-package');

interface Case {
  readonly me: string;
  readonly at: string;
  readonly files?: Record<string, string>;
}

let here: Desk;
beforeAll(async () => {
  here = await desk();
});
afterAll(() => here[Symbol.asyncDispose]());

function vector(name: string) {
  const of = (file: string) => join(VECTORS, name, file);
  const { me, at, files = {} } = JSON.parse(readFileSync(of('case.json'), 'utf8')) as Case;
  const sender = existsSync(of('sender.card.json')) ? ['--card', of('sender.card.json')] : [];
  return {
    files,
    verify: ['package', 'verify', of('package.icarus'), ...sender, '--at', at],
    inspect: ['package', 'inspect', of('package.icarus')],
    open: (to: string) =>
      ['package', 'open', of('package.icarus'), ...sender, '--at', at].concat([
        '--identity',
        of('identity.txt'),
        '--me',
        me,
        '--to',
        to,
      ]),
  };
}

test('opens a package with a card and a key alone: no node, no database', async () => {
  const { open, files } = vector('opens');
  const to = join(here.folder, 'opened');
  const { exitCode, stdout } = await here.icarus(...open(to));
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining('not a bit was changed'),
  });
  for (const [path, content] of Object.entries(files)) {
    expect(await readFile(join(to, path), 'utf8')).toBe(content);
  }
  expect(existsSync(join(here.folder, 'data'))).toBe(false);
});

test('refuses an altered package with exit code 4 and leaves no folder', async () => {
  const { open } = vector('content-altered');
  const to = join(here.folder, 'altered');
  const { exitCode, stderr } = await here.icarus(...open(to));
  expect({ exitCode, stderr }).toEqual({
    exitCode: 4,
    stderr: expect.stringContaining('[seal/content-altered]'),
  });
  expect(existsSync(to)).toBe(false);
});

test('verifies without a key, and names the fault of a package that does not hold', async () => {
  const good = await here.icarus(...vector('opens').verify, '--json');
  expect(good.exitCode).toBe(0);
  expect(JSON.parse(good.stdout)).toMatchObject({ envelope: { format: 'icarus-package/1' } });
  const bad = await here.icarus(...vector('truncated').verify, '--json');
  expect(bad.exitCode).toBe(4);
  expect(JSON.parse(bad.stderr)).toMatchObject({ error: { code: 'seal/truncated' } });
});

test('shows what a package of an unknown sender says of itself, and says that nothing was checked', async () => {
  const { exitCode, stdout } = await here.icarus(...vector('unknown-sender').inspect);
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining('nothing of it was checked'),
  });
});
