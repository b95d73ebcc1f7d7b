import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { quickFolder } from '#test/quick-folder.ts';
import { openDatabase } from './database.ts';
import { clusterFolder, openCluster, runningCluster } from './postgres-cluster.ts';

/** @returns the client's address as the server sees it; null by the socket */
async function clientAddress(url: string): Promise<string | null> {
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    const { rows } = await sql<{ address: string | null }>`select inet_client_addr() as address`.execute(db);
    return rows[0]?.address ?? null;
  } finally {
    await db.destroy();
  }
}

test.each([
  ['by its socket', 'a "short", one', null],
  ['by the loopback where the path of the socket would be too long', 'x'.repeat(100), '127.0.0.1'],
])('the embedded server is asked %s', async (_, name, address) => {
  const folder = await mkdtemp(join(await quickFolder(), 'icarus-socket-'));
  await chmod(folder, 0o711);
  const dataDir = join(folder, name);
  await mkdir(dataDir, { mode: 0o711 });
  const cluster = await openCluster({ dataDir, disposable: true });
  try {
    expect(await clientAddress(cluster.url('postgres'))).toBe(address);
    const found = await runningCluster(dataDir);
    for (const login of ['url', 'nodeUrl'] as const)
      expect(found?.[login]('postgres')).toBe(cluster[login]('postgres'));
    const loopback = new URL(cluster.url('postgres'));
    loopback.searchParams.delete('host');
    expect(await clientAddress(loopback.href)).toBe('127.0.0.1');
  } finally {
    await cluster.stop();
    await rm(clusterFolder(dataDir), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
});
