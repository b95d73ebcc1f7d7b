import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { ensureNodeLogin, NODE_LOGIN } from './database-logins.ts';
import { createDatabase, migrate } from './migrate.ts';
import { type Cluster, clusterFolder, openCluster } from './postgres-cluster.ts';

let dataDir: string;
let cluster: Cluster;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'icarus-cluster-'));
  await chmod(dataDir, 0o711);
  cluster = await openCluster({ dataDir, disposable: true });
  await createDatabase(cluster.url('postgres'), 'icarus');
  await migrate(cluster.url('icarus'));
});
afterAll(async () => {
  await cluster?.stop();
  await rm(clusterFolder(dataDir), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

const nodeFile = () => `${clusterFolder(dataDir)}.node-secret`;

async function whoWorks(url: string) {
  const db = openDatabase({ url, poolSize: 1 });
  try {
    const { rows } = await sql`select session_user as login, current_user as role,
      (select count(*)::int from operation) as operations`.execute(db);
    return rows[0];
  } finally {
    await db.destroy();
  }
}

const NODE = { login: NODE_LOGIN, role: 'icarus_app', operations: 0 };

test('the embedded server has two logins with passwords of their own, each for this user of the machine only', async () => {
  expect(await whoWorks(cluster.nodeUrl('icarus'))).toEqual(NODE);
  const files = [`${clusterFolder(dataDir)}.secret`, nodeFile()];
  const [owner, node] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  expect(owner).not.toBe(node);
  expect(node?.length).toBeGreaterThan(30);
  for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a server that is found again has the logins that it had', async () => {
  const again = await openCluster({ dataDir, disposable: true });
  expect(again.nodeUrl('icarus')).toBe(cluster.nodeUrl('icarus'));
  await again.stop();
});

test('a cluster of a version in which the node signed in as the owner gets its second login, whoever starts first', async () => {
  await rm(nodeFile());
  const owner = openDatabase({ url: cluster.url('icarus'), role: 'owner', poolSize: 1 });
  try {
    await sql`drop role ${sql.id(NODE_LOGIN)}`.execute(owner);
  } finally {
    await owner.destroy();
  }
  const passwords = await Promise.all(
    [1, 2, 3].map(() => ensureNodeLogin(cluster.url('postgres'), nodeFile())),
  );
  expect(new Set(passwords).size).toBe(1);
  cluster = { ...(await openCluster({ dataDir, disposable: true })), stop: cluster.stop };
  expect(await whoWorks(cluster.nodeUrl('icarus'))).toEqual(NODE);
});
