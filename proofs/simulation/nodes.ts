/** The simulated nodes: the product's exchange in processes that begin and end, over one database and one disk each. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { type Exchange, openExchange } from '#exchange/exchange.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { resumeExchange } from '#exchange/resume.ts';
import type { LogSigner, NodeContext, NodePaths } from '#platform/context.ts';
import { createLog } from '#platform/log.ts';
import type { Tables } from '#platform/tables.ts';
import type { Signer } from '#seal/keys.ts';
import { KEY_FILE, KINDS } from '../chaos/messages.ts';
import type { Databases } from './databases.ts';
import { diskOfNode, homeOf } from './disks.ts';
import { readFile } from './instead/fs-promises.ts';
import { processEnded } from './instead/process-name.ts';
import { simulatedJobs } from './jobs.ts';
import type { Storm } from './storm.ts';
import { type Life, theWorld } from './world.ts';

export interface Process {
  readonly life: Life;
  readonly ctx: NodeContext;
  readonly exchange: Exchange;
}

export interface SimulatedNode {
  readonly agencyId: AgencyId;
  /** Has ever been started. A node that nobody has had to do with is not. */
  readonly started: boolean;
  /** The process that peers and officers reach; undefined while it is down. */
  readonly server: Process | undefined;
  /** Starts its processes where they do not run. */
  start(): void;
  /** Calls `act` as the server when it next is up, at once if it is. */
  whenUp(act: (server: Process) => void): void;
  /** Ends one process, or with the power all of them, and starts them again later. */
  strike(life: Life, powerCut: boolean): void;
  /** Ends all processes; they stay down until `start`. */
  stop(): void;
}

const POLL_MS = 30_000;
const DELIVERY_TIMEOUT_MS = 10_000;
const log = createLog({ level: 'silent' });

export interface NodeSettings {
  readonly agencyId: AgencyId;
  readonly databases: Databases;
  readonly storm: Storm;
  readonly signer: Signer;
  readonly logSigners: ReadonlyMap<string, LogSigner>;
  /** A process could not start. */
  readonly failed: (agency: string, error: unknown) => void;
}

export function createNode(settings: NodeSettings): SimulatedNode {
  const { agencyId, databases, storm } = settings;
  const world = theWorld();
  const down: ((server: Process) => void)[] = [];
  const alive = new Map<number, Life>();
  let started = false;
  let stopped = false;
  let server: Process | undefined;
  let lives = 0;

  databases.clockOf(agencyId, () => world.now() + storm.clockOffset(agencyId));

  function begin(place: number): void {
    if (stopped || alive.has(place)) return;
    lives += 1;
    const life: Life = { node: agencyId, name: `${agencyId}.${lives}`, dead: false };
    alive.set(place, life);
    world.onEnd(life, () => {
      alive.delete(place);
      processEnded(life.name);
      if (server?.life === life) server = undefined;
    });
    world.as(life, () =>
      openProcess(settings, life).then(
        (opened) => {
          if (place === 0) up(opened);
        },
        // A start that fails is the supervisor's to repeat.
        (error: unknown) => {
          settings.failed(agencyId, error);
          end(life, storm.restartDelayMs());
        },
      ),
    ) as unknown;
  }

  function up(opened: Process): void {
    server = opened;
    for (const act of down.splice(0)) world.as(opened.life, () => act(opened));
  }

  function end(life: Life, againAfterMs: number): void {
    const place = [...alive].find(([, each]) => each === life)?.[0];
    world.end(life);
    if (place !== undefined) world.after(againAfterMs, () => begin(place));
  }

  const node: SimulatedNode = {
    agencyId,
    get started() {
      return started;
    },
    get server() {
      return server;
    },
    start() {
      started = true;
      stopped = false;
      world.between(async () => {
        await databases.connect(agencyId);
        for (let place = 0; place < storm.plan.processes; place++) begin(place);
      });
    },
    whenUp(act) {
      if (!started) node.start();
      const now = server;
      if (now) world.as(now.life, () => act(now));
      else down.push(act);
    },
    strike(life, powerCut) {
      const falling = powerCut ? [...alive.values()] : [life];
      if (powerCut) diskOfNode(agencyId).cut(storm.random);
      for (const each of falling) end(each, storm.restartDelayMs());
    },
    stop() {
      stopped = true;
      for (const life of alive.values()) world.end(life);
    },
  };
  return node;
}

async function openProcess(settings: NodeSettings, life: Life): Promise<Process> {
  const { agencyId, databases, storm, signer, logSigners } = settings;
  const world = theWorld();
  const logSigner = logSigners.get(agencyId);
  if (!logSigner) throw new Error(`no log key of ${agencyId}`);
  const ctx: NodeContext = {
    node: { agencyId, name: agencyId, country: null },
    db: databases.open(life, (query) => storm.connectionFault(query)),
    clock: { now: () => new Date(world.now() + storm.clockOffset(agencyId)) },
    log,
    jobs: simulatedJobs(),
    // What a process remembers by its key ends with it.
    keys: { signer, identities: [], log: { ...logSigner } },
    paths: pathsOf(agencyId),
  };
  const options = {
    messageLimitBytes: 1_000_000,
    deliveryTimeoutMs: DELIVERY_TIMEOUT_MS,
    pollMs: POLL_MS,
    partBytes: storm.plan.partBytes,
  };
  const exchange = await openExchange(
    ctx,
    KINDS.map((kind) => handlerOf(kind, storm)),
    options,
  );
  await ctx.jobs.start();
  await resumeExchange(exchange);
  return { life, ctx, exchange };
}

function pathsOf(agencyId: string): NodePaths {
  const home = homeOf(agencyId);
  const below = (name: string): string => join(home, name);
  return {
    home,
    keys: below('keys'),
    lake: below('lake'),
    packages: below('packages'),
    outbox: below('outbox'),
    inbox: below('inbox'),
    opened: below('opened'),
    documents: below('documents'),
    temporary: below('temporary'),
  };
}

interface EffectTable {
  readonly message_id: string;
  readonly kind: string;
  readonly key: string;
  readonly digest: string;
}

/** A room of the simulation: writes what it took in, where nothing keeps it from writing twice. */
function handlerOf(kind: string, storm: Storm): MessageHandler {
  return {
    kind,
    async receive(_ctx, tx, message) {
      const read = async (path: string) => (await readFile(join(message.folder, path))) as Buffer;
      const key = (await read(KEY_FILE)).toString('utf8');
      const hash = createHash('sha256');
      for (const { path } of message.files) if (path !== KEY_FILE) hash.update(await read(path));
      if (storm.refuses(key)) throw new IcarusError('operation/not-found', { operation: 'it' });
      const effect: EffectTable = {
        message_id: message.messageId,
        kind,
        key,
        digest: hash.digest('hex'),
      };
      await (tx as unknown as Kysely<Tables & { 'simulation.effect': EffectTable }>)
        .insertInto('simulation.effect')
        .values(effect)
        .execute();
      if (storm.roomFails()) throw new Error('a fault of the room');
      await sql`select 1`.execute(tx);
    },
  };
}
