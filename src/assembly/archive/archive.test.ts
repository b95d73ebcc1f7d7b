/** A node with its own server, its archive, and the moments that it can be brought back to. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addOfficer } from '#access/officers.ts';
import { listOfficers } from '#access/store.ts';
import { type DatabaseServer, NODE_DATABASE, openDatabaseServer } from '#assembly/database-server.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import { systemClock } from '#core/clock.ts';
import type { AgencyId, OfficerId } from '#core/ids.ts';
import { initNode } from '#operations/node.ts';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { clusterFolder } from '#platform/postgres-cluster.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import { testOfficer } from '#test/nodes.ts';
import { quickFolder } from '#test/quick-folder.ts';
import { archiveRound } from './archiver.ts';
import { restoreTo } from './restore-to.ts';

const ADMINISTRATOR = testOfficer('administrator', null);
const log = createLog({ level: 'silent' });
const { config: defaults } = readConfig({ environment: {} });
const never = new AbortController().signal;

let scratch: string;
let keys: { identity: string; recipient: string };
let server: DatabaseServer;
let databaseUrl: string;
let node: OpenNode;

const place = (name: string) => join(scratch, name);
const settings = () => ({ ...defaults, backupRegister: [place('register')] });

beforeAll(async () => {
  scratch = await mkdtemp(join(await quickFolder(), 'icarus-archive-'));
  // As root, the server runs as another user, who must be able to walk in.
  await chmod(scratch, 0o711);
  await mkdir(place('register'));
  await mkdir(place('archive'));
  keys = await generateAgeIdentity();
  server = await openDatabaseServer({ ...defaults, dataDir: place('node') });
  databaseUrl = await server.ready(NODE_DATABASE);
  const identity = { agencyId: 'mt' as AgencyId, name: 'Malta national unit', country: 'MT' } as const;
  await initNode({ home: place('node'), databaseUrl, identity, clock: systemClock, address: null });
  node = await openNode({ home: place('node'), databaseUrl, clock: systemClock, log, config: settings(), work: false });
}, 60_000);
afterAll(async () => {
  await node?.close();
  await server?.stop();
  await rm(scratch, { recursive: true, force: true });
});

const round = () =>
  archiveRound(
    node.ctx,
    {
      ownerUrl: databaseUrl,
      cluster: clusterFolder(place('node')),
      target: { folder: place('archive'), recipients: [keys.recipient], everySeconds: 60 },
    },
    never,
  );

/** @returns a moment after which it was confirmed */
async function act(name: string): Promise<Date> {
  await addOfficer(node.ctx, ADMINISTRATOR, { officerId: `officer_${name}` as OfficerId, name });
  await writeFile(join(node.ctx.paths.inbox, name), randomBytes(50_000));
  await sleep(5);
  const moment = new Date();
  await sleep(5);
  return moment;
}

function restore(to: Date, into: string, folder = 'archive') {
  return restoreTo({
    config: { ...settings(), dataDir: place(into) },
    clock: systemClock,
    log,
    folder: place(folder),
    keys: { identities: [keys.identity], register: place('register') },
    to,
  });
}

test('a node comes back as it was between two acts: the first is there, the second not, and its log holds', async () => {
  console.time('round'); await round(); console.timeEnd('round');
  const first = await act('first');
  console.time('round'); await round(); console.timeEnd('round');
  const second = await act('second');
  await act('third');
  console.time('round'); await round(); console.timeEnd('round');
  void first;
  console.time('restore');
  const restored = await restore(second, 'again').catch(async (e) => { console.log(await readFile(place('again/postgres.log'),'utf8')); throw e; });
  console.timeEnd('restore');
  console.log(restored);
  const config = { ...settings(), dataDir: place('again') };
  const own = await openDatabaseServer(config);
  const opened = await openNode({ home: config.dataDir, databaseUrl: await own.ready(NODE_DATABASE), clock: systemClock, log, config, work: false });
  try {
    expect((await listOfficers(opened.ctx.db)).map(({ name }) => name).sort()).toEqual(['first', 'second']);
    expect(await readFile(join(place('again'), 'inbox/first'))).toEqual(await readFile(join(place('node'), 'inbox/first')));
    expect(await readdir(join(place('again'), 'inbox'))).toContain('second');
  } finally {
    await opened.close();
    await own.stop();
  }
}, 60_000);
