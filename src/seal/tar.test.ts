import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import { byteReader, utf8 } from './bytes.ts';
import { chunksOf } from './fixtures.ts';
import { readTarBytes, readTarHeader, TAR_END, tarEntryBytes, tarHeader, tarPadding } from './tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'icarus-tar-'));
afterAll(() => rmSync(folder, { recursive: true }));

const isGnuTar = spawnSync('tar', ['--version']).stdout?.includes('GNU tar') === true;

const archive = (files: Record<string, string>) =>
  Buffer.concat([
    ...Object.entries(files).flatMap(([path, content]) => {
      const bytes = utf8(content);
      return [tarHeader({ path, sizeBytes: bytes.length }), bytes, tarPadding(bytes.length)];
    }),
    TAR_END,
  ]);

async function readAll(bytes: Uint8Array): Promise<Record<string, string>> {
  const reader = byteReader(chunksOf(bytes, 700));
  const files: Record<string, string> = {};
  for (;;) {
    const header = await readTarHeader(reader);
    if (header === undefined) return files;
    files[header.path] = Buffer.from(await readTarBytes(reader, header.sizeBytes)).toString();
  }
}

const codeOf = async (bytes: Uint8Array) => {
  const error = await readAll(bytes).catch((reason: unknown) => reason);
  return error instanceof IcarusError ? error.code : error;
};

test.skipIf(!isGnuTar)('the archive has the very bytes of GNU tar (skipped where tar is another)', () => {
  const files = { 'bag/a.txt': 'a', 'bag/data/b c.bin': 'x'.repeat(600) };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const options = [
    '--format=ustar',
    '--numeric-owner',
    '--owner=0',
    '--group=0',
    '--mode=0600',
    '--mtime=@0',
    '-b1',
  ];
  const written = execFileSync('tar', ['-c', ...options, '-C', folder, ...Object.keys(files)]);
  expect(archive(files).equals(written)).toBe(true);
});

test.skipIf(!isGnuTar)('GNU tar reads long names and names of any script as we do', async () => {
  const files = {
    [`bag/${'long/'.repeat(30)}name.txt`]: '1',
    'bag/data/Übersicht.csv': '2',
    'bag/data/表.csv': '3',
  };
  const bytes = archive(files);
  expect(await readAll(bytes)).toEqual(files);
  const names = execFileSync('tar', ['--quoting-style=literal', '-t'], {
    input: bytes,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  expect(names.toString().trim().split('\n')).toEqual(Object.keys(files));
});

test('a size from 8 GiB stands in a header of its own and is read back', async () => {
  const header = { path: 'bag/data/video.bin', sizeBytes: 9 * 2 ** 30 };
  expect(await readTarHeader(byteReader(chunksOf(tarHeader(header))))).toEqual(header);
  expect(tarEntryBytes(header)).toBe(3 * 512 + header.sizeBytes);
});

test('the length in a long name’s header counts itself, at the steps where it grows a digit', async () => {
  for (let length = 80; length <= 130; length++) {
    const header = { path: `é${'a'.repeat(length)}`, sizeBytes: 0 };
    expect(await readTarHeader(byteReader(chunksOf(tarHeader(header))))).toEqual(header);
  }
});

test.each([
  ['a symbolic link', '2'],
  ['a hard link', '1'],
  ['a folder', '5'],
  ['a device', '3'],
  ['a global header', 'g'],
  ['a GNU long name', 'L'],
  ['a sparse file', 'S'],
])('refuses %s', async (_, type) => {
  const bytes = archive({ 'bag/a': 'a' });
  bytes.write(type, 156);
  const sum = bytes.subarray(0, 512).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  expect(await codeOf(bytes)).toBe('seal/malformed');
});

test('refuses an archive that goes on behind its end, or ends early', async () => {
  const bytes = archive({ 'bag/a': 'a' });
  expect(await codeOf(Buffer.concat([bytes, Buffer.alloc(512)]))).toBe('seal/malformed');
  expect(await codeOf(bytes.subarray(0, -1))).toBe('seal/truncated');
  expect(await codeOf(bytes.subarray(0, 700))).toBe('seal/truncated');
});
