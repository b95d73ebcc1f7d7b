/** A node as its faces put it together, beside an exercise's controls: what the walks over it look at. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { openNode } from '#assembly/open-node.ts';
import { MESSAGE_HANDLERS } from '#assembly/rooms.ts';
import type { AgencyId } from '#core/ids.ts';
import { createExercise } from '#exercise/play.ts';
import { initNode } from '#operations/node.ts';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { buildHostApp } from '#server/app.ts';
import { ORIGIN } from '#server/fixtures.ts';
import { testDatabase } from './database.ts';
import { testClock } from './nodes.ts';

/** So that the ways in are there too. */
const SIGN_IN = {
  origin: ORIGIN,
  idleMinutes: 30,
  sessionHours: 12,
  passkeyModels: [],
  provider: { issuer: 'https://login.example.mt', clientId: 'icarus', clientSecret: null },
};

/** All routes, work and message kinds of a node as its faces put it together, beside an exercise’s controls. */
export async function assembledNode() {
  const routes = new Set<string>();
  const reading = new Set<string>();
  const watch = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const verb of [method].flat()) {
        if (verb === 'GET') reading.add(`GET ${url}`);
        if (!READING.has(verb)) routes.add(`${verb} ${url}`);
      }
    });
  };
  // Fastify tells of every application that is made: none can be overlooked.
  subscribe('fastify.initialization', watch);
  const home = await mkdtemp(join(tmpdir(), 'icarus-walk-'));
  await using database = await testDatabase();
  const [log, clock] = [createLog({ level: 'silent' }), testClock()];
  const identity = { agencyId: 'mt' as AgencyId, name: 'Malta', country: 'MT' } as const;
  await initNode({ home, databaseUrl: database.url, identity, clock, address: null });
  const { config } = readConfig({ environment: { ICARUS_DATA_DIR: home } });
  const node = await openNode({ home, databaseUrl: database.url, clock, log, config, work: false });
  const server = {
    requireOwner: () => database.ownerUrl,
    embedded: false,
    ready: async () => database,
    bare: async () => database,
    stop: async () => {},
  };
  const exercise = await createExercise({ server, config, log, observations: 5000, seed: 'walk', dayMs: 0 });
  // The desk chooser exists only where nobody signs in.
  await (await buildHostApp({ log, exercise })).close();
  const host = await buildHostApp({ log, exercise, signIn: SIGN_IN });
  try {
    await host.add(node);
    const address = await host.app.listen({ host: '127.0.0.1', port: 0 });
    // The officers’ side is built when it is first asked.
    await fetch(`${address}/nodes/mt/api/session`);
    const all = [...routes].map((route) => route.replace('/nodes/mt', ''));
    const ofHost = (route: string): boolean => routes.has(route);
    const short = (route: string): string =>
      route.replace('/nodes/mt', '').replace('/api/operations/:operationId', '{op}');
    return {
      /** Of the node, that read: the same names as `nodeRoutes`. */
      nodeReadings: [...reading]
        .filter((route) => route.startsWith('GET /nodes/mt/'))
        .map(short)
        .sort(),
      hostRoutes: all.filter(ofHost).sort(),
      nodeRoutes: all
        .filter((route) => !ofHost(route))
        .map(short)
        .sort(),
      work: node.ctx.jobs.kinds().sort(),
      messages: MESSAGE_HANDLERS.map(({ kind }) => kind).sort(),
    };
  } finally {
    unsubscribe('fastify.initialization', watch);
    await host.close();
    await node.close();
    await rm(home, { recursive: true, force: true });
  }
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
