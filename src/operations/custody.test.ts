import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { bundleKeys, bundleSource } from '#custody/bundle-source.ts';
import { databaseSource } from '#custody/database-source.ts';
import { logState } from '#custody/log-state.ts';
import { inclusionProof } from '#custody/proofs.ts';
import { listEvents, recordEvent } from '#custody/record.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { verifyLog } from '#custody/verify.ts';
import { stagingFolder } from '#platform/staging-folder.ts';
import { SYSTEM, type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import { eraseFromLog, exportCustody, logKeys, settleForks } from './custody.ts';

async function exported(node: TestNode, operationId: Parameters<typeof testOfficer>[1]) {
  const folder = join(await mkdtemp(join(tmpdir(), 'icarus-export-')), 'log');
  const actor = testOfficer('auditor', operationId);
  const sink = await stagingFolder(folder);
  const bundle = await exportCustody(node.ctx, actor, {
    sink,
    operationId: operationId as never,
    without: new Set(),
  });
  return { folder, bundle, [Symbol.asyncDispose]: () => rm(join(folder, '..'), { recursive: true }) };
}

test('an export shows one operation, proves all the rest, and is checked without node or database', async () => {
  await using net = await testNodes(['dk', 'europol']);
  const dk = net.node('dk');
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  await dk.ctx.db.transaction().execute(async (tx) => {
    for (let n = 0; n < 260; n++)
      await recordEvent(tx, {
        at: net.clock.now(),
        kind: 'package.approved',
        actor: 'officer_1',
        ...(n % 2 === 0 && { operationId }),
        subject: { kind: 'package', id: `package_æ${n}` },
      });
  });
  await using out = await exported(dk, operationId);
  const { folder, bundle } = out;
  expect(bundle).toMatchObject({ shown: 131, proofs: 131 });
  const verdict = await verifyLog(await bundleSource(folder), await bundleKeys(folder));
  expect(verdict).toMatchObject({ holds: true, size: bundle.size, whole: 131, root: bundle.root });
  const text = await readFile(join(folder, 'entries.jsonl'), 'utf8');
  expect(text).not.toContain('node.set-up');
  expect((await listEvents(dk.ctx.db, { limit: 500 })).at(-1)).toMatchObject({ kind: 'custody.exported' });
  const altered = [
    text.replace('officer_1', 'officer_2'),
    text.replace(/"leaf":"(..)/, (_, byte: string) => `"leaf":"${byte === '00' ? '11' : '00'}`),
    text.replace(/^.*\n/, ''),
  ];
  for (const entries of altered) {
    await writeFile(join(folder, 'entries.jsonl'), entries);
    expect((await verifyLog(await bundleSource(folder), await bundleKeys(folder))).holds).toBe(false);
  }
});

test('the public tools that the README of an export names check it', async (context) => {
  await using net = await testNodes(['dk', 'europol']);
  const dk = net.node('dk');
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  await using out = await exported(dk, operationId);
  const readme = await readFile(join(out.folder, 'README.md'), 'utf8');
  const code = [...readme.matchAll(/^ {7}(.*)$/gm)].map(([, line]) => line);
  const [openssl = '', ...script] = code;
  const run = (tool: string, parameters: string[]) => {
    try {
      return execFileSync(tool, parameters, { cwd: out.folder, encoding: 'utf8' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return context.skip(`${tool} is not installed`);
      throw error;
    }
  };
  expect(run('openssl', openssl.split(' ').slice(1))).toContain('Verified Successfully');
  await writeFile(join(out.folder, 'check.py'), `${script.join('\n')}\n`);
  const [, size, root] = (await readFile(join(out.folder, 'checkpoint.text'), 'utf8')).split('\n');
  expect(run('python3', ['check.py'])).toBe(`${size}\n${root}\n`);
});

test('what is erased is gone, its leaf proves the rest, and the log says who erased it and why', async () => {
  await using net = await testNodes(['dk']);
  const { ctx } = net.node('dk');
  const subject = { kind: 'target', id: 'target_secret' };
  const { leafHash } = await ctx.db.transaction().execute((tx) =>
    recordEvent(tx, {
      at: net.clock.now(),
      kind: 'target.merged',
      actor: 'officer_7',
      subject,
      facts: { secret: 1 },
    }),
  );
  await eraseFromLog(ctx, SYSTEM, { leaves: [leafHash], reason: 'retention of 5 years' });
  const { rows } = await sql`select * from custody_event where kind = 'target.merged'`.execute(ctx.db);
  expect(JSON.stringify(rows)).not.toMatch(/secret|officer_7/);
  expect(rows).toMatchObject([{ event: null, salt: null, actor: 'erased', subject_id: 'erased' }]);
  const events = await listEvents(ctx.db, { limit: 500 });
  expect(events.find(({ erased }) => erased)).toMatchObject({ kind: 'target.merged', facts: {} });
  expect(events.at(-1)).toMatchObject({
    kind: 'custody.erased',
    facts: { leaves: [leafHash], reason: 'retention of 5 years' },
  });
  await sequenceNow(ctx);
  expect((await inclusionProof(ctx.db, leafHash)).leafHash).toBe(leafHash);
  const { own = '' } = await logKeys(ctx.db);
  const verdict = await verifyLog(await databaseSource(ctx.db), { logKey: own, witnessKeys: [] });
  expect(verdict).toMatchObject({ holds: true, leafOnly: 1 });
});

test('nothing is erased without its event, twice, too young, or by the application itself', async () => {
  await using net = await testNodes(['dk']);
  const { ctx } = net.node('dk');
  const erase = (leaf: string) => eraseFromLog(ctx, SYSTEM, { leaves: [leaf], reason: 'x' });
  const [{ sequence } = { sequence: 0 }] = await listEvents(ctx.db, { limit: 1 });
  await sequenceNow(ctx);
  const leaf = (await inclusionProof(ctx.db, { sequence })).leafHash;
  await expect(
    sql`select custody_erase(array[${sequence}::bigint], ${sequence}::bigint)`.execute(ctx.db),
  ).rejects.toThrow(/needs its own event/);
  await expect(sql`update custody_event set event = null, salt = null`.execute(ctx.db)).rejects.toThrow(
    /permission/,
  );
  await erase(leaf);
  const before = await listEvents(ctx.db, { limit: 500 });
  await expect(erase(leaf)).rejects.toMatchObject({ code: 'custody/leaf-unknown' });
  await expect(erase('ab'.repeat(32))).rejects.toMatchObject({ code: 'custody/leaf-unknown' });
  expect(await listEvents(ctx.db, { limit: 500 })).toEqual(before);
  const officer = testOfficer('auditor', null);
  await expect(eraseFromLog(ctx, officer, { leaves: [leaf], reason: 'x' })).rejects.toMatchObject({
    code: 'access/denied',
  });
});

test('an alarm is open until an administrator settles it with a reason; then the log is witnessed anew', async () => {
  await using net = await testNodes(['dk']);
  const { ctx } = net.node('dk');
  const origin = 'icarus/custody/mt';
  await ctx.db.transaction().execute(async (tx) => {
    await sql`insert into custody_fork (id, origin, kind, first_note, second_note, found_at)
      values ('f1', ${origin}, 'shrunk', 'a', 'b', now())`.execute(tx);
    await recordEvent(tx, {
      at: net.clock.now(),
      kind: 'custody.fork-found',
      actor: 'system:custody',
      subject: { kind: 'custody-log', id: origin },
    });
  });
  expect((await logState(ctx.db)).forks).toMatchObject([{ origin, kind: 'shrunk', reportedBy: null }]);
  const how = { origin, reason: 'Malta restored a backup; confirmed by telephone' };
  await expect(settleForks(ctx, testOfficer('auditor', null), how)).rejects.toMatchObject({
    code: 'access/denied',
  });
  expect(await settleForks(ctx, SYSTEM, how)).toBe(1);
  expect((await logState(ctx.db)).forks).toEqual([]);
  expect((await listEvents(ctx.db, { limit: 500 })).at(-1)).toMatchObject({
    kind: 'custody.fork-settled',
    facts: { alarms: 1, reason: how.reason },
  });
  await expect(settleForks(ctx, SYSTEM, how)).rejects.toMatchObject({ code: 'custody/no-alarm' });
});
