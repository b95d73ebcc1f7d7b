import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { isIcarusError } from '#core/errors.ts';
import { listEvents } from '#custody/record.ts';
import { evidenceNode } from './fixtures.ts';
import { hashLists, skippedRows } from './hash-list-store.ts';
import { importHashList, previewHashList } from './hash-lists.ts';
import { readJsonItems } from './json-items.ts';
import type { ListRow } from './list-rows.ts';
import { inspectListFile, readHashList } from './read-hash-list.ts';

const hex = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');
const A = { md5: hex('md5', 'a'), sha1: hex('sha1', 'a'), sha256: hex('sha256', 'a') };
const B = { md5: hex('md5', 'b'), sha1: hex('sha1', 'b'), sha256: hex('sha256', 'b') };

async function rowsOf(path: string): Promise<ListRow[]> {
  const rows: ListRow[] = [];
  for await (const group of readHashList(await inspectListFile(path))) rows.push(...group);
  return rows;
}

test('reads plain lists by the length of each hash and says which rows it skips and why', async () => {
  await using node = await evidenceNode();
  const list = `# a comment\r\n${A.md5.toUpperCase()}\r\n\r\n${A.sha1}\n${A.sha256}\nabc123\n${'g'.repeat(32)}\nd41d8cd98f00b204e9800998ecf8427e\n${B.md5}`;
  expect(await rowsOf(await node.file('plain.txt', list))).toEqual([
    { position: 2, hashes: { md5: A.md5 }, category: '' },
    { position: 4, hashes: { sha1: A.sha1 }, category: '' },
    { position: 5, hashes: { sha256: A.sha256 }, category: '' },
    { position: 6, skipped: 'wrong-length' },
    { position: 7, skipped: 'not-hexadecimal' },
    { position: 8, skipped: 'hash-of-nothing' },
    { position: 9, hashes: { md5: B.md5 }, category: '' },
  ]);
});

test('reads the output of md5sum, sha1sum and sha256sum, also in the BSD form', async () => {
  await using node = await evidenceNode();
  const list = [
    `${A.md5}  some file.txt`,
    `${A.sha1} *binary`,
    `\\${A.sha256}  with\\nnewline`,
    `MD5 (a (1).txt) = ${B.md5}`,
    `SHA256 (x) = ${B.md5}`,
  ];
  expect(await rowsOf(await node.file('sums', list.join('\n')))).toEqual([
    { position: 1, hashes: { md5: A.md5 }, category: '' },
    { position: 2, hashes: { sha1: A.sha1 }, category: '' },
    { position: 3, hashes: { sha256: A.sha256 }, category: '' },
    { position: 4, hashes: { md5: B.md5 }, category: '' },
    { position: 5, skipped: 'wrong-length' },
  ]);
});

test('reads hashdeep files, names with commas included', async () => {
  await using node = await evidenceNode();
  const list = `%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: /\n## $ hashdeep x\n##\n1,${A.md5},${A.sha256},/x/a,b.txt\n1,${B.md5}\n`;
  expect(await rowsOf(await node.file('deep.txt', list))).toEqual([
    { position: 6, hashes: { md5: A.md5, sha256: A.sha256 }, category: '' },
    { position: 7, skipped: 'not-understood' },
  ]);
});

test('reads CSV by the names of its columns, in any case, with quotes and other delimiters', async () => {
  await using node = await evidenceNode();
  const comma = `Name,"MD5",SHA-1,Category\n"a, ""b""|c\nd",${A.md5},${A.sha1},B2\nshort,${A.md5.slice(1)},,B2\nempty,,,X\n`;
  expect(await rowsOf(await node.file('a.csv', comma))).toEqual([
    { position: 2, hashes: { md5: A.md5, sha1: A.sha1 }, category: 'B2' },
    { position: 4, skipped: 'wrong-length' },
    { position: 5, skipped: 'no-hash' },
  ]);
  const semicolon = `MD5;SHA1;PhotoDNA;Image ID;Baseline\n${A.md5};${A.sha1};;1;yes\n`;
  expect(await rowsOf(await node.file('b.csv', semicolon))).toEqual([
    { position: 2, hashes: { md5: A.md5, sha1: A.sha1 }, category: '' },
  ]);
});

function vicsMedia(): string {
  const value = [
    {
      MediaID: 1,
      Category: 1,
      MD5: A.md5.toUpperCase(),
      SHA1: A.sha1,
      Comments: 'brackets ]}[{ and \\" quotes',
      Unknown: { x: [[]] },
    },
    {
      MediaID: '2',
      Category: '0',
      MD5: B.md5,
      MediaSize: '17',
      AlternativeHashes: [{ MD5: B.md5, HashName: 'SHA-256', HashValue: B.sha256 }],
    },
    { MediaID: 3, Category: 5, MD5: 'abc' },
    { MediaID: 4, Category: 5 },
  ];
  return JSON.stringify({ '@odata.context': 'http://x/DataModels/2.0.xml/US/$metadata#Media', value });
}

const VICS_ROWS = [
  { position: 1, hashes: { md5: A.md5, sha1: A.sha1 }, category: '1' },
  { position: 2, hashes: { md5: B.md5, sha256: B.sha256 }, category: '0' },
  { position: 3, skipped: 'wrong-length' },
  { position: 4, skipped: 'no-hash' },
];

test('reads VICS JSON of media and of cases, with a byte-order mark and fields nobody knows', async () => {
  await using node = await evidenceNode();
  expect(await rowsOf(await node.file('media.json', `\uFEFF${vicsMedia()}`))).toEqual(VICS_ROWS);
  const { value } = JSON.parse(vicsMedia()) as { value: unknown[] };
  const cases = JSON.stringify(
    {
      value: [
        { CaseID: 'c1', Media: value.slice(0, 2), CaseNumber: '1' },
        { CaseID: 'c2', CaseMetadata: [{ PropertyName: 'value' }], Media: value.slice(2) },
      ],
      'odata.metadata': 'http://x/DataModels/1.3.xml#Cases',
    },
    null,
    2,
  );
  expect(await rowsOf(await node.file('cases.json', cases))).toEqual(VICS_ROWS);
});

test('reads the same items wherever the chunks of the file end', async () => {
  const bytes = Buffer.from(vicsMedia());
  const { value } = JSON.parse(vicsMedia()) as { value: unknown[] };
  for (const size of [1, 2, 3, 7, 64]) {
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const items: unknown[] = [];
    for await (const group of readJsonItems(chunks()))
      items.push(...group.map(({ text }) => JSON.parse(text ?? 'null')));
    expect(items).toEqual(value);
  }
});

test('refuses a VICS file that is cut anywhere, whole and with a clear sentence', async () => {
  await using node = await evidenceNode();
  const whole = vicsMedia();
  for (const length of [1, 40, whole.length - 400, whole.length - 2, whole.length - 1]) {
    const path = await node.file('cut.json', whole.slice(0, length));
    const draft = { ...node.list, path };
    const error: unknown = await importHashList(node.ctx, node.examiner, draft).catch(
      (thrown: unknown) => thrown,
    );
    expect(isIcarusError(error, 'evidence/list-cut'), String(error)).toBe(true);
    expect(String(error)).toContain('nothing was imported');
  }
  expect(await hashLists(node.ctx.db)).toEqual([]);
  expect(await node.count('hash_entry')).toBe(0);
  expect(await node.count('hash_list_skip')).toBe(0);
});

test('previews what an import then takes, and keeps every skipped row with its place and reason', async () => {
  await using node = await evidenceNode();
  const path = await node.file('media.json', vicsMedia());
  const preview = await previewHashList(node.ctx, node.examiner, { operationId: node.operationId, path });
  expect(preview).toMatchObject({
    format: 'vics',
    rowsRead: 4,
    rowsTaken: 2,
    rowsSkipped: 2,
    hashes: { md5: 2, sha1: 1, sha256: 1 },
    importedAs: null,
  });
  expect(await hashLists(node.ctx.db)).toEqual([]);
  const { list } = await importHashList(node.ctx, node.examiner, { ...node.list, path });
  expect(list).toMatchObject({ rowsRead: 4, rowsImported: 2, rowsSkipped: 2 });
  expect(await skippedRows(node.ctx.db, list.listId, { after: 0, limit: 10 })).toEqual(
    preview.skipped.map(({ position, reason }) => ({ position, reason })),
  );
  expect(await node.count('hash_entry')).toBe(4);
});

test('imports the same file once, also when it comes twice at the same time', async () => {
  await using node = await evidenceNode();
  const path = await node.file('plain.txt', `${A.md5}\n${B.sha1}\n`);
  const draft = { ...node.list, path };
  const results = await Promise.all([1, 2, 3].map(() => importHashList(node.ctx, node.examiner, draft)));
  expect(results.filter(({ alreadyHere }) => !alreadyHere)).toHaveLength(1);
  expect(new Set(results.map(({ list }) => list.listId)).size).toBe(1);
  expect(await node.count('hash_entry')).toBe(2);
  expect(
    (await listEvents(node.ctx.db, {})).filter(({ kind }) => kind === 'hash-list.imported'),
  ).toHaveLength(1);
  await expect(
    importHashList(node.ctx, node.examiner, { ...draft, meaning: 'benign' }),
  ).rejects.toMatchObject({
    code: 'evidence/list-known-otherwise',
  });
});

test('refuses what is no hash list, and a list of which no row can be taken', async () => {
  await using node = await evidenceNode();
  const refused = async (content: string, code: string) => {
    const path = await node.file('list', content);
    await expect(importHashList(node.ctx, node.examiner, { ...node.list, path })).rejects.toMatchObject({
      code,
    });
  };
  await refused('', 'evidence/list-format-unknown');
  await refused('just words\nand more', 'evidence/list-format-unknown');
  await refused('\uFFFE\0x', 'evidence/list-format-unknown');
  await refused('{"value":[{"MD5":"12"}]}', 'evidence/list-empty');
  await refused('{"value":[}', 'evidence/list-malformed');
  await refused('{"other":[]}', 'evidence/list-malformed');
  await expect(
    importHashList(node.ctx, node.investigator, { ...node.list, path: 'x' }),
  ).rejects.toMatchObject({ code: 'access/denied' });
});
