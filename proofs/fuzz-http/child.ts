/**
 * Fuzzes the routes of one node for a while, in a process and on a database of its own:
 * `child.ts DATABASE_URL SECONDS SEED`. It asks eight at a time without a network, and one in twenty over a socket.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { below, oneOf, type Random, randomFor } from '#exercise/log/random.ts';
import { createLog } from '#platform/log.ts';
import { DOOR_LIMITS, guardDoor, throughDoor } from '#server/requests/front-door.ts';
import { type AccessNode, type Asking, accessNode, type Route } from '#test/access-node.ts';
import { rawHttp } from '#test/raw-http.ts';
import { Known } from './generate.ts';
import { type FuzzRequest, requestFor } from './requests.ts';

export interface HttpReport {
  readonly requests: number;
  readonly overSocket: number;
  readonly routes: number;
  /** Routes that took at least one request, and answered it without a refusal. */
  readonly answered: readonly string[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly peakBytes: number;
  /** What the heap holds after it was collected: when the node had warmed up, and at the end. */
  readonly heldBytes: readonly [first: number, last: number];
  readonly faults: readonly string[];
}

const LANES = 8;
const HANG_MS = 1000;
/** By the clock, of three times alone: what is waited for may be the database, and other work of the machine. */
const WAIT_MS = 5000;
const HOPELESS_MS = 30_000;
const WARM_REQUESTS = 3000;
const MOST_BYTES = 512 * 1024 * 1024;
const MOST_FAULTS = 8;
/** A live stream has no end; test/event-stream and the browser tests read it. */
const ENDLESS = new Set(['GET /api/events']);
/** The provider of this node is an address where nobody answers. */
const UNAVAILABLE = new Set(['access/provider-silent']);

const [databaseUrl = '', seconds = '', seed = ''] = process.argv.slice(2);
const node: AccessNode = await accessNode({ url: databaseUrl, async [Symbol.asyncDispose]() {} });
const routes = node.routes.filter(({ key }) => !ENDLESS.has(key));
const door = { log: createLog({ level: 'silent' }) };
const server = createServer(DOOR_LIMITS, throughDoor(door, node.serve));
guardDoor(server, door);
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const sessions = await node.ctx.db.selectFrom('session').selectAll().execute();
const grants = await node.ctx.db.selectFrom('officer_grant').selectAll().execute();
const known = new Known();
known.add(`${node.own} ${node.other}`);
const faults: string[] = [];
const statuses: Record<string, number> = {};
const answered = new Set<string>();
const underWay = new Set<string>();
let [requests, overSocket, slowestMs, peakBytes] = [0, 0, 0, 0];
/** Lanes whose request is to be asked again alone. */
let waiting = 0;
let heldFirst = 0;
process.on('uncaughtException', (error) => faults.push(`uncaught: ${error.stack ?? error.message}`));
process.on('unhandledRejection', (error) =>
  faults.push(`unhandled: ${error instanceof Error ? error.stack : String(error)}`),
);

interface Came {
  readonly status: number;
  readonly text: string;
  readonly tookMs: number;
}

async function send(route: Route, request: FuzzRequest, socket: boolean): Promise<Came> {
  const began = performance.now();
  if (socket) {
    const { method, url, headers, payload } = request;
    const fields = Object.entries({
      ...headers,
      connection: 'close',
      ...(payload && { 'content-length': payload.length }),
    });
    const head = `${method} ${url} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`;
    const [answer] = await rawHttp(
      address,
      Buffer.concat([Buffer.from(head, 'latin1'), payload ?? Buffer.alloc(0)]),
    );
    return { status: answer?.status ?? 0, text: answer?.body ?? '', tookMs: performance.now() - began };
  }
  const answer = await route.app.inject({ ...request, method: request.method as 'GET' });
  return { status: answer.statusCode, text: answer.payload, tookMs: performance.now() - began };
}

async function tryOne(random: Random): Promise<void> {
  await alone;
  const route = oneOf(random(), routes);
  const asking = askingOf(random);
  const request = requestFor(route, {
    random,
    known,
    operation: below(random(), 10) > 0 ? node.own : node.other,
  });
  const cookie = node.cookieOf(asking);
  const whole = { ...request, headers: { ...request.headers, ...(cookie && { cookie }) } };
  const socket = below(random(), 20) === 0;
  const words = describe(route, whole, asking);
  underWay.add(words);
  const came = await send(route, whole, socket);
  requests++;
  if (socket) overSocket++;
  statuses[came.status] = (statuses[came.status] ?? 0) + 1;
  if (came.status === 401 && cookie) await signInAgain();
  if (came.status >= 200 && came.status < 400) answered.add(route.key);
  if (came.text.length < 100_000) known.add(came.text);
  let why = faultOf(came);
  if (came.tookMs <= HANG_MS) slowestMs = Math.max(slowestMs, came.tookMs);
  else if (why === undefined) {
    waiting++;
    why = await hangOf(route, whole);
    waiting--;
  }
  underWay.delete(words);
  if (why)
    faults.push(`${why}
    ${words}`);
}

/** Requests sign officers out, retire them and take their roles: the fuzzer puts them back, or all else is refused. */
async function signInAgain(): Promise<void> {
  const { db } = node.ctx;
  await db.updateTable('officer').set({ retired_at: null }).where('retired_at', 'is not', null).execute();
  await db.updateTable('passkey').set({ revoked_at: null, revoked_by: null }).execute();
  for (const row of sessions)
    await db
      .insertInto('session')
      .values(row)
      .onConflict((same) => same.doNothing())
      .execute();
  for (const row of grants)
    await db
      .insertInto('officer_grant')
      .values(row)
      .onConflict((same) => same.doNothing())
      .execute();
}

function askingOf(random: Random): Asking {
  const draw = below(random(), 20);
  if (draw === 0) return { as: 'nobody' };
  if (draw < 3) return { as: 'administrator', on: node.own };
  if (draw === 3) return { as: 'all roles', on: node.other };
  return { as: 'all roles', on: node.own };
}

function faultOf({ status, text }: Came): string | undefined {
  const code = /"code":"([a-z/-]+)"/.exec(text)?.[1];
  if (status >= 500 && !UNAVAILABLE.has(code ?? '')) return `status ${status}: ${text.slice(0, 300)}`;
  if (status >= 400 && code === undefined) return `status ${status} without a code: ${text.slice(0, 200)}`;
  return status === 0 ? 'the connection ended without an answer' : undefined;
}

/** While one is asked again alone the others wait. */
let alone: Promise<unknown> = Promise.resolve();

/**
 * Eight at a time on a busy machine are slow. It hangs where it takes this process longer than a second of its own
 * time when nothing else is asked, or everybody together so long, each of three times, that no other work excuses it.
 */
function hangOf(route: Route, request: FuzzRequest): Promise<string | undefined> {
  const asked = alone.then(async () => {
    while (underWay.size > waiting) await sleep(5);
    let [ownMs, tookMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let times = 0; times < 3 && (ownMs > HANG_MS || tookMs > WAIT_MS); times++) {
      const began = process.cpuUsage();
      const came = await send(route, request, false);
      const { user, system } = process.cpuUsage(began);
      ownMs = Math.min(ownMs, (user + system) / 1000);
      tookMs = Math.min(tookMs, came.tookMs);
    }
    slowestMs = Math.max(slowestMs, ownMs);
    return ownMs > HANG_MS || tookMs > WAIT_MS
      ? `it took ${Math.round(tookMs)} ms, ${Math.round(ownMs)} of this process’s own, alone and three times`
      : undefined;
  });
  alone = asked;
  return asked;
}

function describe(route: Route, { method, url, payload, headers }: FuzzRequest, asking: Asking): string {
  const body = payload
    ? ` ${headers['content-type']} ${JSON.stringify(payload.toString('latin1').slice(0, 600))}`
    : '';
  return `${route.key} by ${asking.as}: ${method} ${url.slice(0, 600)}${body}`;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
function heldBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

function watchMemory(): void {
  let bytes = process.memoryUsage.rss();
  if (bytes > MOST_BYTES) {
    collect();
    bytes = process.memoryUsage.rss();
  }
  peakBytes = Math.max(peakBytes, bytes);
  if (bytes > MOST_BYTES) faults.push(`memory: ${Math.round(bytes / 2 ** 20)} MiB`);
}

const end = Date.now() + Number(seconds) * 1000;
const lane = async (name: string): Promise<void> => {
  const random = randomFor(seed, name);
  while (Date.now() < end && faults.length < MOST_FAULTS) {
    await tryOne(random);
    if (requests % 500 === 0) watchMemory();
    if (heldFirst === 0 && requests >= WARM_REQUESTS) heldFirst = heldBytes();
  }
};
const lanes = Promise.all(Array.from({ length: LANES }, (_, index) => lane(`lane ${index}`)));
lanes.catch((error: unknown) => {
  process.stderr.write(`the fuzzer itself failed: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(2);
});
await Promise.race([lanes, sleep(Number(seconds) * 1000 + HOPELESS_MS)]);
for (const words of underWay) faults.push(`no answer within ${HOPELESS_MS} ms\n    ${words}`);
watchMemory();
const report: HttpReport = {
  requests,
  overSocket,
  routes: routes.length,
  answered: [...answered].sort(),
  statuses,
  slowestMs,
  peakBytes,
  heldBytes: [heldFirst, heldBytes()],
  faults,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
