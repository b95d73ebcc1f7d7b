import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertGrant, insertOfficer } from '#access/store.ts';
import type { OfficerId, OperationId } from '#core/ids.ts';
import { openDatabase } from '#platform/database.ts';
import { inClear, placesOnDisk } from '#platform/encrypted-disk.ts';
import { createDatabase } from '#platform/migrate.ts';
import { openOfficerDatabase } from '#platform/officer-database.ts';
import { type Cluster, clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { Db } from '#platform/tables.ts';
import { NODE_DATABASE, openDatabaseServer } from './database-server.ts';

let dataDir: string;
/** Not the one of all tests: that one may lose commits, which a node refuses. */
let cluster: Cluster;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'icarus-server-'));
  await chmod(dataDir, 0o711);
  cluster = await openCluster({ dataDir });
});
afterAll(async () => {
  await cluster?.stop();
  await rm(clusterFolder(dataDir), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

/** An empty database of the owner's, as an administrator makes it. */
async function madeDatabase() {
  const name = `server_${randomBytes(6).toString('hex')}`;
  await createDatabase(cluster.url('postgres'), name);
  return { databaseUrl: cluster.nodeUrl(name), databaseOwnerUrl: cluster.url(name), dataDir: '/nowhere' };
}

test('the owner migrates the database, and from then on the node starts without knowing him', async () => {
  const config = await madeDatabase();
  const alone = await openDatabaseServer({ ...config, databaseOwnerUrl: null });
  await expect(alone.ready(NODE_DATABASE)).rejects.toMatchObject({ code: 'database/schema-behind' });
  const server = await openDatabaseServer(config);
  const expected = { url: config.databaseUrl, ownerUrl: config.databaseOwnerUrl };
  expect(await server.ready(NODE_DATABASE)).toEqual(expected);
  expect(await alone.ready(NODE_DATABASE)).toEqual({ ...expected, ownerUrl: null });
});

test('what only the owner can do is refused where he is not known', async () => {
  const server = await openDatabaseServer({ ...(await madeDatabase()), databaseOwnerUrl: null });
  expect(() => server.requireOwner()).toThrow(expect.objectContaining({ code: 'database/owner-needed' }));
  await expect(server.bare(NODE_DATABASE)).rejects.toMatchObject({ code: 'database/owner-needed' });
  await expect(server.ready('another')).rejects.toMatchObject({ code: 'database/owner-needed' });
});

test('an owner who is no superuser brings the whole schema up, and policies hold him and his functions serve the node', async () => {
  const config = await madeDatabase();
  const owner = `agency_${randomBytes(6).toString('hex')}`;
  const name = new URL(config.databaseOwnerUrl).pathname.slice(1);
  const db = openDatabase({ url: config.databaseOwnerUrl, role: 'owner', poolSize: 1 });
  try {
    await sql.raw(`create role ${owner} login createrole password 'hush'`).execute(db);
    // As whoever makes a role has it.
    await sql
      .raw(`grant icarus_app, icarus_officer to ${owner} with admin true, inherit false, set false`)
      .execute(db);
    await sql.raw(`alter database ${name} owner to ${owner}`).execute(db);
  } finally {
    await db.destroy();
  }
  const ownerUrl = new URL(config.databaseOwnerUrl);
  [ownerUrl.username, ownerUrl.password] = [owner, 'hush'];
  const server = await openDatabaseServer({ ...config, databaseOwnerUrl: ownerUrl.href });
  const at = await server.ready(NODE_DATABASE);
  expect(at).toEqual({ url: config.databaseUrl, ownerUrl: ownerUrl.href });
  const officer = { officerId: 'officer_1' as OfficerId, operations: ['operation_1' as OperationId] };
  const [app, plainOwner] = [
    openDatabase({ url: at.url }),
    openDatabase({ url: ownerUrl.href, role: 'login' }),
  ];
  const officers = openOfficerDatabase({ url: at.url });
  const operations = async (asked: Db) => (await asked.selectFrom('operation').select('id').execute()).length;
  try {
    await sql`insert into operation (id, code_name, lead, coordinator, started_at, handling_codes, handling_text,
      dissemination_hours, exercise, recorded_at)
      values ('operation_1', 'ONE', 'mt', 'mt', now(), '{}', '', 24, true, now())`.execute(app);
    await insertOfficer(app, { id: officer.officerId, name: 'One', at: new Date() });
    expect(await operations(officers.seenBy(officer))).toBe(0);
    const grant = {
      officerId: officer.officerId,
      role: 'auditor',
      operationId: 'operation_1' as OperationId,
    } as const;
    await insertGrant(app, { ...grant, at: new Date() });
    expect(await operations(officers.seenBy(officer))).toBe(1);
    expect(await operations(plainOwner)).toBe(0);
  } finally {
    await Promise.all([app, plainOwner, officers].map((one) => one.destroy()));
  }
});

test.each(['alone', 'beside itself'])(
  'a node that would sign in as the owner, %s, is refused',
  async (how) => {
    const { databaseOwnerUrl, ...config } = await madeDatabase();
    const owner = how === 'alone' ? null : databaseOwnerUrl;
    const server = await openDatabaseServer({
      ...config,
      databaseUrl: databaseOwnerUrl,
      databaseOwnerUrl: owner,
    });
    await expect(server.ready(NODE_DATABASE)).rejects.toMatchObject({ code: 'database/signs-in-as-owner' });
  },
);

test('a database on another machine whose address asks for no TLS is refused before a password is sent', async () => {
  const away = { dataDir: '/nowhere', databaseUrl: 'postgres://icarus_node:hush@db.example.mt/icarus' };
  await expect(openDatabaseServer({ ...away, databaseOwnerUrl: null })).rejects.toMatchObject({
    code: 'database/not-encrypted',
  });
});

test('an owner without a database of his is a mistake in the settings', async () => {
  const { databaseOwnerUrl, ...config } = await madeDatabase();
  await expect(openDatabaseServer({ ...config, databaseUrl: null, databaseOwnerUrl })).rejects.toMatchObject({
    code: 'config/invalid',
  });
});

const KEPT = { dataDir: tmpdir(), temporaryDir: null, databaseUrl: null };
const inClearHere = inClear(await placesOnDisk(KEPT)).length > 0;

test.runIf(inClearHere)(
  'where encrypted disks are asked for and this machine has none, no database is made',
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'icarus-clear-'));
    const asked = { ...KEPT, dataDir: home, databaseOwnerUrl: null, diskEncryption: 'required' } as const;
    await expect(openDatabaseServer(asked)).rejects.toMatchObject({ code: 'disk/not-encrypted' });
    expect(await readdir(home)).toEqual([]);
    expect(await readdir(clusterFolder(home)).catch(() => [])).toEqual([]);
    await rm(home, { recursive: true });
  },
);
