/**
 * Several real nodes for one test: a database, a folder and keys of their own each, cards exchanged,
 * job queues running, real HTTP on loopback. They stand in one process, as in an exercise.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { App } from '#access/http.ts';
import type { Actor, Role } from '#access/policy.ts';
import { actorById, insertGrant, insertOfficer } from '#access/store.ts';
import { COUNTRY_NAMES, isCountryCode } from '#core/countries.ts';
import { type AgencyId, newId, type OfficerId, type OperationId } from '#core/ids.ts';
import { type Exchange, openExchange } from '#exchange/exchange.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { exchangeRoutes } from '#exchange/peer-routes.ts';
import { resumeExchange } from '#exchange/resume.ts';
import { exchangeApiRoutes } from '#exchange/routes.ts';
import { addCard, exportCard } from '#operations/cards.ts';
import { createOperation } from '#operations/create.ts';
import { withTls } from '#operations/live-keys.ts';
import { initNode, loadNodeKeys } from '#operations/node.ts';
import { operationRoutes } from '#operations/routes.ts';
import { ensureTls, publishTlsPins } from '#operations/tls-keys.ts';
import type { Operation } from '#operations/types.ts';
import { type NodeContext, type NodeIdentity, nodePaths } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import { type OfficerDatabase, openOfficerDatabase } from '#platform/officer-database.ts';
import { THIS_MACHINE } from '#platform/outgoing.ts';
import type { TlsIdentity } from '#platform/self-signed.ts';
import type { Db } from '#platform/tables.ts';
import { officersContext } from '#server/officer-scope.ts';
import { strictApp } from '#server/requests/strict-app.ts';
import { arrangeUnlogged } from './custody-probe.ts';
import { type TestDatabase, testDatabase } from './database.ts';

export const SYSTEM: Actor = { kind: 'system', process: 'test' };

/** A clock that stands still until it is moved. */
export interface TestClock {
  now(): Date;
  advanceHours(hours: number): void;
}

export function testClock(start = '2011-09-21T10:00:00.000Z'): TestClock {
  let at = new Date(start).getTime();
  return {
    now: () => new Date(at),
    advanceHours(hours) {
      at += hours * 3_600_000;
    },
  };
}

/** An officer with one role on one operation (null: the administrator's). */
export function testOfficer(role: Role, operationId: OperationId | null, name = `Officer ${role}`): Actor {
  const officerId = `officer_${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}` as OfficerId;
  return { kind: 'officer', officerId, name, grants: [{ role, operationId }] };
}

export interface TestNode {
  readonly agencyId: AgencyId;
  /** Of the run since the last `start`. */
  readonly ctx: NodeContext;
  readonly exchange: Exchange;
  readonly officers: OfficerDatabase;
  readonly app: App;
  /** Base address, as on the card: `http://127.0.0.1:PORT`. */
  readonly address: string;
  readonly database: TestDatabase;
  /** Its data directory. */
  readonly home: string;
  /** Whom the node's own pages act for; undefined = nobody is signed in. */
  signedIn: Actor | undefined;
  /** Refuses connections; jobs go on. */
  goOffline(): Promise<void>;
  goOnline(): Promise<void>;
  /** Ends the node's jobs and connections, as at the end of its process. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface TestNet extends AsyncDisposable {
  node(agencyId: string): TestNode;
  readonly clock: TestClock;
  /** Creates an operation on its lead's node. Default: all agencies of a country but none other take part. */
  operation(roles: {
    lead: string;
    coordinator: string;
    participants?: readonly string[];
  }): Promise<Operation>;
  /** Waits until no node that runs has a job that waits or runs. */
  settled(): Promise<void>;
}

export interface TestNetOptions {
  /** Of every node, or made for each. Default: none. */
  readonly handlers?: readonly MessageHandler[] | ((agencyId: AgencyId) => readonly MessageHandler[]);
  readonly clock?: TestClock;
  /** Default 64 MiB. */
  readonly messageLimitBytes?: number;
  /** Default 2000. */
  readonly deliveryTimeoutMs?: number;
  /** Largest file that is handed over in one request. */
  readonly partBytes?: number;
  /** Further routes below `/nodes/<agency>/api`. */
  readonly routes?: (app: App, ctx: NodeContext) => void;
  /** Registers the jobs of further rooms, before the node's queue starts. */
  readonly jobs?: (ctx: NodeContext) => void;
  /** Nodes reach each other by TLS, with the keys that their cards pin. Default: plain HTTP on loopback. */
  readonly tls?: boolean;
  /** Agencies whose cards name no address: they are reached by file only. */
  readonly fileOnly?: readonly string[];
  /** An empty, migrated database for each node. Default: on the cluster of all tests, which forgets what is committed. */
  readonly database?: () => Promise<TestDatabase>;
}

/** `await using net = await testNodes(['dk', 'europol', 'mt'])`: nodes that know each other; gone at the end of the test. */
export async function testNodes(agencies: readonly string[], options: TestNetOptions = {}): Promise<TestNet> {
  const clock = options.clock ?? testClock();
  const nodes = new Map<string, OwnedNode>();
  for (const id of agencies) nodes.set(id, await makeNode(id as AgencyId, { ...options, clock }));
  const node = (id: string): OwnedNode => {
    const found = nodes.get(id);
    if (!found) throw new Error(`no test node ${id}`);
    return found;
  };
  for (const to of nodes.values()) {
    for (const from of nodes.values()) {
      if (to !== from) await addCard(to.ctx, SYSTEM, await exportCard(from.ctx.db));
    }
  }
  return {
    node,
    clock,
    operation: (roles) => makeOperation(node, agencies, roles),
    async settled() {
      // Nodes are asked one after the other: a job may pass from one that is still to be asked to one that was.
      for (let quiet = 0; quiet < 2; quiet++) {
        const pending = await Promise.all([...nodes.values()].map((each) => each.pending()));
        if (pending.some((jobs) => jobs > 0)) quiet = -1;
        await sleep(20);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...nodes.values()].map((each) => each.dispose()));
    },
  };
}

interface OwnedNode extends TestNode {
  pending(): Promise<number>;
  dispose(): Promise<void>;
}

type NodeOptions = TestNetOptions & { readonly clock: TestClock };

async function makeNode(agencyId: AgencyId, options: NodeOptions): Promise<OwnedNode> {
  const database = await (options.database ?? testDatabase)();
  const home = await mkdtemp(join(tmpdir(), `icarus-${agencyId}-`));
  const tls = options.tls ? await ensureTls(await nodePaths(home), agencyId) : undefined;
  const door = await openDoor(tls);
  const address = `${tls ? 'https' : 'http'}://127.0.0.1:${door.port}`;
  const identity = identityOf(agencyId);
  const onCard = options.fileOnly?.includes(agencyId) ? null : address;
  await initNode({ home, databaseUrl: database.url, identity, clock: options.clock, address: onCard });
  let run: Run | undefined = await startRun({ identity, home, database, options, door });
  if (tls) await publishTlsPins(run.ctx, SYSTEM);
  const running = (): Run => {
    if (!run) throw new Error(`test node ${agencyId} is stopped`);
    return run;
  };
  const stop = async () => {
    await run?.close();
    run = undefined;
  };
  return {
    agencyId,
    address,
    database,
    home,
    get ctx() {
      return running().ctx;
    },
    get exchange() {
      return running().exchange;
    },
    get officers() {
      return running().officers;
    },
    get app() {
      return running().app;
    },
    get signedIn() {
      return running().signedIn;
    },
    set signedIn(actor) {
      running().signedIn = actor;
    },
    goOffline: () => door.close(),
    goOnline: () => door.open(),
    pending: async () => (run ? run.ctx.jobs.pending() : 0),
    stop,
    async start() {
      run ??= await startRun({ identity, home, database, options, door });
    },
    async dispose() {
      await door.close();
      await stop();
      await database[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function identityOf(agencyId: AgencyId): NodeIdentity {
  const code = agencyId.toUpperCase();
  return isCountryCode(code)
    ? { agencyId, name: `${COUNTRY_NAMES[code]} national unit`, country: code }
    : { agencyId, name: agencyId, country: null };
}

interface Run {
  readonly ctx: NodeContext;
  readonly exchange: Exchange;
  readonly officers: OfficerDatabase;
  readonly app: App;
  signedIn: Actor | undefined;
  close(): Promise<void>;
}

interface RunRequest {
  readonly identity: NodeIdentity;
  readonly home: string;
  readonly database: TestDatabase;
  readonly options: NodeOptions;
  readonly door: Door;
}

/** One life of a node's process: its context, its exchange with jobs, its HTTP application. */
async function startRun({ identity, home, database, options, door }: RunRequest): Promise<Run> {
  const log = createLog({ level: 'silent' });
  const db = openDatabase({ url: database.url, poolSize: 4 });
  const officers = openOfficerDatabase({ url: database.url, poolSize: 2 });
  const paths = await nodePaths(home);
  const jobs = createJobQueue(db, log);
  const ctx: NodeContext = {
    node: identity,
    db,
    clock: options.clock,
    log,
    jobs,
    keys: withTls(
      await loadNodeKeys(paths),
      options.tls ? await ensureTls(paths, identity.agencyId) : undefined,
    ),
    paths,
  };
  const { handlers = [], messageLimitBytes = 64 * 1024 ** 2, deliveryTimeoutMs = 2000 } = options;
  const own = typeof handlers === 'function' ? handlers(identity.agencyId) : handlers;
  const exchange = await openExchange(ctx, own, {
    messageLimitBytes,
    deliveryTimeoutMs,
    outgoingNetworks: THIS_MACHINE,
    mutualTls: options.tls ?? false,
    ...(options.partBytes && { partBytes: options.partBytes }),
  });
  options.jobs?.(ctx);
  await jobs.start();
  await resumeExchange(exchange);
  const run: Run = {
    ctx,
    exchange,
    officers,
    app: await buildApp(ctx, exchange, { officers, routes: options.routes, actor: () => run.signedIn }),
    signedIn: undefined,
    async close() {
      door.route = undefined;
      await run.app.close();
      await jobs.stop();
      await officers.destroy();
      await db.destroy();
    },
  };
  door.route = (request, response) => run.app.routing(request, response);
  return run;
}

interface AppOptions {
  readonly officers: OfficerDatabase;
  readonly routes: TestNetOptions['routes'];
  readonly actor: () => Actor | undefined;
}

/** The register of officers has him and his roles, as it would where he signs in. */
async function enlist(db: Db, actor: Actor): Promise<void> {
  if (actor.kind !== 'officer') return;
  const { officerId, name, grants } = actor;
  const at = new Date();
  const known = await actorById(db, officerId);
  if (known?.kind === 'officer' && JSON.stringify(known.grants) === JSON.stringify(grants)) return;
  await arrangeUnlogged(db, async (tx) => {
    // A peer's request may come in the same moment, and enlist him too.
    await sql`select pg_advisory_xact_lock(hashtextextended(${officerId}, 0))`.execute(tx);
    if (!(await actorById(tx, officerId))) await insertOfficer(tx, { id: officerId, name, at });
    for (const grant of grants) await insertGrant(tx, { officerId, ...grant, at });
  });
}

async function buildApp(
  ctx: NodeContext,
  exchange: Exchange,
  { officers, routes, actor }: AppOptions,
): Promise<App> {
  const app = strictApp({ log: ctx.log });
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.actor = actor();
    if (request.actor) await enlist(ctx.db, request.actor);
  });
  const prefix = `/nodes/${ctx.node.agencyId}`;
  await app.register(
    async (api) => {
      const asking = officersContext(api as App, { ctx, officers });
      operationRoutes(api as App, asking);
      exchangeApiRoutes(api as App, asking, exchange);
      routes?.(api as App, asking);
    },
    { prefix: `${prefix}/api` },
  );
  await app.register(async (peers) => exchangeRoutes(peers as App, ctx, exchange), {
    prefix: `${prefix}/exchange/v1`,
  });
  await app.ready();
  return app;
}

/** The node's port, which stays the same while what is behind it comes and goes. */
interface Door {
  readonly port: number;
  route: App['routing'] | undefined;
  open(): Promise<void>;
  close(): Promise<void>;
}

async function openDoor(tls: TlsIdentity | undefined): Promise<Door> {
  const listen = (port: number, handler: Parameters<typeof createServer>[1] & object) =>
    listenOn(port, tls ? secureServer(tls, handler) : createServer(handler));
  let server = await listen(0, (request, response) => handle(request, response));
  const handle: Parameters<typeof createServer>[1] & object = (request, response) => {
    if (door.route) door.route(request, response);
    else response.destroy();
  };
  const door: Door = {
    port: (server.address() as AddressInfo).port,
    route: undefined,
    async open() {
      if (!server.listening) server = await listen(door.port, handle);
    },
    async close() {
      if (!server.listening) return;
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
  return door;
}

/** As src/server/exchange-listener.ts listens. */
function secureServer(tls: TlsIdentity, handler: Parameters<typeof createServer>[1] & object): Server {
  const { key, certificate: cert } = tls;
  const options = { key, cert, minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: false } as const;
  return createSecureServer(options, handler);
}

function listenOn(port: number, server: Server): Promise<Server> {
  return new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => listening(server));
  });
}

async function makeOperation(
  node: (id: string) => TestNode,
  agencies: readonly string[],
  roles: { lead: string; coordinator: string; participants?: readonly string[] },
): Promise<Operation> {
  const { ctx } = node(roles.lead);
  const participants = (roles.participants ?? agencies)
    .map((id) => identityOf(id as AgencyId))
    .flatMap(({ agencyId, country }) => (country === null ? [] : [{ agencyId, country }]));
  return createOperation(ctx, SYSTEM, {
    codeName: `TEST ${newId('run', ctx.clock.now()).slice(-6).toUpperCase()}`,
    lead: roles.lead as AgencyId,
    coordinator: roles.coordinator as AgencyId,
    participants,
    startedAt: ctx.clock.now(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
}
