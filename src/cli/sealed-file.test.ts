import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPages } from '#test/browser-web.ts';
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

test('takes the folder that tar made of a package as the package, and refuses it with a byte changed', async () => {
  const { verify, open } = vector('opens');
  const file = verify[2] ?? '';
  execFileSync('tar', ['xf', file, '-C', here.folder]);
  const folder = join(here.folder, 'IP-2011-ICARUS-MT-1');
  const as = (args: readonly string[]) => args.map((argument) => (argument === file ? folder : argument));
  const [ofFile, ofFolder] = [
    await here.icarus(...verify, '--json'),
    await here.icarus(...as(verify), '--json'),
  ];
  expect(ofFolder).toEqual(ofFile);
  expect((await here.icarus(...as(open(join(here.folder, 'from folder'))))).exitCode).toBe(0);
  const ciphertext = join(folder, 'package.tar.age');
  const bytes = await readFile(ciphertext);
  await writeFile(ciphertext, bytes.fill(bytes[400] === 0 ? 1 : 0, 400, 401));
  const bad = await here.icarus(...as(verify), '--json');
  expect(JSON.parse(bad.stderr)).toMatchObject({ error: { code: 'seal/ciphertext-altered' } });
});

test('writes the page that opens sealed files, as a file of its own', async () => {
  await buildPages();
  const place = join(here.folder, 'icarus-open.html');
  expect((await here.icarus('package', 'page', '--out', place)).exitCode).toBe(0);
  expect(await readFile(place, 'utf8')).toContain("connect-src 'none'");
  expect((await here.icarus('package', 'page', '--out', place)).stderr).toContain('[seal/target-exists]');
});
