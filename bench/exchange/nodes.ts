/** Nodes for the benchmark of the exchange: databases on one durable server, homes, ports, cards. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '#core/clock.ts';
import { COUNTRY_NAMES, isCountryCode } from '#core/countries.ts';
import type { AgencyId } from '#core/ids.ts';
import { addCard, exportCard } from '#operations/cards.ts';
import { initNode } from '#operations/node.ts';
import { openDatabase, withDatabase } from '#platform/database.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, databaseExists, migrate } from '#platform/migrate.ts';
import type { BenchNode } from './processes.ts';

const TEMPLATE = 'bench_template';
const ACTOR = { kind: 'system', process: 'bench' } as const;

export async function makeBenchNodes(
  agencies: readonly string[],
  where: { readonly adminUrl: string; readonly scratch: string; readonly pollSeconds: number },
): Promise<BenchNode[]> {
  if (!(await databaseExists(where.adminUrl, TEMPLATE))) await createDatabase(where.adminUrl, TEMPLATE);
  await migrate(withDatabase(where.adminUrl, TEMPLATE));
  const nodes: BenchNode[] = [];
  for (const agencyId of agencies) {
    const name = `bench_${agencyId}_${where.pollSeconds}`;
    await createDatabase(where.adminUrl, name, TEMPLATE);
    const port = await freePort();
    const home = join(where.scratch, name);
    const databaseUrl = withDatabase(where.adminUrl, name);
    const code = agencyId.toUpperCase();
    await initNode({
      home,
      databaseUrl,
      identity: {
        agencyId: agencyId as AgencyId,
        name: isCountryCode(code) ? COUNTRY_NAMES[code] : agencyId,
        country: isCountryCode(code) ? code : null,
      },
      clock: systemClock,
      address: `https://127.0.0.1:${port}`,
    });
    nodes.push({ agencyId, home, databaseUrl, port, pollSeconds: where.pollSeconds });
  }
  return nodes;
}

/** Everybody gets the cards of those in `known`, who get everybody's. Their nodes have put their pins on them. */
export async function exchangeBenchCards(nodes: readonly BenchNode[], known: ReadonlySet<string>) {
  const open = nodes.map(({ agencyId, databaseUrl }) => ({
    agencyId: agencyId as AgencyId,
    db: openDatabase({ url: databaseUrl, poolSize: 1 }),
  }));
  const log = createLog({ level: 'silent' });
  const cards = new Map<string, string>();
  for (const { agencyId, db } of open) cards.set(agencyId, await exportCard(db));
  for (const { agencyId, db } of open) {
    const node = { agencyId, name: agencyId, country: null };
    const ctx = { db, node, clock: systemClock, jobs: createJobQueue(db, log) };
    for (const [other, card] of cards)
      if (other !== agencyId && (known.has(other) || known.has(agencyId))) await addCard(ctx, ACTOR, card);
    await db.destroy();
  }
}

export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
