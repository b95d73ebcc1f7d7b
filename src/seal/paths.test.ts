import { expect, test } from 'vitest';
import { isSafePath, MAX_NAMES, pathSet } from './paths.ts';

test.each([
  'summary.json',
  'dossiers/MT-0001.pdf',
  'Übersicht (neu).csv',
  'παρατηρήσεις/α.csv',
  'a b/c,d=e@f+g#h&i.txt',
  '日本/語',
  "l'été.txt",
])('allows %s', (path) => expect(isSafePath(path)).toBe(true));

test.each([
  ['nothing', ''],
  ['an absolute path', '/etc/passwd'],
  ['a way out', '../x'],
  ['a way out inside', 'a/../../x'],
  ['a dot', './a'],
  ['an empty part', 'a//b'],
  ['a folder', 'a/'],
  ['a backslash', 'a\\b'],
  ['a drive', 'C:x'],
  ['a stream of NTFS', 'a.txt:s'],
  ['a hidden file', '.ssh/authorized_keys'],
  ['an option', '-rf'],
  ['a device', 'con.txt'],
  ['a device with a superscript', 'COM¹'],
  ['a trailing dot', 'a.'],
  ['a trailing space', 'a '],
  ['a leading space', ' a'],
  ['a line feed', 'a\nb'],
  ['a null', 'a\0b'],
  ['a percent sign, which BagIt escapes', 'a%0Ab'],
  ['a wildcard', 'a*'],
  ['another normal form', 'e\u0301.txt'],
  ['an invisible character', 'a\u200bb'],
  ['a reversed ending', 'a\u202efdp.exe'],
  ['an invisible letter', 'a\u3164b'],
  ['half a character', 'a\ud800'],
  ['a lone mark', '\u0301a'],
  ['a part over 200 bytes', 'é'.repeat(101)],
  ['a path over 1000 bytes', 'a/'.repeat(500)],
  ['17 levels', 'a/'.repeat(16) + 'a'],
])('refuses %s', (_, path) => expect(isSafePath(path)).toBe(false));

test.each([
  ['twice', 'a.txt', 'a.txt'],
  ['in another case', 'A.txt', 'a.txt'],
  ['in another width', 'A1', 'a１'],
  ['as file and folder', 'a', 'a/b'],
  ['as folder and file', 'a/b', 'a'],
  ['in a folder of another case', 'a/b', 'A/c'],
  ['with sharp s', 'straße', 'STRASSE'],
  ['with a sigma at the end', 'ΟΔΟΣ/a', 'οδοσ/b'],
])('one name %s is one too many', (_, first, second) => {
  const paths = pathSet();
  expect(paths.add(first)).toBe(true);
  expect(paths.add(second)).toBe(false);
});

test('files of one folder and folders of one folder live together', () => {
  const paths = pathSet();
  expect(['a/b', 'a/c', 'a/d/e', 'a/d/f', 'ab'].map((path) => paths.add(path))).toEqual(Array(5).fill(true));
});

test('a path that clashed is not remembered, nor are its folders', () => {
  const paths = pathSet();
  expect(paths.add('a')).toBe(true);
  expect(paths.add('a/b/c')).toBe(false);
  expect(paths.add('b/c')).toBe(true);
});

test('files and folders, and the bytes of their names, are counted together', () => {
  const folders = pathSet();
  for (let i = 0; i < MAX_NAMES / 2; i++) folders.add(`${i}/x`);
  expect(folders.excess()).toBeUndefined();
  expect(folders.add('0/y')).toBe(true);
  expect(folders.excess()).toMatchObject({ what: 'files and folders' });
  const long = pathSet();
  for (let i = 0; i < 17_200; i++) long.add(`${'x'.repeat(980)}-${i}`);
  expect(long.excess()).toMatchObject({ what: 'bytes of names' });
});
