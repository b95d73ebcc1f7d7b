/** A database that is really stopped and started again, under a node that officers are signed in to. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '#platform/database.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { type Cluster, clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import { type SignInNode, signInNode } from '#server/fixtures.ts';
import { quickFolder } from '#test/quick-folder.ts';
import { freePort } from '#test/small-disk-node.ts';

let dataDir: string;
let port: number;
let cluster: Cluster;
let node: SignInNode;
let cookie: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(await quickFolder(), 'icarus-down-'));
  await chmod(dataDir, 0o711);
  port = await freePort();
  cluster = await openCluster({ dataDir, port, disposable: true });
  await createDatabase(cluster.url('postgres'), 'icarus');
  await migrate(cluster.url('icarus'));
  node = await signInNode({}, { database: databaseOf(cluster), work: true });
  const { code } = await node.officer('chief', [['administrator', null]]);
  cookie = (await node.enrolled(code)).cookie;
});

afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
  await cluster?.stop();
  await rm(clusterFolder(dataDir), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

/** As the node and its owner sign in. */
function databaseOf(on: Cluster) {
  return { url: on.nodeUrl('icarus'), ownerUrl: on.url('icarus') };
}

async function startAgain(): Promise<void> {
  cluster = await openCluster({ dataDir, port, disposable: true });
}

/** As often as it takes: what comes back by itself, comes back when it is looked at. */
async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(50);
}

const standing = async (): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${node.url}/ready`);
  return { status: answer.status, body: await answer.json() };
};

test('a node whose database is stopped goes on answering: what it is alive for, that it is unavailable, and 503 with a code', async () => {
  expect(await standing()).toEqual({ status: 200, body: { status: 'ready' } });
  await cluster.stop();
  await until(async () => (await standing()).status === 503);
  expect((await standing()).body).toEqual({ status: 'unavailable' });
  expect(await (await fetch(`${node.url}/health`)).json()).toEqual({ status: 'alive' });
  for (const [method, path] of [
    ['GET', '/session'],
    ['GET', '/officers'],
    ['POST', '/officers'],
  ] as const) {
    const answer = await fetch(`${node.url}/nodes/mt/api${path}`, {
      method,
      headers: { cookie, ...(method === 'POST' && { 'content-type': 'application/json' }) },
      ...(method === 'POST' && { body: '{"name":"Nobody"}' }),
    });
    expect(answer.status, path).toBe(503);
    expect(answer.headers.get('retry-after'), path).toBe('10');
    expect(await answer.json(), path).toMatchObject({ code: 'database/unreachable' });
  }
  const detail = await fetch(`${node.statusUrl}/ready`);
  expect(detail.status).toBe(503);
  expect(await detail.json()).toMatchObject({
    standing: 'unavailable',
    figures: null,
    checks: expect.arrayContaining([expect.objectContaining({ name: 'database', state: 'failed' })]),
  });
  const metrics = await (await fetch(`${node.statusUrl}/metrics`)).text();
  expect(metrics).toContain('icarus_check{check="database"} 0\n');
  expect(metrics).not.toMatch(/^icarus_outbox_waiting \d/m);
});

test('it comes back by itself, with the sessions and the officers that it had, and works on', async () => {
  await startAgain();
  await until(async () => (await standing()).status === 200);
  const { body } = await node.ask('/officers', { cookie });
  expect(body.officers.map(({ name }: { name: string }) => name)).toEqual(['chief']);
  const added = await node.ask('/officers', { method: 'POST', cookie, body: { name: 'Second' } });
  expect(added.status).toBe(201);
  // The sequencer was running when its database went: it numbers again.
  await until(async () => (await node.condition.look()).figures?.logWaiting === 0);
  expect((await node.condition.look()).condition.standing).toBe('ready');
});

test('what was answered before the database was killed is there after it, and what was not is not', async () => {
  const names = Array.from({ length: 40 }, (_, n) => `Officer ${n}`);
  const answers = names.map(async (name) => ({
    name,
    status: (await node.ask('/officers', { method: 'POST', cookie, body: { name } })).status,
  }));
  await Promise.race(answers);
  await cluster.stop();
  const said = await Promise.all(answers);
  for (const { name, status } of said) expect([201, 503], name).toContain(status);
  await startAgain();
  await until(async () => (await standing()).status === 200);
  const { body } = await node.ask('/officers', { cookie });
  const there = new Set(body.officers.map(({ name }: { name: string }) => name));
  for (const { name, status } of said) if (status === 201) expect(there).toContain(name);
});

test('an embedded server that dies under a node that keeps it up is started again on its port', async () => {
  const home = await mkdtemp(join(await quickFolder(), 'icarus-kept-'));
  await chmod(home, 0o711);
  const kept = await openCluster({ dataDir: home, disposable: true, keepUp: true });
  const db = openDatabase({ url: kept.url('postgres'), role: 'owner', poolSize: 1 });
  const pidOf = async (): Promise<number | undefined> => {
    const { rows } = await db
      .selectNoFrom((eb) => eb.fn<number>('pg_backend_pid').as('pid'))
      .execute()
      .then(
        (found) => ({ rows: found }),
        () => ({ rows: [] }),
      );
    return rows[0]?.pid;
  };
  try {
    const before = await pidOf();
    const [postmaster] = (await readFile(join(clusterFolder(home), 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(postmaster), 'SIGQUIT');
    await until(async () => {
      const pid = await pidOf();
      return pid !== undefined && pid !== before;
    });
  } finally {
    await db.destroy();
    await kept.stop();
    await rm(clusterFolder(home), { recursive: true, force: true });
    await rm(home, { recursive: true, force: true });
  }
});
