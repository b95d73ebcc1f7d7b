/** Three nodes as agencies set them up: keys, cards exchanged, one operation known to all. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openNode } from '#assembly/open-node.ts';
import { systemClock } from '#core/clock.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { addCard, exportCard } from '#operations/cards.ts';
import { adoptOperation, createOperation } from '#operations/create.ts';
import { initNode } from '#operations/node.ts';
import type { Operation } from '#operations/types.ts';
import { inTransaction, type NodeContext, type NodeIdentity } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import type { Db } from '#platform/tables.ts';
import { freePort, type KillableDatabase } from './database.ts';

export interface SceneNode {
  readonly agencyId: AgencyId;
  readonly home: string;
  readonly databaseUrl: string;
  readonly httpPort: number;
}

export interface Scene {
  readonly nodes: readonly SceneNode[];
  readonly operationId: OperationId;
}

const LEAD = { agencyId: 'dk' as AgencyId, name: 'Lead', country: 'DK' } satisfies NodeIdentity;
const COORDINATOR = { agencyId: 'europol' as AgencyId, name: 'Coordinator', country: null };
const UNIT = { agencyId: 'mt' as AgencyId, name: 'National unit', country: 'MT' } satisfies NodeIdentity;
const ACTOR = { kind: 'system', process: 'chaos' } as const;

export async function makeScene(database: KillableDatabase, folder: string): Promise<Scene> {
  const nodes: SceneNode[] = [];
  for (const identity of [LEAD, COORDINATOR, UNIT]) {
    nodes.push(await makeNode(database, join(folder, identity.agencyId), identity));
  }
  const cards = await Promise.all(nodes.map((node) => withNode(node, ({ db }) => exportCard(db))));
  let operation: Operation | undefined;
  for (const node of nodes) {
    await withNode(node, async (ctx) => {
      for (const [index, card] of cards.entries()) if (nodes[index] !== node) await addCard(ctx, ACTOR, card);
      operation ??= await createOperation(ctx, ACTOR, draftOperation());
      const known = operation;
      await inTransaction(ctx, (tx) => adoptOperation(tx, known, { at: new Date(), actor: 'system:chaos' }));
    });
  }
  if (!operation) throw new Error('no node, no operation');
  return { nodes, operationId: operation.operationId };
}

async function makeNode(
  database: KillableDatabase,
  home: string,
  identity: NodeIdentity,
): Promise<SceneNode> {
  await mkdir(home, { recursive: true });
  const name = `chaos_${identity.agencyId}`;
  await createDatabase(database.url('postgres'), name);
  await migrate(database.url(name));
  await makeEffectTable(database.url(name));
  const databaseUrl = database.nodeUrl(name);
  const httpPort = await freePort();
  const address = `http://127.0.0.1:${httpPort}`;
  await initNode({ home, databaseUrl, identity, clock: systemClock, address });
  return { agencyId: identity.agencyId, home, databaseUrl, httpPort };
}

/** What handlers did. Without a key on purpose: an effect that happens twice must show. */
async function makeEffectTable(ownerUrl: string): Promise<void> {
  const db = openDatabase({ url: ownerUrl, role: 'owner', poolSize: 1 });
  try {
    await sql`create table chaos_effect (
      message_id text not null, kind text not null, key text not null, digest text not null, at timestamptz not null
    )`.execute(db);
    await sql`grant select, insert on chaos_effect to icarus_app`.execute(db);
  } finally {
    await db.destroy();
  }
}

/** The node without any work going on in it. */
export async function withNode<T>(
  { home, databaseUrl }: SceneNode,
  act: (ctx: NodeContext) => Promise<T>,
): Promise<T> {
  const node = await openNode({
    home,
    databaseUrl,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    config: { messageLimitBytes: 1, deliveryTimeoutMs: 1000, queryMemoryBytes: 1024 ** 3 },
    work: false,
    poolSize: 2,
  });
  try {
    return await act(node.ctx);
  } finally {
    await node.close();
  }
}

/** The node's database alone, for what the harness reads past the product's code. */
export async function withDatabaseOf<T>(node: SceneNode, act: (db: Db) => Promise<T>): Promise<T> {
  const db = openDatabase({ url: node.databaseUrl, poolSize: 2 });
  try {
    return await act(db);
  } finally {
    await db.destroy();
  }
}

function draftOperation(): Omit<Operation, 'operationId'> {
  return {
    codeName: 'CHAOS',
    lead: LEAD.agencyId,
    coordinator: COORDINATOR.agencyId,
    participants: [LEAD, UNIT].map(({ agencyId, country }) => ({ agencyId, country })),
    startedAt: new Date(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  };
}
