/**
 * What it costs that officers' readings go through row-level security: the same requests to the same node, once by
 * the officers' connections and once by the node's own, which no policy holds back. Rounds of the two alternate. And
 * what telling a connection its officer costs by itself.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { initNode } from '#operations/node.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { openOfficerDatabase } from '#platform/officer-database.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { Db } from '#platform/tables.ts';
import { buildNodeApp, type NodeApp } from '#server/node-app.ts';
import { listening } from './access/listening.ts';
import { type Amounts, fill, NOW, type Officer, signIn } from './access/records.ts';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'access';

/** Below `/nodes/mt/api`; `{op}` is one of the officer's operations. */
const READINGS: Readonly<Record<string, string>> = {
  'own operations': '/operations',
  'custody log, 100 events': '{op}/custody?limit=100',
  'messages, a page of 50': '{op}/messages?limit=50',
  'letters, a page of 50': '{op}/letters?limit=50',
  'exhibits, 50': '{op}/exhibits',
  'hits with the agency’s holdings, a page of 50': '{op}/crossmatch/hits?limit=50',
};
const AT_ONCE = 8;
const ROUNDS = 6;

export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  const dataDir = join(scratch, 'postgres');
  const cluster = await openCluster({ dataDir, disposable: true });
  try {
    await createDatabase(cluster.url('postgres'), 'bench');
    await migrate(cluster.url('bench'));
    const amounts: Amounts = small
      ? { operations: 10, messages: 2000, events: 5000, hits: 500, holdings: 100_000 }
      : { operations: 20, messages: 10_000, events: 50_000, hits: 2000, holdings: 1_000_000 };
    const [home, databaseUrl] = [join(scratch, 'node'), cluster.nodeUrl('bench')];
    const identity = { agencyId: 'mt' as AgencyId, name: 'Malta', country: 'MT' } as const;
    const clock = { now: () => NOW };
    await initNode({ home, databaseUrl, identity, clock, address: null });
    const operations = await fill(cluster.url('bench'), amounts);
    log(`${operations.length} operations filled`);
    const config = { messageLimitBytes: 1e9, deliveryTimeoutMs: 2000, queryMemoryBytes: 1e8 };
    const quiet = createLog({ level: 'silent' });
    const node = await openNode({ home, databaseUrl, clock, log: quiet, config, work: false });
    try {
      const officers = await signIn(node.ctx.db, operations, small ? 20 : 100);
      return [
        ...(await readings(node, officers, small ? 64 : 400)),
        ...(await telling(databaseUrl, officers)),
      ];
    } finally {
      await node.close();
    }
  } finally {
    await cluster.stop();
    await rm(clusterFolder(dataDir), { recursive: true, force: true });
  }
}

/** The node whose officers' readings go by its own connections. */
function withoutScope(node: OpenNode): OpenNode {
  return { ...node, officers: { seenBy: () => node.ctx.db, destroy: async () => {} } };
}

async function readings(node: OpenNode, officers: readonly Officer[], requests: number): Promise<Figure[]> {
  const [scoped, plain] = [await buildNodeApp(node), await buildNodeApp(withoutScope(node))];
  await using doors = await listening([scoped, plain]);
  const [scopedUrl, plainUrl] = doors.urls as [string, string];
  const figures: Figure[] = [];
  try {
    for (const [name, path] of Object.entries(READINGS)) {
      const milliseconds = { scoped: [] as number[], plain: [] as number[] };
      for (let round = 0; round <= ROUNDS; round++) {
        const [own, peer] = [
          await timed(scopedUrl, path, { officers, requests }),
          await timed(plainUrl, path, { officers, requests }),
        ];
        // The first round warms both.
        if (round === 0) continue;
        milliseconds.scoped.push(own);
        milliseconds.plain.push(peer);
      }
      const [own, peer] = [median(milliseconds.scoped), median(milliseconds.plain)];
      figures.push({
        name: `${name}: a request, ${AT_ONCE} at once`,
        value: own,
        unit: 'ms',
        peer: { name: 'by the node’s own connections', value: peer },
        ratio: own / peer,
      });
    }
    return figures;
  } finally {
    await close(scoped, plain);
  }
}

async function close(...apps: readonly NodeApp[]): Promise<void> {
  for (const app of apps) await app.close();
}

/** Milliseconds that one request takes of the time of all. */
async function timed(
  url: string,
  path: string,
  { officers, requests }: { officers: readonly Officer[]; requests: number },
): Promise<number> {
  let next = 0;
  const from = performance.now();
  const asking = Array.from({ length: AT_ONCE }, async () => {
    for (let n = next++; n < requests; n = next++) {
      const { cookie, operations } = officers[n % officers.length] as Officer;
      const at = path.replace('{op}', `/operations/${operations[n % 2] as OperationId}`);
      const answer = await fetch(`${url}/nodes/mt/api${at}`, { headers: { cookie } });
      const body = await answer.text();
      if (!answer.ok) throw new Error(`${at}: ${answer.status} ${body.slice(0, 200)}`);
    }
  });
  await Promise.all(asking);
  return (performance.now() - from) / requests;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** One connection, the cheapest query: for one officer, and for another each time. */
async function telling(url: string, officers: readonly Officer[]): Promise<Figure[]> {
  const one = openOfficerDatabase({ url, poolSize: 1 });
  try {
    const dbs = officers.map(({ officerId, operations }) => one.seenBy({ officerId, operations }));
    const same = async () => sql`select 1`.execute(dbs[0] as Db);
    const other = async (n: number) => sql`select 1`.execute(dbs[n % dbs.length] as Db);
    const [same1, other1, same2, other2] = [
      await repeated(same),
      await repeated(other),
      await repeated(same),
      await repeated(other),
    ];
    const [told, kept] = [Math.min(other1, other2), Math.min(same1, same2)];
    const peer = { name: 'for the same officer again', value: kept };
    return [
      {
        name: 'a query of nothing, for another officer each time',
        value: told,
        unit: 'ms',
        peer,
        ratio: told / kept,
      },
    ];
  } finally {
    await one.destroy();
  }
}

async function repeated(ask: (n: number) => Promise<unknown>): Promise<number> {
  const times = 2000;
  const from = performance.now();
  for (let n = 0; n < times; n++) await ask(n);
  return (performance.now() - from) / times;
}
