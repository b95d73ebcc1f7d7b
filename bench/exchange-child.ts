/** One process of the benchmark of the exchange: nodes as `icarus serve` runs them, and the sender's part. */
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import { systemClock } from '#core/clock.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { sendLetter } from '#correspondence/send.ts';
import { createOperation } from '#operations/create.ts';
import { publishTlsPins } from '#operations/tls-keys.ts';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { THIS_MACHINE } from '#platform/outgoing.ts';
import { listenForPeers } from '#server/exchange-listener.ts';
import { buildNodeApp } from '#server/node-app.ts';
import type { Answer, Ask, BenchNode } from './exchange/processes.ts';

const ACTOR = { kind: 'system', process: 'bench' } as const;

const nodes = new Map<string, OpenNode>();
const log = createLog({ level: 'warn' });
const { config } = readConfig({ environment: {} });

async function open({ agencyId, home, databaseUrl, port, pollSeconds }: BenchNode): Promise<void> {
  const own = {
    ...config,
    exchangePort: port,
    exchangeHost: '127.0.0.1',
    dataDir: home,
    outgoingNetworks: THIS_MACHINE,
  };
  const node = await openNode({
    home,
    databaseUrl,
    clock: systemClock,
    log,
    config: own,
    pollSeconds,
    poolSize: 6,
  });
  nodes.set(agencyId, node);
  const { tls } = node.ctx.keys;
  if (!tls) throw new Error('a node that listens has a TLS key');
  await publishTlsPins(node.ctx, ACTOR);
  await listenForPeers({ agencyId, app: await buildNodeApp(node), tls, log, config: own });
}

const nodeOf = (agencyId: string): OpenNode => {
  const node = nodes.get(agencyId);
  if (!node) throw new Error(`no node ${agencyId} in this process`);
  return node;
};

async function operationOf(lead: OpenNode, { coordinator, units }: { coordinator: string; units: string[] }) {
  const { operationId } = await createOperation(lead.ctx, ACTOR, {
    codeName: `BENCH ${Date.now()}`,
    lead: lead.ctx.node.agencyId,
    coordinator: coordinator as AgencyId,
    participants: units.map((id) => ({ agencyId: id as AgencyId, country: id.toUpperCase() })) as never,
    startedAt: new Date(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
  return operationId;
}

/** A free message, as an officer writes it. */
async function send(
  { ctx }: OpenNode,
  what: { operationId: OperationId; to: string[]; sizeBytes: number; path?: string },
): Promise<string> {
  const { operationId, to, sizeBytes, path } = what;
  const attachment = path && { name: 'package.bin', sizeBytes, content: () => createReadStream(path) };
  const { messageId } = await sendLetter(ctx, ACTOR, {
    operationId,
    kind: 'message',
    to: to as AgencyId[],
    subject: 'A note',
    text: 'x'.repeat(path ? 100 : sizeBytes),
    handling: { codes: ['H0'], text: '' },
    ...(attachment && { attachments: [attachment] }),
  });
  return messageId;
}

/** How many receipts there are. */
async function countReceipts({ ctx }: OpenNode): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from receipt where status = 'acknowledged'`.execute(ctx.db);
  return rows[0]?.count ?? 0;
}

/** Those of these messages that are acknowledged: each is looked for by itself, so that looking costs the server little. */
async function acknowledgedOf({ ctx }: OpenNode, messageIds: readonly string[]): Promise<string[]> {
  if (messageIds.length === 0) return [];
  const { rows } = await sql<{ message_id: string }>`
    select found.message_id from unnest(${messageIds}::text[]) as waiting (id)
    cross join lateral (
      select message_id from receipt where message_id = waiting.id and status = 'acknowledged' limit 1
    ) found`.execute(ctx.db);
  return rows.map(({ message_id }) => message_id);
}

/** How often the sender looks which receipts have come; a message counts as under way until then. */
const LOOK_MS = 10;

/** Keeps `window` messages under way until `count` are acknowledged. @returns milliseconds of each, seal to receipt */
async function sendSmall(ask: Extract<Ask, { do: 'small' }>): Promise<number[]> {
  const lead = nodeOf(ask.from);
  const operationId = await operationOf(lead, { coordinator: ask.to, units: [] });
  const startedAt = new Map<string, number>();
  let begun = 0;
  let acknowledged = 0;
  const waiting = new Set<string>();
  const inFlight = new Set<Promise<void>>();
  while (acknowledged < ask.count) {
    while (begun < ask.count && begun - acknowledged < ask.window) {
      begun += 1;
      const at = Date.now();
      const work = send(lead, { operationId, to: [ask.to], sizeBytes: 1500 }).then((messageId) => {
        startedAt.set(messageId, at);
        waiting.add(messageId);
        inFlight.delete(work);
      });
      inFlight.add(work);
    }
    await sleep(LOOK_MS);
    for (const messageId of await acknowledgedOf(lead, [...waiting]))
      if (waiting.delete(messageId)) acknowledged += 1;
  }
  await Promise.all(inFlight);
  const rows = await lead.ctx.db.selectFrom('receipt').select(['message_id', 'came_at']).execute();
  return rows.flatMap(({ message_id, came_at }) => {
    const at = startedAt.get(message_id);
    return at === undefined ? [] : came_at.getTime() - at;
  });
}

/** One message of that size to each unit and to the coordinator, sealed two at a time. */
async function sendLarge(ask: Extract<Ask, { do: 'large' }>): Promise<number[]> {
  const lead = nodeOf(ask.from);
  const operationId = await operationOf(lead, ask);
  const path = join(lead.ctx.paths.temporary, 'package.bin');
  await writeFile(path, ask.bytes === undefined ? '' : await readFile(ask.bytes));
  const expected = (await countReceipts(lead)) + 2 * ask.units.length;
  const queue = [...ask.units];
  const sealers = [1, 2].map(async () => {
    for (let unit = queue.shift(); unit; unit = queue.shift())
      await send(lead, { operationId, to: [unit, ask.coordinator], sizeBytes: ask.sizeBytes, path });
  });
  await Promise.all(sealers);
  while ((await countReceipts(lead)) < expected) await sleep(100);
  return [];
}

async function answer(ask: Ask): Promise<Answer> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const latencies =
    ask.do === 'open'
      ? await ask.nodes.reduce<Promise<number[]>>(
          (done, node) => done.then(() => open(node)).then(() => []),
          Promise.resolve([]),
        )
      : ask.do === 'small'
        ? await sendSmall(ask)
        : ask.do === 'large'
          ? await sendLarge(ask)
          : [];
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(ask.do === 'cpu' ? undefined : cpuBefore);
  return { seconds, latencies, cpuSeconds: (user + system) / 1e6 };
}

process.on('message', (ask: Ask) => {
  answer(ask).then(
    (result) => process.send?.({ result }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
