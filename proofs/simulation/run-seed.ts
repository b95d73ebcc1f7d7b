/** One seed: a storm over 27 nodes, then calm, then the verdict. */
import { createHash } from 'node:crypto';
import { isIcarusError } from '#core/errors.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { digestField } from '#exchange/digest-fields.ts';
import { below, oneOf, type Random, randomFor, shuffled } from '#exercise/log/random.ts';
import type { LogSigner } from '#platform/context.ts';
import type { Signer } from '#seal/keys.ts';
import type { Entry } from '../chaos/traffic.ts';
import { judge } from '../chaos/verdict.ts';
import { type Databases, LOST_CONNECTION } from './databases.ts';
import { DiskError } from './disk.ts';
import { diskOfNode, homeOf, newDisks } from './disks.ts';
import type { Call } from './doors.ts';
import { seedCrypto } from './instead/crypto.ts';
import { newProcesses } from './instead/process-name.ts';
import { readCheap, writeCheap } from './instead/seal-format.ts';
import { machine } from './machine.ts';
import { createNetwork, type Network, setNetwork } from './network.ts';
import { createNode, type SimulatedNode } from './nodes.ts';
import { drawOrder, isAcknowledged, post, resend } from './officers.ts';
import { planOf } from './plan.ts';
import { recordsOf } from './records.ts';
import { createStorm, type Storm } from './storm.ts';
import { createWorld, setWorld, type World } from './world.ts';

export interface SeedResult {
  readonly seed: string;
  readonly faults: readonly string[];
  readonly trace: string;
  readonly steps: number;
  readonly told: number;
  readonly opened: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface Setting {
  readonly databases: Databases;
  readonly agencies: readonly string[];
  readonly operationId: OperationId;
  readonly signer: Signer;
  /** Of the agencies' custody logs. */
  readonly logSigners: ReadonlyMap<string, LogSigner>;
}

const STARTS_AT = Date.UTC(2011, 8, 21, 10);
/** True time that passes after the storm: no clock that went wrong was further ahead. */
const CALM_MS = 45 * 60_000;
const MOST_CLOCK_ERROR_MS = 40 * 60_000;
const SETTLE_MS = 30 * 60_000;
const MOST_STEPS = 400_000;

interface Run extends Setting {
  readonly world: World;
  readonly storm: Storm;
  readonly random: Random;
  readonly nodes: ReadonlyMap<string, SimulatedNode>;
  readonly entries: Map<string, Entry>;
  /** Whole messages that went over the network. */
  readonly seen: Call[];
  readonly faults: string[];
}

export async function runSeed(setting: Setting, seed: string): Promise<SeedResult> {
  const run = prepare(setting, seed);
  const { world, storm, faults, entries, nodes, databases } = run;
  let opened = 0;
  try {
    const network = makeNetwork(run);
    setNetwork(network);
    plot(run, network);
    await world.run(STARTS_AT + storm.plan.stormMs);
    await calm(run);
    const { count, found } = await verdict(run);
    opened = count;
    faults.push(...found);
  } catch (error) {
    faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  for (const node of nodes.values()) node.stop();
  await world.run(world.now());
  for (const [agency, node] of nodes) if (node.started) await databases.reset(agency);
  setWorld(undefined);
  return {
    seed,
    faults,
    trace: world.trace(),
    steps: world.steps,
    told: [...entries.values()].filter(({ told }) => told).length,
    opened,
    counts: Object.fromEntries(storm.counts),
  };
}

function prepare(setting: Setting, seed: string): Run {
  const storm = createStorm(seed, planOf(seed));
  const nodes = new Map<string, SimulatedNode>();
  const world = createWorld({
    seed,
    startsAt: STARTS_AT,
    machine,
    mostSteps: MOST_STEPS,
    waitsForLock: (running) => setting.databases.waitsForLock(running),
    strikes(life) {
      const kind = storm.strikes();
      if (kind) nodes.get(life.node)?.strike(life, kind === 'power cut');
      return kind !== undefined;
    },
  });
  setWorld(world);
  seedCrypto(seed);
  newDisks((operation) => storm.diskFault(operation));
  newProcesses(storm.plan.seesEnds);
  const faults: string[] = [];
  // While the database fails by the seed, so may a start.
  const failed = (agency: string, error: unknown): void => {
    if (!isInjected(error)) faults.push(`${agency} cannot start: ${String(error)}`);
  };
  for (const agency of setting.agencies) {
    nodes.set(agency, createNode({ ...setting, agencyId: agency as AgencyId, storm, failed }));
  }
  const random = randomFor(seed, 'plot');
  return { ...setting, world, storm, random, nodes, entries: new Map(), seen: [], faults };
}

/** Is it a fault that the seed put there? */
function isInjected(error: unknown): boolean {
  if (isIcarusError(error, 'disk/full')) return true;
  return (
    error instanceof DiskError ||
    (error instanceof Error && 'code' in error && error.code === LOST_CONNECTION)
  );
}

/** What every node promises by an answer is checked as the answer leaves. */
function makeNetwork(run: Run): Network {
  const { world, databases, storm, nodes, faults, seen } = run;
  return createNetwork((agency) => nodes.get(agency), storm, {
    leaving(call) {
      if (call.method !== 'PUT') return;
      seen.push(call);
      const { from, bytes } = call;
      world.between(async () => {
        const acknowledged = statementsIn(bytes)
          .filter(({ status, recipient }) => status === 'acknowledged' && recipient === from)
          .map(({ messageId }) => messageId);
        if (acknowledged.length === 0) return;
        const opened = await databases.rows<{ id: string }>(
          from,
          `select id from inbox_message where id = any($1) and state = 'opened'`,
          [acknowledged],
        );
        for (const messageId of acknowledged)
          if (!opened.some(({ id }) => id === messageId))
            faults.push(`${from} hands out a receipt for ${messageId}, which is not opened`);
      });
    },
    accepted(node, { messageId, sha256 }) {
      world.between(async () => {
        const [row] = await databases.rows<{ sha256: string; file: string }>(
          node,
          'select sha256, file from inbox_message where id = $1',
          [messageId],
        );
        if (row?.sha256 !== sha256)
          faults.push(`${node} answers that it has ${messageId}, and has no row of it`);
        else if (!diskOfNode(node).isDurable(`${homeOf(node)}/inbox/${row.file}`))
          faults.push(`${node} answers that it has ${messageId}, and its file would not survive a power cut`);
      });
    },
  });
}

interface SeenStatement {
  readonly messageId: string;
  readonly recipient: string;
  readonly status: string;
}

function statementsIn(bytes: Buffer): readonly SeenStatement[] {
  const { envelope, files } = readCheap(bytes);
  if (envelope.kind !== 'receipt') return [];
  const document = JSON.parse(Buffer.from(files[0]?.base64 ?? '', 'base64').toString('utf8')) as
    | SeenStatement
    | { readonly statements: readonly SeenStatement[] };
  return 'statements' in document ? document.statements : [document];
}

/** Plans what people do and what strikes from outside, over the time of the storm. */
function plot(run: Run, network: Network): void {
  const { world, storm, random, nodes, agencies, entries, operationId } = run;
  const { plan } = storm;
  const sometime = (act: () => void): void => void world.after(below(random(), plan.stormMs), act);
  // Nothing but a fault of the seed's own keeps a message from being posted.
  const refused = (error: unknown): void => {
    if (!isInjected(error)) run.faults.push(`a message could not be posted: ${(error as Error).stack}`);
  };
  // A few agencies have to do with each other; now and then it is everybody.
  const circle = below(random(), 6) === 0 ? agencies : shuffled(agencies, random).slice(0, 4);
  const involved = [...new Set([...circle, 'europol', 'dk'])];
  for (let index = 0; index < plan.messages; index++) {
    const from = oneOf(random(), involved);
    const order = drawOrder(`${from}-${index}`, from, involved, random);
    const entry: Entry = { order, from: from as AgencyId };
    entries.set(order.key, entry);
    sometime(() => nodes.get(from)?.whenUp((server) => void post(server, operationId, entry).catch(refused)));
  }
  for (let index = 0; index < plan.resends; index++) {
    sometime(() => {
      const told = [...entries.values()].filter((entry) => entry.told);
      if (told.length === 0) return;
      const { from, told: which } = oneOf(random(), told);
      nodes.get(from)?.whenUp((server) => void resend(server, which?.messageId ?? ''));
    });
  }
  for (let index = 0; index < plan.partitions; index++) {
    const island = new Set(shuffled(involved, random).slice(0, 1 + below(random(), involved.length - 1)));
    sometime(() => {
      storm.part(island);
      world.after(below(random(), 30_000), () => storm.part(undefined));
    });
  }
  for (let index = 0; index < plan.clockJumps; index++) {
    const node = oneOf(random(), involved);
    const offset = below(random(), 2 * MOST_CLOCK_ERROR_MS) - MOST_CLOCK_ERROR_MS;
    sometime(() => storm.moveClock(node, offset));
  }
  for (let index = 0; index < plan.conflicts; index++) sometime(() => forge(run, network));
}

/** Its sender seals another message under the id of one that is there: it must be refused, and change nothing. */
function forge({ seen, random, world, databases, storm, faults }: Run, network: Network): void {
  if (seen.length === 0) return;
  const call = oneOf(random(), seen);
  const { to, messageId, bytes } = call;
  const other = writeCheap({ ...readCheap(bytes), contentDigest: '0'.repeat(128) });
  const sha256 = createHash('sha256').update(other).digest('hex');
  world.between(async () => {
    const there = await databases.rows(to, 'select 1 from inbox_message where id = $1', [messageId]);
    if (there.length === 0) return;
    storm.count('forged messages');
    const headers = { 'content-digest': digestField(sha256) };
    network.arrive({ ...call, headers, bytes: other }, (answer) => {
      if (typeof answer === 'string' || answer.status >= 500) return;
      // Its creation may also lie in the future of a clock that went wrong.
      const said = (JSON.parse(answer.text) as { code?: string }).code;
      if (said !== 'exchange/id-conflict' && said !== 'seal/created-in-future')
        faults.push(
          `${to} answered ${answer.status} ${answer.text} to another message under the id ${messageId}`,
        );
    });
  });
}

/** After the storm: clocks are right, everything is started once more, people send again what was refused. */
async function calm(run: Run): Promise<void> {
  const { world, storm, nodes } = run;
  storm.end();
  for (const node of nodes.values()) node.stop();
  await world.run(world.now());
  world.pass(CALM_MS);
  for (const node of nodes.values()) if (node.started) node.start();
  for (let round = 0; round < 4; round++) {
    await settle(run);
    if (!(await putRight(run))) return;
  }
}

/** Until nothing is left to hand over or to open. */
async function settle({ world, nodes, databases }: Run): Promise<void> {
  const end = world.now() + SETTLE_MS;
  for (let open = 1; open > 0 && world.now() < end; ) {
    await world.run(world.now() + 2000);
    open = 0;
    for (const [agency, node] of nodes) {
      if (!node.started) continue;
      const [row] = await databases.rows<{ open: number }>(
        agency,
        `select (select count(*) from delivery where state = 'queued')::int
              + (select count(*) from inbox_message where state = 'received')::int as open`,
      );
      open += row?.open ?? 0;
    }
  }
}

/** @returns whether there was anything to send again */
async function putRight({ entries, nodes, databases, world }: Run): Promise<boolean> {
  let sent = false;
  const asked: Promise<void>[] = [];
  const act = (
    agency: string,
    deed: (server: NonNullable<SimulatedNode['server']>) => Promise<void>,
  ): void => {
    nodes.get(agency)?.whenUp((server) => void asked.push(deed(server)));
  };
  for (const { from, told } of entries.values()) {
    if (!told) continue;
    act(from, async (server) => {
      if (await isAcknowledged(server, told.messageId)) return;
      sent = true;
      await resend(server, told.messageId);
    });
  }
  for (const [agency, node] of nodes) {
    if (!node.started) continue;
    // Who sent it may have been killed before he was told: its officers find it in their list. A receipt is nobody's.
    const untold = await databases.rows<{ id: string; kind: string }>(
      agency,
      `select o.id, o.kind from outbox_message o
       where o.id <> all($1) and (o.kind <> 'receipt'
         or exists (select from delivery d where d.message_id = o.id and d.state = 'refused')) order by o.id`,
      [[...entries.values()].flatMap(({ told }) => told?.messageId ?? [])],
    );
    for (const { id, kind } of untold)
      act(agency, async (server) => {
        if (kind !== 'receipt' && (await isAcknowledged(server, id))) return;
        sent = true;
        await resend(server, id);
      });
  }
  await world.run(world.now() + 1000);
  return sent;
}

async function verdict({ entries, nodes, databases }: Run): Promise<{ count: number; found: string[] }> {
  const started = [...nodes].filter(([, node]) => node.started).map(([agency]) => agency);
  const records = [];
  const found: string[] = [];
  for (const agency of started) {
    records.push(await recordsOf(databases, agency));
    const violations = await databases.rows<{ what: string }>(
      agency,
      'select what from simulation.violation',
    );
    found.push(...violations.map(({ what }) => `${agency}: ${what}`));
  }
  for (const [name, faults] of Object.entries(judge(entries, records)))
    found.push(...(faults as string[]).map((fault) => `${name}: ${fault}`));
  const count = records.reduce(
    (sum, { inbox }) => sum + inbox.filter(({ state }) => state === 'opened').length,
    0,
  );
  return { count, found };
}
