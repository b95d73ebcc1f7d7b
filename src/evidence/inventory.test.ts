import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { listEvents } from '#custody/record.ts';
import { type EvidenceNode, evidenceNode } from './fixtures.ts';
import { cancelInventory, resumeInventory, startInventory } from './inventory.ts';
import { inventoryById } from './inventory-store.ts';
import { newestMatch } from './match-store.ts';
import { runSlice } from './run-inventory.ts';
import type { InventoryId } from './types.ts';

const signal = AbortSignal.timeout(60_000);

async function filesOf(node: EvidenceNode) {
  return node.ctx.db
    .selectFrom('inventory_file')
    .selectAll()
    .orderBy('inventory_number')
    .orderBy('ordinal')
    .execute();
}

async function begin(node: EvidenceNode) {
  const { exhibitId } = await node.exhibit();
  const { operationId, folder } = node;
  const { inventoryId } = await startInventory(node.ctx, node.examiner, { operationId, exhibitId, folder });
  return { exhibitId, inventoryId, operationId };
}

test('records everything in a folder, hashed or with the reason why not, and the counts agree', async () => {
  await using node = await evidenceNode({ work: true });
  await node.fill({ 'a.txt': 'one', 'deep/er/b': Buffer.alloc(700_000, 7), 'deep/empty': '' });
  writeFileSync(Buffer.concat([Buffer.from(`${node.folder}/`), Buffer.from([0x78, 0xff])]), 'odd name');
  await symlink('..', join(node.folder, 'deep/up'));
  const { inventoryId, exhibitId } = await begin(node);
  const done = await node.until(inventoryId, 'done');
  expect(done).toMatchObject({
    filesSeen: 5,
    filesHashed: 4,
    filesNotExamined: 1,
    filesTotal: 5,
    bytesHashed: 700_011,
    bytesTotal: 700_011,
  });
  const rows = await filesOf(node);
  expect(rows.map(({ ordinal, path, status, reason }) => [ordinal, path, status, reason])).toEqual([
    [1, 'a.txt', 'hashed', null],
    [2, 'deep/empty', 'hashed', null],
    [3, 'deep/er/b', 'hashed', null],
    [4, 'deep/up', 'not-examined', 'link'],
    [5, 'x\\xff', 'hashed', null],
  ]);
  expect(rows[4]?.path_bytes).toEqual(Buffer.from([0x78, 0xff]));
  expect(rows[0]?.path_bytes).toBeNull();
  const content = Buffer.alloc(700_000, 7);
  expect(rows[2]?.md5).toEqual(createHash('md5').update(content).digest());
  expect(rows[2]?.sha1).toEqual(createHash('sha1').update(content).digest());
  expect(rows[2]?.sha256).toEqual(createHash('sha256').update(content).digest());
  const events = await listEvents(node.ctx.db, { subject: { kind: 'exhibit', id: exhibitId } });
  expect(events.map(({ kind }) => kind)).toEqual([
    'exhibit.registered',
    'inventory.started',
    'inventory.read',
    'inventory.matched',
  ]);
  expect(events[2]?.facts).toMatchObject({ seen: 5, hashed: 4, notExamined: 1 });
  expect((await newestMatch(node.ctx.db, inventoryId))?.totals).toMatchObject({
    seen: 5,
    notExamined: 1,
    notExaminedByReason: [{ reason: 'link', files: 1 }],
    unknown: { files: 4, bytes: 700_011 },
  });
});

test('goes on in slices and gives the same rows as in one run', async () => {
  await using node = await evidenceNode();
  await node.fill(
    Object.fromEntries(Array.from({ length: 57 }, (_, i) => [`f${i % 7}/${i}`, `content ${i}`])),
  );
  const { inventoryId } = await begin(node);
  const ends: string[] = [];
  // Time is up at once: each slice does what it has begun, which is nothing, until one has time.
  ends.push(await runSlice(node.ctx, inventoryId, { signal, sliceMs: 0 }));
  ends.push(await runSlice(node.ctx, inventoryId, { signal, batchEntries: 3 }));
  expect(ends).toEqual(['more', 'finished']);
  const rows = await filesOf(node);
  expect(rows.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 57 }, (_, i) => i + 1));
  expect(new Set(rows.map(({ path }) => path)).size).toBe(57);
});

async function killedInTheMiddle(node: EvidenceNode, inventoryId: InventoryId): Promise<void> {
  const program = fileURLToPath(new URL('./run-slice-child.ts', import.meta.url));
  const child = spawn(process.execPath, [program, node.databaseUrl, node.ctx.paths.temporary, inventoryId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  let recorded = 0;
  for await (const chunk of child.stdout) {
    recorded = Math.max(recorded, ...String(chunk).trim().split('\n').map(Number));
    if (recorded >= 60) break;
  }
  child.kill('SIGKILL');
  await gone;
  expect(recorded).toBeGreaterThanOrEqual(60);
}

test('goes on behind the last recorded batch after kill -9, and reads nothing recorded again', async () => {
  await using node = await evidenceNode();
  const files = 240;
  await node.fill(
    Object.fromEntries(Array.from({ length: files }, (_, i) => [`f${i % 9}/${i}`, Buffer.alloc(150_000, i)])),
  );
  const { inventoryId } = await begin(node);
  await killedInTheMiddle(node, inventoryId);
  const before = await inventoryById(node.ctx.db, inventoryId);
  const rowsBefore = await filesOf(node);
  expect(before?.filesSeen).toBe(rowsBefore.length);
  expect(rowsBefore.length).toBeGreaterThanOrEqual(60);
  expect(rowsBefore.length).toBeLessThan(files);
  // Were a recorded file read again, its row would differ or stand twice.
  for (const { path } of rowsBefore) writeFileSync(join(node.folder, path), 'changed after it was recorded');
  expect(await runSlice(node.ctx, inventoryId, { signal })).toBe('finished');
  const rows = await filesOf(node);
  expect(rows.slice(0, rowsBefore.length)).toEqual(rowsBefore);
  expect(rows.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: files }, (_, i) => i + 1));
  expect(new Set(rows.map(({ path }) => path)).size).toBe(files);
});

test('lets only the run that took over last append', async () => {
  await using node = await evidenceNode();
  await node.fill(
    Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}`, Buffer.alloc(100_000, i)])),
  );
  const { inventoryId } = await begin(node);
  const ends = await Promise.all(
    [1, 2].map(() => runSlice(node.ctx, inventoryId, { signal, threads: 1, batchEntries: 5 })),
  );
  expect(ends.sort()).toEqual(['finished', 'stopped']);
  expect((await filesOf(node)).map(({ ordinal }) => ordinal)).toEqual(
    Array.from({ length: 300 }, (_, i) => i + 1),
  );
});

test('stops when it is cancelled, keeps what it recorded and can be resumed', async () => {
  await using node = await evidenceNode();
  await node.fill(Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`${i}`, `${i}`])));
  const choice = await begin(node);
  let cancelled: Promise<unknown> | undefined;
  const end = await runSlice(node.ctx, choice.inventoryId, {
    signal,
    batchEntries: 1,
    threads: 1,
    onRecorded: (entries) => {
      if (entries >= 5) cancelled ??= cancelInventory(node.ctx, node.examiner, choice);
    },
  });
  await cancelled;
  const recorded = (await filesOf(node)).length;
  expect(end).toBe('stopped');
  expect(recorded).toBeGreaterThanOrEqual(5);
  expect(recorded).toBeLessThan(400);
  await expect(cancelInventory(node.ctx, node.examiner, choice)).rejects.toMatchObject({
    code: 'evidence/inventory-not-running',
  });
  await resumeInventory(node.ctx, node.examiner, choice);
  expect(await runSlice(node.ctx, choice.inventoryId, { signal })).toBe('finished');
  expect((await filesOf(node)).length).toBe(400);
});

test('takes a folder that is pulled away as a fault of the run, not as findings about its files', async () => {
  await using node = await evidenceNode();
  await node.fill(Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`d${i % 40}/${i}`, `${i}`])));
  const { inventoryId } = await begin(node);
  let pulled = false;
  const run = runSlice(node.ctx, inventoryId, {
    signal,
    batchEntries: 20,
    onRecorded: (entries) => {
      if (entries < 100 || pulled) return;
      pulled = true;
      renameSync(node.folder, `${node.folder}-gone`);
    },
  });
  await expect(run).rejects.toMatchObject({ code: 'evidence/folder-unreadable' });
  expect((await filesOf(node)).every(({ status }) => status === 'hashed')).toBe(true);
  await rename(`${node.folder}-gone`, node.folder);
  expect(await runSlice(node.ctx, inventoryId, { signal })).toBe('finished');
  expect((await filesOf(node)).length).toBe(2_000);
});

test('says that an inventory failed when its folder is gone, and goes on when it is back', async () => {
  await using node = await evidenceNode();
  await node.fill({ a: 'a' });
  const choice = await begin(node);
  await rename(node.folder, `${node.folder}-gone`);
  await node.work();
  expect(await node.until(choice.inventoryId, 'failed')).toMatchObject({
    failure: 'evidence/folder-unreadable',
    filesSeen: 0,
  });
  await rename(`${node.folder}-gone`, node.folder);
  await resumeInventory(node.ctx, node.examiner, choice);
  expect(await node.until(choice.inventoryId, 'done')).toMatchObject({ filesHashed: 1, failure: null });
});

test('refuses a second inventory of an exhibit at the same time, and folders of the node itself', async () => {
  await using node = await evidenceNode();
  const { exhibitId, operationId } = await begin(node);
  const start = (folder: string, actor = node.examiner) =>
    startInventory(node.ctx, actor, { operationId, exhibitId, folder });
  await expect(start(node.folder)).rejects.toMatchObject({ code: 'evidence/inventory-running' });
  await expect(start(node.ctx.paths.keys)).rejects.toMatchObject({ code: 'evidence/folder-own' });
  await expect(start('/')).rejects.toMatchObject({ code: 'evidence/folder-own' });
  await expect(start(join(node.folder, 'nowhere'))).rejects.toMatchObject({
    code: 'evidence/folder-unreadable',
  });
  await expect(start(node.folder, node.investigator)).rejects.toMatchObject({ code: 'access/denied' });
});
