import { randomBytes } from 'node:crypto';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { addOfficer, grantRole } from '#access/officers.ts';
import type { Actor } from '#access/policy.ts';
import { listOfficers } from '#access/store.ts';
import type { DatabaseServer } from '#assembly/database-server.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import type { AgencyId, OfficerId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { initNode } from '#operations/node.ts';
import { readConfig } from '#platform/config.ts';
import { withDatabase } from '#platform/database.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, dropDatabase, migrate } from '#platform/migrate.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { testClock } from '#test/nodes.ts';
import { backUp } from './backup.ts';
import { checkBackup } from './check.ts';
import { restoreNode } from './restore.ts';
import { inOrder } from './tables.ts';

const OPERATOR: Actor = {
  kind: 'officer',
  officerId: 'operator' as OfficerId,
  name: 'Operator of this machine',
  grants: [{ role: 'administrator', operationId: null }],
};
const clock = testClock();
const log = createLog({ level: 'silent' });
const { config: defaults } = readConfig({ environment: {} });

let config: typeof defaults;
let scratch: string;
let database: TestDatabase;
let node: OpenNode;
let keys: { identity: string; recipient: string };
const databases: string[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'icarus-backup-'));
  await mkdir(join(scratch, 'register'));
  config = { ...defaults, backupRegister: [join(scratch, 'register')] };
  database = await testDatabase();
  keys = await generateAgeIdentity();
  const home = join(scratch, 'node');
  const identity = { agencyId: 'mt' as AgencyId, name: 'Malta national unit', country: 'MT' } as const;
  await initNode({ home, databaseUrl: database.url, identity, clock, address: null });
  node = await openNode({ home, databaseUrl: database.url, clock, log, config, work: false });
  const officerId = 'officer_1' as OfficerId;
  await addOfficer(node.ctx, OPERATOR, { officerId, name: 'Ħ “quoted”\ttab\\slash' });
  await grantRole(node.ctx, OPERATOR, { officerId, role: 'administrator', operationId: null });
  await mkdir(join(node.ctx.paths.inbox, 'deep'));
  await writeFile(join(node.ctx.paths.inbox, 'deep/message.icarus'), randomBytes(300_000));
  await writeFile(join(node.ctx.paths.temporary, 'passing'), 'not kept');
  await make('secret', { recipients: [keys.recipient] });
  await make('clear');
});
afterAll(async () => {
  await node?.close();
  await database?.[Symbol.asyncDispose]();
  for (const name of databases) await dropDatabase(inject('postgresUrl'), name);
  await rm(scratch, { recursive: true, force: true });
});

/** A server with one empty database of its own. */
async function emptyServer(): Promise<DatabaseServer & { url: string }> {
  const adminUrl = inject('postgresUrl');
  const name = `restore_${randomBytes(6).toString('hex')}`;
  await createDatabase(adminUrl, name);
  databases.push(name);
  const at = { url: withDatabase(inject('nodePostgresUrl'), name), ownerUrl: withDatabase(adminUrl, name) };
  return {
    url: at.url,
    requireOwner: () => adminUrl,
    embedded: false,
    bare: () => Promise.resolve(at),
    ready: async () => (await migrate(at.ownerUrl), at),
    stop: () => Promise.resolve(),
  };
}

const withKeys = () => ({ identities: [keys.identity], register: join(scratch, 'register') });

function make(out: string, more: { recipients?: string[]; earlier?: string } = {}) {
  const { recipients = [], earlier } = more;
  return backUp(node.ctx, OPERATOR, {
    out: join(scratch, out),
    recipients,
    ownerUrl: database.ownerUrl,
    earlier: earlier === undefined ? undefined : { folder: join(scratch, earlier), keys: withKeys() },
  });
}

async function restore(backup: string, into: string) {
  const server = await emptyServer();
  const own = { ...config, dataDir: join(scratch, into) };
  await restoreNode({ server, config: own, clock, log, folder: join(scratch, backup), keys: withKeys() });
  return openNode({ home: own.dataDir, databaseUrl: server.url, clock, log, config, work: false });
}

test('a restored node has the rows, the files, the keys and the log of the one that was backed up', async () => {
  const restored = await restore('secret', 'again');
  try {
    expect(await listOfficers(restored.ctx.db)).toEqual(await listOfficers(node.ctx.db));
    for (const file of ['inbox/deep/message.icarus', 'keys/signing-key', 'keys/age-identities.txt']) {
      const [was, is] = [join(scratch, 'node', file), join(scratch, 'again', file)];
      expect(await readFile(is), file).toEqual(await readFile(was));
    }
    expect(await readdir(restored.ctx.paths.temporary)).toEqual([]);
    const [before, after] = [await listEvents(node.ctx.db, {}), await listEvents(restored.ctx.db, {})];
    expect(after.map(({ kind }) => kind)).toEqual([
      ...before.map(({ kind }) => kind).filter((kind) => kind !== 'node.backed-up'),
      'node.restored',
    ]);
    // What is recorded next gets a number of its own: the sequences came along.
    await addOfficer(restored.ctx, OPERATOR, { officerId: 'officer_2' as OfficerId, name: 'Officer 2' });
    expect((await listEvents(restored.ctx.db, {})).at(-1)?.kind).toBe('officer.added');
  } finally {
    await restored.close();
  }
});

test('an encrypted backup tells nothing without the key, not even the names of tables', async () => {
  for (const file of ['manifest.json', 'database/officer.copy.zst', 'files/keys/signing-key']) {
    const bytes = await readFile(join(scratch, 'secret', file));
    expect(bytes.subarray(0, 21).toString(), file).toBe('age-encryption.org/v1');
  }
  const other = await generateAgeIdentity();
  const opened = (part: object) => checkBackup(join(scratch, 'secret'), { keys: { ...withKeys(), ...part } });
  await expect(opened({ identities: [] })).rejects.toMatchObject({ code: 'backup/needs-identity' });
  await expect(opened({ identities: [other.identity] })).rejects.toMatchObject({
    code: 'backup/no-identity',
  });
  await expect(opened({ register: undefined })).rejects.toMatchObject({ code: 'backup/needs-register' });
  expect(await opened({})).toMatchObject({ closed: [] });
});

test('a later backup shares with the earlier one what has not changed', async () => {
  await cp(join(scratch, 'clear'), join(scratch, 'monday'), { recursive: true });
  await make('tuesday', { earlier: 'monday' });
  const file = 'files/inbox/deep/message.icarus';
  const [monday, tuesday] = [
    await stat(join(scratch, 'monday', file)),
    await stat(join(scratch, 'tuesday', file)),
  ];
  expect(tuesday.ino).toBe(monday.ino);
  await rm(join(scratch, 'monday'), { recursive: true });
  expect(await checkBackup(join(scratch, 'tuesday'), { keys: withKeys() })).toMatchObject({
    files: expect.any(Number),
  });
});

test.each([
  ['a row', 'database/officer.copy.zst'],
  ['a file', 'files/inbox/deep/message.icarus'],
  ['the manifest', 'manifest.json'],
])('a backup in which %s was changed is refused, and nothing of it is restored', async (what, file) => {
  const folder = `changed-${what.replace(' ', '-')}`;
  await cp(join(scratch, 'clear'), join(scratch, folder), { recursive: true });
  const path = join(scratch, folder, file);
  const bytes = await readFile(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await writeFile(path, bytes);
  await expect(checkBackup(join(scratch, folder), { keys: withKeys() })).rejects.toMatchObject({
    code: 'backup/damaged',
  });
  await expect(restore(folder, `${folder}-node`)).rejects.toMatchObject({ code: 'backup/damaged' });
});

test('a file that is missing, cut short or grown is found', async () => {
  await cp(join(scratch, 'clear'), join(scratch, 'broken'), { recursive: true });
  const path = join(scratch, 'broken/files/inbox/deep/message.icarus');
  await appendFile(path, 'more');
  await expect(checkBackup(join(scratch, 'broken'), { keys: withKeys() })).rejects.toThrow('is damaged');
  await rm(path);
  await expect(checkBackup(join(scratch, 'broken'), { keys: withKeys() })).rejects.toThrow('is damaged');
});

test('a restore that was broken off is begun anew, and a node that is there is never written over', async () => {
  const server = await emptyServer();
  const own = { ...config, dataDir: join(scratch, 'half') };
  const request = { server, config: own, clock, log, folder: join(scratch, 'clear'), keys: withKeys() };
  const cancel = new AbortController();
  const onProgress = (): void => cancel.abort(new Error('the power went'));
  await expect(restoreNode({ ...request, signal: cancel.signal, onProgress })).rejects.toThrow(
    'the power went',
  );
  await restoreNode(request);
  await expect(restoreNode(request)).rejects.toMatchObject({ code: 'backup/node-exists' });
});

test('a broken attempt to make a backup leaves nothing, and none is written over', async () => {
  const cancel = new AbortController();
  cancel.abort(new Error('stopped'));
  const request = {
    out: join(scratch, 'stopped'),
    recipients: [],
    ownerUrl: database.ownerUrl,
    signal: cancel.signal,
  };
  await expect(backUp(node.ctx, OPERATOR, request)).rejects.toThrow('stopped');
  expect((await readdir(scratch)).filter((name) => name.includes('stopped'))).toEqual([]);
  await expect(make('clear')).rejects.toMatchObject({ code: 'backup/exists' });
});

test('only an administrator makes a backup', async () => {
  const nobody: Actor = { kind: 'officer', officerId: 'officer_9' as OfficerId, name: 'Nobody', grants: [] };
  const request = { out: join(scratch, 'denied'), recipients: [], ownerUrl: database.ownerUrl };
  await expect(backUp(node.ctx, nobody, request)).rejects.toMatchObject({ code: 'access/denied' });
});

test('tables are filled after those that they point at', () => {
  const tables = ['a', 'b', 'c'].map((table) => ({ table }));
  const links = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
  ];
  expect(inOrder(tables, links).map(({ table }) => table)).toEqual(['c', 'b', 'a']);
  expect(() => inOrder(tables, [...links, { from: 'c', to: 'a' }])).toThrow('point at each other');
});
