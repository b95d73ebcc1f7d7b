/** A real node that officers sign in to, over HTTP, for tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addOfficer } from '#access/officers.ts';
import type { Actor, Role } from '#access/policy.ts';
import { makeEnrolment } from '#access/sign-in/enrolment.ts';
import { type TestAuthenticator, testAuthenticator } from '#access/sign-in/fixtures.ts';
import type { SignInOptions } from '#access/sign-in/options.ts';
import { insertGrant } from '#access/store.ts';
import { type ConditionWatch, watchCondition } from '#assembly/condition/watch.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import { MINUTE_MS } from '#core/clock.ts';
import type { AgencyId, OfficerId, OperationId } from '#core/ids.ts';
import { initNode } from '#operations/node.ts';
import { type ClockWatch, clockWatch } from '#platform/clock-watch.ts';
import type { NodeContext } from '#platform/context.ts';
import { FLOOR_BYTES } from '#platform/free-space.ts';
import { createLog, type Log } from '#platform/log.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { type TestClock, testClock } from '#test/nodes.ts';
import { buildHostApp, type HostApp } from './app.ts';
import { type ExchangeListener, listenForPeers } from './exchange-listener.ts';
import { nodeMetrics } from './operating/metrics.ts';
import { serveStatus } from './operating/status-listener.ts';
import type { PagesTls } from './pages-tls.ts';
import type { Rates } from './requests/rates.ts';

export const ORIGIN = 'http://localhost:4711';
export const OPERATOR: Actor = {
  kind: 'officer',
  officerId: 'operator' as OfficerId,
  name: 'Operator of this machine',
  grants: [{ role: 'administrator', operationId: null }],
};

/** As the node and as its owner sign in. */
type OwnedDatabase = Pick<TestDatabase, 'url' | 'ownerUrl'>;

export interface SignInNode extends AsyncDisposable {
  readonly ctx: NodeContext;
  readonly clock: TestClock;
  readonly url: string;
  /** Where it listens for other nodes, where it does. */
  readonly peers: string | undefined;
  readonly database: OwnedDatabase;
  /** What looks after the node, and the port of the loopback address that tells of it. */
  readonly condition: ConditionWatch;
  readonly statusUrl: string;
  /** Below `/nodes/mt/api`. */
  ask(path: string, request?: AskRequest): Promise<Answer>;
  /** An officer in service with a code that was not used yet. */
  officer(
    name: string,
    roles?: readonly [Role, OperationId | null][],
  ): Promise<{ officerId: OfficerId; code: string }>;
  /** Enrols with the code and signs in. */
  enrolled(code: string): Promise<{ authenticator: TestAuthenticator; cookie: string }>;
  /** @returns the cookie */
  signIn(authenticator: TestAuthenticator): Promise<string>;
}

export interface AskRequest {
  readonly method?: string;
  readonly body?: unknown;
  readonly cookie?: string | undefined;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks at what came
  readonly body: any;
  readonly cookie: string | undefined;
  readonly setCookie: string | null;
}

interface Served {
  /** Any free one by default. */
  readonly port?: number;
  readonly rates?: Rates;
  readonly trustedProxies?: readonly string[];
  /** Pages by TLS. Default: by HTTP. */
  readonly tls?: PagesTls;
  /** Listens for other nodes too. Default no. */
  readonly forPeers?: boolean;
  /** Empty and migrated. Default: a new one, dropped at the end. */
  readonly database?: OwnedDatabase;
  /** Folder of the node. Default: a new one, removed at the end. */
  readonly home?: string;
  readonly diskReserveBytes?: number;
  /** Default false. */
  readonly work?: boolean;
  /** Default: silent. */
  readonly log?: Log;
  readonly clocks?: ClockWatch;
}

const SILENT = createLog({ level: 'silent' });
const OFTEN = { burst: 100_000, perMinute: 100_000 };
/** A test asks more often than any person. */
export const UNLIMITED: Rates = {
  'sign-in': OFTEN,
  code: OFTEN,
  document: OFTEN,
  upload: OFTEN,
  service: OFTEN,
};

export async function signInNode(
  change: Partial<SignInOptions> = {},
  {
    port = 0,
    rates = UNLIMITED,
    trustedProxies = [],
    log = SILENT,
    forPeers = false,
    ...served
  }: Served = {},
): Promise<SignInNode> {
  const own = served.database === undefined ? await testDatabase() : undefined;
  const database = served.database ?? (own as TestDatabase);
  const databaseUrl = database.url;
  const home = served.home ?? (await mkdtemp(join(tmpdir(), 'icarus-sign-in-')));
  const clock = testClock();
  const identity = { agencyId: 'mt' as AgencyId, name: 'Malta national unit', country: 'MT' } as const;
  await initNode({ home, databaseUrl, identity, clock, address: null });
  const { clocks = clockWatch(), work = false } = served;
  const exchangePort = forPeers ? 0 : null;
  const { diskReserveBytes = FLOOR_BYTES } = served;
  const config = {
    messageLimitBytes: 1e9,
    deliveryTimeoutMs: 2000,
    queryMemoryBytes: 1e8,
    exchangePort,
    diskReserveBytes,
  };
  const node = await openNode({ home, databaseUrl, clock, log, config, work, clocks });
  const condition = watchCondition(node.ctx, { clocks, toleranceMs: 5 * MINUTE_MS, everyMs: 200 });
  const metrics = nodeMetrics(condition);
  const status = await serveStatus({ port: 0, condition, metrics });
  const signIn = {
    origin: ORIGIN,
    idleMinutes: 30,
    sessionHours: 12,
    passkeyModels: [],
    provider: null,
    ...change,
  };
  const host = await buildHostApp({
    log,
    tls: served.tls,
    signIn,
    rates,
    trustedProxies,
    meter: metrics,
    condition,
  });
  await host.add(node);
  const url = await host.app.listen({ host: '127.0.0.1', port });
  const peers = forPeers ? await listening(node, host, log) : undefined;
  const ask = asking(`${url}/nodes/mt/api`);
  const self: SignInNode = {
    ctx: node.ctx,
    clock,
    url,
    peers: peers?.address,
    database,
    condition,
    statusUrl: status?.address ?? '',
    ask,
    async officer(name, roles = []) {
      const officerId = `officer_${name}` as OfficerId;
      await addOfficer(node.ctx, OPERATOR, { officerId, name });
      // By hand: with two administrators there, each grant would wait for the other.
      await arrangeUnlogged(node.ctx.db, async (tx) => {
        for (const [role, operationId] of roles)
          await insertGrant(tx, { officerId, role, operationId, at: clock.now() });
      });
      return { officerId, code: (await makeEnrolment(node.ctx, OPERATOR, officerId)).code };
    },
    async enrolled(code) {
      const authenticator = testAuthenticator(ORIGIN);
      const { body } = await ask('/enrol/options', { method: 'POST', body: { code } });
      const response = authenticator.create(body);
      const done = await ask('/enrol', { method: 'POST', body: { code, label: 'test key', response } });
      if (done.status !== 204) throw new Error(`not enrolled: ${JSON.stringify(done.body)}`);
      return { authenticator, cookie: await self.signIn(authenticator) };
    },
    async signIn(authenticator) {
      const { body } = await ask('/sign-in/options', { method: 'POST' });
      const answer = await ask('/sign-in', { method: 'POST', body: { response: authenticator.get(body) } });
      if (!answer.cookie) throw new Error(`not signed in: ${JSON.stringify(answer.body)}`);
      return answer.cookie;
    },
    async [Symbol.asyncDispose]() {
      await peers?.close();
      await status?.close();
      await host.close();
      await condition.stop();
      await node.close();
      await own?.[Symbol.asyncDispose]();
      if (served.home === undefined) await rm(home, { recursive: true, force: true });
    },
  };
  return self;
}

async function listening(node: OpenNode, host: HostApp, log: Log): Promise<ExchangeListener> {
  const { agencyId } = node.ctx.node;
  const [app, { tls }] = [host.appOf(agencyId), node.ctx.keys];
  if (!app || !tls) throw new Error('a node that listens for others has a key for it');
  const config = { exchangeHost: '127.0.0.1', exchangePort: 0 };
  return listenForPeers({ agencyId, app, tls, log, config });
}

function asking(base: string): SignInNode['ask'] {
  return async (path, { method = 'GET', body, cookie, headers = {} } = {}) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...headers,
        ...(cookie === undefined ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const setCookie = response.headers.get('set-cookie');
    return {
      status: response.status,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      cookie: setCookie?.split(';')[0],
      setCookie,
    };
  };
}
