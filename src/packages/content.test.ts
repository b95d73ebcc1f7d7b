import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readContents, readTargets } from './content.ts';
import { targetDocument } from './fixtures-content.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-content-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(text: string) {
  await writeFile(join(folder, 'targets.json'), text);
  const targets = [];
  for await (const target of readTargets(folder)) targets.push(target);
  return targets;
}

const line = (change: object = {}) => JSON.stringify({ ...targetDocument(1), ...change });

test('reads the targets that a JSON array holds, one a line', async () => {
  const text = `[\n${line()},\n${line({ rank: 2 })}\n]\n`;
  expect(await read(text)).toEqual(JSON.parse(text));
  expect(await read(text)).toHaveLength(2);
});

test.each([
  ['nothing at all', ''],
  ['no array', line()],
  ['an array that ends too early', `[\n${line()},\n`],
  ['an array without its last bracket', `[\n${line()}\n`],
  ['a comma before the end', `[\n${line()},\n]\n`],
  ['something after the end', `[\n${line()}\n]\n${line()}\n`],
  ['two targets on a line', `[\n${line()},${line()}\n]\n`],
  ['a line that is no JSON', '[\n{"targetId": \n]\n'],
  ['a field that is not known', `[\n${line({ password: 1 })}\n]\n`],
  ['an instant that is none', `[\n${line({ lastSeenAt: '2011-13-45T00:00:00Z' })}\n]\n`],
  ['an instant of another zone', `[\n${line({ lastSeenAt: '2011-09-18T10:00:00+02:00' })}\n]\n`],
  ['text that moves the cursor', `[\n${line({ clientId: 'a\u001b[2J' })}\n]\n`],
  ['a dossier elsewhere', `[\n${line({ dossier: '../../keys/signing-key' })}\n]\n`],
  ['a score that is no number', `[\n${line({ score: '12' })}\n]\n`],
  ['a rank of nought', `[\n${line({ rank: 0 })}\n]\n`],
])('refuses a list of targets with %s', async (_, text) => {
  await expect(read(text)).rejects.toMatchObject({ code: 'package/content-invalid' });
});

test('a refusal names the place, never the content', async () => {
  await expect(read(`[\n${line({ country: 'secret text' })}\n]\n`)).rejects.toMatchObject({
    details: { file: 'targets.json', place: 'line 2 (/country)' },
  });
  await expect(read(`[\n${line({ 'secret text': 1 })}\n]\n`)).rejects.not.toThrow(/secret/);
});

test('refuses contents that are missing or not text', async () => {
  await expect(readContents(folder)).rejects.toMatchObject({ code: 'package/content-invalid' });
  await writeFile(join(folder, 'contents.json'), Buffer.from([0x7b, 0xff, 0x7d]));
  await expect(readContents(folder)).rejects.toMatchObject({ code: 'package/content-invalid' });
});
