/** Processes that make or restore a backup are killed at every stage: what is left is whole, or counts as nothing. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openNode } from '#assembly/open-node.ts';
import type { AgencyId } from '#core/ids.ts';
import { initNode } from '#operations/node.ts';
import { readConfig } from '#platform/config.ts';
import { withDatabase } from '#platform/database.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, dropDatabase, migrate } from '#platform/migrate.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { testClock } from '#test/nodes.ts';
import { checkBackup } from './check.ts';
import { type RestoreRequest, restoreNode } from './restore.ts';

const clock = testClock();
const log = createLog({ level: 'silent' });
const FILE_BYTES = 200_000;
const FILES = 24;

let scratch: string;
let database: TestDatabase;
let keys: { identity: string; recipient: string };
const databases: string[] = [];

const place = (name: string) => join(scratch, name);
const backupKeys = () => ({ identities: [keys.identity], register: place('register') });

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'icarus-killed-backup-'));
  database = await testDatabase();
  keys = await generateAgeIdentity();
  await mkdir(place('register'));
  const identity = { agencyId: 'mt' as AgencyId, name: 'Malta national unit', country: 'MT' } as const;
  const home = place('node');
  await initNode({ home, databaseUrl: database.url, identity, clock, address: null });
  for (let n = 0; n < FILES; n++) await writeFile(join(home, 'inbox', `m${n}`), randomBytes(FILE_BYTES));
});
afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  for (const name of databases) await dropDatabase(inject('postgresUrl'), name);
  await rm(scratch, { recursive: true, force: true });
});

const room = (file: string) => JSON.stringify(join(import.meta.dirname, file));

/**
 * Runs a script in a process that kills itself, as a power cut would, when `onProgress` has counted so many bytes;
 * at -1 it lives. @returns what it printed
 */
async function inProcess(script: string, dieAtBytes: number): Promise<string> {
  const text = `
    import { createLog } from ${room('../../platform/log.ts')};
    import { readConfig } from ${room('../../platform/config.ts')};
    import { openNode } from ${room('../open-node.ts')};
    import { backUp } from ${room('backup.ts')};
    import { restoreNode } from ${room('restore.ts')};
    const { config } = readConfig({ environment: {} });
    const log = createLog({ level: 'silent' });
    const clock = { now: () => new Date(${clock.now().getTime()}) };
    const onProgress = (bytes) => {
      if (${dieAtBytes} >= 0 && bytes >= ${dieAtBytes}) process.kill(process.pid, 'SIGKILL');
    };
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', text], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const [code, signal] = await new Promise<[number | null, string | null]>((done) =>
    child.once('exit', (...how) => done(how)),
  );
  const output = Buffer.concat(said).toString('utf8');
  if (dieAtBytes >= 0) expect(signal, output).toBe('SIGKILL');
  else expect(code, output).toBe(0);
  return output;
}

const making = (out: string) => `
  const node = await openNode({ home: ${JSON.stringify(place('node'))}, databaseUrl: ${JSON.stringify(database.url)},
    clock, log, config: { ...config, backupRegister: [${JSON.stringify(place('register'))}] }, work: false });
  const actor = { kind: 'officer', officerId: 'operator', name: 'Operator', grants: [{ role: 'administrator', operationId: null }] };
  await backUp(node.ctx, actor, { out: ${JSON.stringify(place(out))}, recipients: [${JSON.stringify(keys.recipient)}],
    ownerUrl: ${JSON.stringify(database.ownerUrl)}, onProgress });
  await node.close();`;

const TOTAL = FILES * FILE_BYTES;

test('a backup that was killed is not there, however far it had come, and the next attempt is whole', async () => {
  for (const share of [0, 0.4, 0.9]) {
    await inProcess(making('killed'), Math.round(TOTAL * share));
    expect(existsSync(place('killed')), `at ${share}`).toBe(false);
    await expect(checkBackup(place('killed'), { keys: backupKeys() })).rejects.toMatchObject({
      code: 'backup/missing',
    });
  }
  await inProcess(making('killed'), -1);
  expect((await readdir(scratch)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  expect(await checkBackup(place('killed'), { keys: backupKeys() })).toMatchObject({ closed: [] });
}, 120_000);

test('a node whose restore was killed does not start, and the next restore begins anew and is whole', async () => {
  const adminUrl = inject('postgresUrl');
  const name = `restore_${randomBytes(6).toString('hex')}`;
  await createDatabase(adminUrl, name);
  databases.push(name);
  const at = { url: withDatabase(inject('nodePostgresUrl'), name), ownerUrl: withDatabase(adminUrl, name) };
  const { config } = readConfig({ environment: {} });
  const dataDir = place('again');
  const restoring = `
    const at = ${JSON.stringify(at)};
    const server = { embedded: false, requireOwner: () => at.ownerUrl, bare: async () => at, ready: async () => at, stop: async () => {} };
    await restoreNode({ server, config: { ...config, dataDir: ${JSON.stringify(dataDir)} }, clock, log, folder: ${JSON.stringify(place('killed'))},
      keys: ${JSON.stringify(backupKeys())}, onProgress });`;
  const opening = { home: dataDir, databaseUrl: at.url, clock, log, config, work: false };
  // In the files, at their end, and in the database, which is loaded after them.
  for (const at of [TOTAL * 0.3, TOTAL, TOTAL + 1000]) {
    await inProcess(restoring, Math.round(at));
    await expect(openNode(opening), `at ${at}`).rejects.toMatchObject({ code: 'backup/restore-unfinished' });
  }
  const server: RestoreRequest['server'] = {
    requireOwner: () => adminUrl,
    embedded: false,
    bare: () => Promise.resolve(at),
    ready: async () => (await migrate(at.ownerUrl), at),
    stop: () => Promise.resolve(),
  };
  const request = { server, config: { ...config, dataDir }, clock, log, folder: place('killed') };
  await restoreNode({ ...request, keys: backupKeys() });
  const node = await openNode(opening);
  await node.close();
  for (let n = 0; n < FILES; n++)
    expect(await readFile(join(dataDir, 'inbox', `m${n}`))).toEqual(
      await readFile(place(`node/inbox/m${n}`)),
    );
}, 120_000);
