/** A backup that was made before an erasure does not give back what was erased; and it ends in time. */

import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import type { DatabaseServer } from '#assembly/database-server.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import type { MessageId, TargetId } from '#core/ids.ts';
import { sendLetter } from '#correspondence/send.ts';
import { listEvents } from '#custody/record.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { witnessedNote } from '#custody/witness-store.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { importLog } from '#observations/import/import.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { noteKnown } from '#observations/targets/prior-knowledge.ts';
import { listTargets } from '#observations/targets/target-reader.ts';
import { witnessedCheckpoint } from '#operations/custody.ts';
import { readConfig } from '#platform/config.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { withDatabase } from '#platform/database.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, dropDatabase, migrate } from '#platform/migrate.ts';
import { approveErasure, askErasure } from '#protection/ask-erasure.ts';
import { unwrapKeys } from '#protection/backup-keys.ts';
import { eraseRecord } from '#protection/erase.ts';
import { placeHold, releaseHold } from '#protection/holds.ts';
import { registerProtectionJobs } from '#protection/jobs.ts';
import { erasureById } from '#protection/store.ts';
import type { RecordKind } from '#protection/types.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import { SYSTEM, testOfficer } from '#test/nodes.ts';
import { LOG_PROFILE, type PackageNet, packageNet } from '#test/packages.ts';
import { whereSaid } from '#test/where-said.ts';
import { backUp } from './backup.ts';
import { checkBackup } from './check.ts';
import { pruneBackups, retireRegister } from './prune.ts';
import { type RestoreRequest, restoreNode } from './restore.ts';

/** The client id of the person who is erased. */
const SECRET = 'zebra-quartz-41507';
/** Of somebody else, who stays until the case goes. */
const OTHER = 'basalt-heron-90210';
const WAIT = { timeout: 30_000 };
const BACKUPS = { keepDays: 35 };
const log = createLog({ level: 'silent' });

let scratch: string;
let scene: PackageNet;
let lead: NodeContext;
let owner: { identity: string; recipient: string };
let targetId: TargetId;
let letterId: MessageId;
const databases: string[] = [];

const place = (name: string) => join(scratch, name);
const register = () => ({ ...BACKUPS, registers: [place('register')] });

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'icarus-forgetting-'));
  await mkdir(place('register'));
  owner = await generateAgeIdentity();
  scene = await packageNet(['dk', 'europol'], {
    jobs: (ctx) => registerProtectionJobs({ ...ctx, backups: register() }),
  });
  const { analyst, operationId, net } = scene;
  lead = { ...scene.lead, backups: register() };
  const lines = [
    'time,ip,port,guid,software,hash,size,grade',
    `2011-09-19T10:00:00Z,192.0.2.77,40077,${SECRET},Wire/1,${'ab'.repeat(20)},1000,direct-browse`,
    `2011-09-19T12:00:00Z,192.0.2.78,40078,${OTHER},Wire/1,${'ef'.repeat(20)},1000,direct-browse`,
  ];
  await writeFile(place('more.csv'), `${lines.join('\n')}\n`);
  await importLog(lead, analyst, { operationId, path: place('more.csv'), profile: LOG_PROFILE });
  await attribute(lead, analyst, { operationId });
  await buildTargets(lead, analyst, { operationId });
  targetId = (await listTargets(lead, { operationId })).find(({ clientId }) => clientId === SECRET)!.targetId;
  await inTransaction(lead, (tx) =>
    noteKnown(lead, tx, analyst, { operationId, targetId, reason: `Known as ${SECRET}` }),
  );
  const letter = await sendLetter(lead, SYSTEM, {
    operationId,
    kind: 'message',
    to: ['europol' as never],
    subject: 'A word',
    text: `It is ${SECRET}.`,
    handling: { codes: ['H0'], text: '' },
    attachments: [],
  });
  letterId = letter.messageId;
  await net.settled();
  await make('before');
}, 120_000);
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
  for (const name of databases) await dropDatabase(inject('postgresUrl'), name);
  await rm(scratch, { recursive: true, force: true });
});

async function make(out: string, recipients = [owner.recipient]): Promise<void> {
  const { ownerUrl } = scene.net.node('dk').database;
  await backUp(lead, SYSTEM_ADMIN, { out: place(out), recipients, ownerUrl });
}
const SYSTEM_ADMIN = testOfficer('administrator', null);

const keys = (name = 'register') => ({ identities: [owner.identity], register: place(name) });

async function restored(
  backup: string,
  into: string,
  more: Partial<RestoreRequest> = {},
): Promise<{ result: Awaited<ReturnType<typeof restoreNode>>; node: OpenNode }> {
  const adminUrl = inject('postgresUrl');
  const name = `restore_${randomBytes(6).toString('hex')}`;
  await createDatabase(adminUrl, name);
  databases.push(name);
  const at = { url: withDatabase(inject('nodePostgresUrl'), name), ownerUrl: withDatabase(adminUrl, name) };
  const server: DatabaseServer = {
    requireOwner: () => adminUrl,
    embedded: false,
    bare: () => Promise.resolve(at),
    ready: async () => (await migrate(at.ownerUrl), at),
    stop: () => Promise.resolve(),
  };
  const { clock } = scene.net;
  const config = { ...readConfig({ environment: {} }).config, dataDir: place(into) };
  const request = { server, config, clock, log, folder: place(backup), keys: keys(), ...more };
  const result = await restoreNode(request);
  const node = await openNode({ home: config.dataDir, databaseUrl: at.url, clock, log, config, work: false });
  return { result, node };
}

/** Asks and approves, as two officers, and waits until it is done. */
async function erase(kind: RecordKind, recordId: string): Promise<void> {
  const { operationId, approver, net } = scene;
  const asked = await askErasure(lead, testOfficer('investigator', operationId), {
    operationId,
    kind,
    recordId,
    because: 'court-order',
    legalBasis: 'Court of Copenhagen, 7-2011',
  });
  const { erasureId, digest } = asked;
  await approveErasure(lead, approver, { operationId, erasureId, digest });
  await net.settled();
  expect((await erasureById(lead.db, erasureId))?.doneAt).not.toBeNull();
}

test('a backup gives back what it holds, as long as nothing of it was erased', async () => {
  const { node, result } = await restored('before', 'whole');
  try {
    expect(result).toMatchObject({ forgotten: [], behind: null, erasedAgain: { records: 0, messages: 0 } });
    expect(await whereSaid(node.ctx, SECRET)).toEqual(
      expect.arrayContaining(['public.letter', 'public.target_standing', expect.stringMatching(/^lake/)]),
    );
    expect(await listTargets(node.ctx, { operationId: scene.operationId })).toEqual(
      await listTargets(lead, { operationId: scene.operationId }),
    );
  } finally {
    await node.close();
  }
});

test('neither the recipient’s identity nor the register alone opens a backup', async () => {
  const stranger = await generateAgeIdentity();
  const folder = place('before');
  await expect(checkBackup(folder, { keys: { identities: [owner.identity] } })).rejects.toMatchObject({
    code: 'backup/needs-register',
  });
  await expect(
    checkBackup(folder, { keys: { ...keys(), identities: [stranger.identity] } }),
  ).rejects.toMatchObject({ code: 'backup/no-identity' });
  for (const path of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (path.isFile() && path.name !== 'backup.json')
      expect((await readFile(join(path.parentPath, path.name))).subarray(0, 21).toString(), path.name).toBe(
        'age-encryption.org/v1',
      );
});

test('what was erased since is erased again by the restore, a hold that was released since notwithstanding', async () => {
  const { operationId, net } = scene;
  const until = new Date(net.clock.now().getTime() + 86_400_000);
  const officer = testOfficer('investigator', operationId);
  const hold = { operationId, kind: 'target' as const, recordId: targetId, reason: 'Appeal', until };
  const holdId = await placeHold(lead, officer, hold);
  await make('held');
  await releaseHold(lead, officer, { operationId, holdId, reason: 'Appeal was withdrawn' });
  await erase('target', targetId);
  await erase('message', letterId);
  expect(await whereSaid(lead, SECRET)).toEqual([]);
  for (const backup of ['before', 'held']) {
    const { node, result } = await restored(backup, `again-${backup}`);
    try {
      expect(result.erasedAgain, backup).toMatchObject({ records: 2 });
      expect(await whereSaid(node.ctx, SECRET), backup).toEqual([]);
      expect(
        (await listTargets(node.ctx, { operationId })).map(({ clientId }) => clientId),
        backup,
      ).toContain(OTHER);
      const said = await listEvents(node.ctx.db, { subject: { kind: 'target', id: targetId } });
      expect(said.map(({ kind }) => kind)).toContain('protection.erasure-repeated');
    } finally {
      await node.close();
    }
  }
}, 60_000);

test('a backup in clear wants the journal too', async () => {
  await make('open', []);
  const without = { keys: { identities: [] } };
  await expect(restored('open', 'no-journal', without)).rejects.toMatchObject({
    code: 'backup/needs-journal',
  });
  const { node } = await restored('open', 'with-journal');
  await node.close();
});

test('an old or altered journal is refused, and the node does not start', async () => {
  const { net } = scene;
  await cp(place('register'), place('old-register'), { recursive: true });
  net.clock.advanceHours(1);
  await make('newer');
  await expect(
    restored('newer', 'stale', { journalFile: join(place('old-register'), 'dk/erasures.json') }),
  ).rejects.toMatchObject({ code: 'backup/journal-stale' });
  const journal = JSON.parse(await readFile(join(place('register'), 'dk/erasures.json'), 'utf8'));
  await writeFile(place('forged.json'), JSON.stringify({ ...journal, erasures: [] }));
  const forged = { journalFile: place('forged.json') };
  await expect(restored('before', 'forged', forged)).rejects.toMatchObject({
    code: 'backup/journal-invalid',
  });
  const config = { ...readConfig({ environment: {} }).config, dataDir: place('forged') };
  const databaseUrl = withDatabase(inject('nodePostgresUrl'), databases.at(-1)!);
  const opening = { home: config.dataDir, databaseUrl, clock: net.clock, log, config, work: false };
  await expect(openNode(opening)).rejects.toMatchObject({ code: 'backup/restore-unfinished' });
});

test('a restore that ends before what a partner has seen says what is missing, and goes on only by word', async () => {
  const { net } = scene;
  await sequenceNow(lead);
  const letter = { subject: 'Another', text: 'Nothing.', handling: { codes: ['H0' as const], text: '' } };
  await sendLetter(lead, SYSTEM, {
    ...letter,
    operationId: scene.operationId,
    kind: 'message',
    to: ['europol' as never],
    attachments: [],
  });
  await net.settled();
  const seen = await witnessedCheckpoint(net.node('europol').ctx, SYSTEM_ADMIN, 'icarus/custody/dk');
  expect(await witnessedNote(lead.db)).toBeDefined();
  await expect(restored('before', 'behind', { checkpoint: seen })).rejects.toMatchObject({
    code: 'backup/behind-checkpoint',
  });
  const { node, result } = await restored('before', 'accepted', { checkpoint: seen, acceptLoss: true });
  await node.close();
  expect(result.behind).toMatchObject({ from: result.custodySize });
  await make('newest');
  const whole = await restored('newest', 'whole-log', { checkpoint: seen });
  await whole.node.close();
  expect(whole.result.behind).toBeNull();
  const own = await witnessedCheckpoint(net.node('europol').ctx, SYSTEM_ADMIN).catch(() => seen);
  if (own !== seen)
    await expect(restored('newest', 'foreign', { checkpoint: own })).rejects.toMatchObject({
      code: 'backup/checkpoint-unproven',
    });
}, 60_000);

test('a whole case is gone from older backups at once: its key is destroyed in every copy of the register', async () => {
  const { operationId } = scene;
  await cp(place('register'), place('stolen'), { recursive: true });
  await rm(place('register'), { recursive: true });
  const ask = { operationId, kind: 'operation', recordId: operationId } as const;
  const asked = await askErasure(lead, testOfficer('investigator', operationId), {
    ...ask,
    because: 'court-order',
    legalBasis: 'Court of Copenhagen, 8-2011',
  });
  const { erasureId, digest } = asked;
  await approveErasure(lead, scene.approver, { operationId, erasureId, digest });
  // While a copy is away, it is not done.
  await vi.waitFor(
    async () => expect((await erasureById(lead.db, erasureId))?.rowsGoneAt).not.toBeNull(),
    WAIT,
  );
  await expect(eraseRecord(lead, { erasureId })).rejects.toMatchObject({
    code: 'backup/register-unreachable',
  });
  expect((await erasureById(lead.db, erasureId))?.doneAt).toBeNull();
  await cp(place('stolen'), place('register'), { recursive: true });
  await eraseRecord(lead, { erasureId });
  expect((await erasureById(lead.db, erasureId))?.doneAt).not.toBeNull();
  expect(await checkBackup(place('before'), { keys: keys() })).toMatchObject({ closed: [operationId] });
  const { node, result } = await restored('before', 'without-case');
  try {
    expect(result.forgotten).toEqual([operationId]);
    for (const text of [SECRET, OTHER]) expect(await whereSaid(node.ctx, text)).toEqual([]);
    expect(await node.ctx.db.selectFrom('operation').select('id').execute()).toEqual([{ id: operationId }]);
    expect(await node.ctx.db.selectFrom('letter').select('body').distinct().execute()).toEqual([
      { body: '' },
    ]);
  } finally {
    await node.close();
  }
}, 60_000);

test('a key that is missing without an erasure is a damaged register, not a permission to forget', async () => {
  await make('later');
  await cp(place('register'), place('torn'), { recursive: true });
  const [period = ''] = await readdir(place('torn/dk/keys'));
  const files = (await readdir(place(`torn/dk/keys/${period}`))).filter((name) =>
    name.startsWith('operation_'),
  );
  // As if the case had not been erased: the journal of before.
  await cp(place('stolen/dk/erasures.json'), place('torn/dk/erasures.json'));
  for (const file of files) await rm(place(`torn/dk/keys/${period}/${file}`));
  await expect(restored('before', 'torn-node', { keys: keys('torn') })).rejects.toMatchObject({
    code: 'backup/key-missing',
  });
});

test('no backup is readable for longer than it may be kept, and pruning removes it', async () => {
  const { net } = scene;
  net.clock.advanceHours(24 * (BACKUPS.keepDays - 8));
  expect((await pruneBackups(lead, SYSTEM_ADMIN, scratch)).folders).toEqual([]);
  expect(await checkBackup(place('later'), { keys: keys() })).toBeDefined();
  await make('fresh');
  net.clock.advanceHours(24 * 8);
  const { folders, keysDestroyed } = await pruneBackups(lead, SYSTEM_ADMIN, scratch);
  expect(folders).toEqual(['before', 'held', 'later', 'newer', 'newest', 'open'].map(place));
  expect(keysDestroyed).toBeGreaterThan(0);
  const left = [...(await unwrapKeys(place('register'), [owner.identity])).keys()];
  expect(left).toHaveLength(2);
  expect(await checkBackup(place('fresh'), { keys: keys() })).toMatchObject({ closed: [] });
  const copy = { folder: place('register'), lost: false };
  await retireRegister(lead, SYSTEM_ADMIN, copy);
  expect(await readdir(place('register'))).toEqual([]);
  await expect(checkBackup(place('fresh'), { keys: keys() })).rejects.toMatchObject({
    code: 'backup/no-identity',
  });
});
