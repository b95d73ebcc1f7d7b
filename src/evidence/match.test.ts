import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { filesPage, matchesOf } from './file-store.ts';
import { type EvidenceNode, evidenceNode } from './fixtures.ts';
import { type HashListDraft, importHashList } from './hash-lists.ts';
import { rematchInventory, startInventory } from './inventory.ts';
import { newestMatch } from './match-store.ts';
import { exhibitSummary } from './summary.ts';

const hex = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

async function importList(node: EvidenceNode, name: string, content: string, draft: Partial<HashListDraft>) {
  const path = await node.file(name, content);
  return (await importHashList(node.ctx, node.examiner, { ...node.list, name, ...draft, path })).list;
}

async function inventoried(node: EvidenceNode) {
  const { exhibitId } = await node.exhibit();
  const { inventoryId } = await startInventory(node.ctx, node.examiner, {
    operationId: node.operationId,
    exhibitId,
    folder: node.folder,
  });
  const { number } = await node.until(inventoryId, 'done');
  return { exhibitId, inventoryId, number };
}

async function verdicts(node: EvidenceNode, number: number) {
  const files = await filesPage(node.ctx.db, number, {}, { after: 0, limit: 100 });
  return Object.fromEntries(files.map(({ path, verdict }) => [path, verdict]));
}

test('passes a file over only where two hashes of one item agree, and takes any one hash as a lead', async () => {
  await using node = await evidenceNode({ work: true });
  await node.fill({
    'both.txt': 'both',
    'one.txt': 'one',
    'mixed.txt': 'mixed',
    'lead.txt': 'lead',
    'tool.exe': 'tool',
    'new.txt': 'new',
    nothing: '',
  });
  const benign = `md5,sha1\n${hex('md5', 'both')},${hex('sha1', 'both')}\n${hex('md5', 'one')},\n${hex('md5', 'mixed')},${hex('sha1', 'x')}\n${hex('md5', 'y')},${hex('sha1', 'mixed')}\n`;
  await importList(node, 'benign.csv', benign, { meaning: 'benign' });
  const lists = `sha1;category\n${hex('sha1', 'lead')};2\n${hex('sha1', 'both')};0\n${hex('sha1', 'tool')};T\n`;
  await importList(node, 'national.csv', lists, {
    meaning: 'known',
    meanings: { 0: 'benign', T: 'of-interest' },
  });
  const { number, inventoryId } = await inventoried(node);
  expect(await verdicts(node, number)).toEqual({
    'both.txt': 'benign',
    'one.txt': 'unknown',
    // An MD5 of one item and a SHA-1 of another prove nothing together.
    'mixed.txt': 'unknown',
    'lead.txt': 'known',
    'tool.exe': 'of-interest',
    'new.txt': 'unknown',
    nothing: 'unknown',
  });
  const totals = (await newestMatch(node.ctx.db, inventoryId))?.totals;
  expect(totals).toMatchObject({
    known: { files: 1, bytes: 4 },
    ofInterest: { files: 1 },
    benign: { files: 1 },
    unknown: { files: 4 },
    benignByOneHash: 2,
  });
  const sum = [totals?.known, totals?.ofInterest, totals?.benign, totals?.unknown].reduce(
    (files, part) => files + (part?.files ?? 0),
    0,
  );
  expect(sum).toBe(totals?.hashed.files);
});

test('says why a file matched: list, category and hashes', async () => {
  await using node = await evidenceNode({ work: true });
  await node.fill({ 'a.txt': 'a' });
  const vics = JSON.stringify({
    value: [{ Category: 2, MD5: hex('md5', 'a').toUpperCase(), SHA1: hex('sha1', 'a') }],
  });
  const list = await importList(node, 'a.json', vics, {});
  const { number, exhibitId } = await inventoried(node);
  expect((await matchesOf(node.ctx.db, number, [1])).get(1)).toEqual([
    { listId: list.listId, listName: 'a.json', category: '2', meaning: 'known', algorithms: ['md5', 'sha1'] },
  ]);
  expect((await exhibitSummary(node.ctx.db, exhibitId)).inventory?.totals.byCategory).toEqual([
    { listId: list.listId, listName: 'a.json', category: '2', meaning: 'known', files: 1, bytes: 1 },
  ]);
});

test('counts one file once under its verdict, however many rows of a list hold its hash', async () => {
  await using node = await evidenceNode({ work: true });
  await node.fill({ 'a.txt': 'a', 'copy.txt': 'a' });
  await importList(node, 'flood.txt', `${hex('md5', 'a')}\n`.repeat(5_000), {});
  const { inventoryId } = await inventoried(node);
  const totals = (await newestMatch(node.ctx.db, inventoryId))?.totals;
  expect(totals?.known).toEqual({ files: 2, bytes: 2 });
  expect(totals?.byCategory).toMatchObject([{ files: 2 }]);
  expect(await node.count('file_match')).toBe(2);
});

test('matches again with lists that came later, and keeps the totals of the former matching', async () => {
  await using node = await evidenceNode({ work: true });
  await node.fill({ 'a.txt': 'a' });
  const { exhibitId, inventoryId, number } = await inventoried(node);
  expect(await verdicts(node, number)).toEqual({ 'a.txt': 'unknown' });
  await importList(node, 'late.txt', hex('sha256', 'a'), {});
  await rematchInventory(node.ctx, node.examiner, { operationId: node.operationId, exhibitId, inventoryId });
  await expect.poll(() => verdicts(node, number), { timeout: 10_000 }).toEqual({ 'a.txt': 'known' });
  expect(await node.count('inventory_match')).toBe(2);
});

test('filters files by verdict, type, text and reason, page by page', async () => {
  await using node = await evidenceNode({ work: true });
  await node.fill({ 'A/Photo.bin': Buffer.from('ffd8ffe0', 'hex'), 'b.txt': 'b', 'c.txt': 'c' });
  await writeFile(`${node.folder}/d.pdf`, '%PDF-1.7');
  const { number } = await inventoried(node);
  const paths = async (filter: Parameters<typeof filesPage>[2], page = { after: 0, limit: 10 }) =>
    (await filesPage(node.ctx.db, number, filter, page)).map(({ path }) => path);
  expect(await paths({ mediaType: 'image' })).toEqual(['A/Photo.bin']);
  expect(await paths({ mediaType: 'application/pdf' })).toEqual(['d.pdf']);
  expect(await paths({ text: 'PHOTO' })).toEqual(['A/Photo.bin']);
  expect(await paths({ text: '%' })).toEqual([]);
  expect(await paths({ notExamined: true })).toEqual([]);
  expect(await paths({ verdict: 'unknown' }, { after: 1, limit: 2 })).toEqual(['b.txt', 'c.txt']);
});
