/** One real node with two operations and an officer for every role on each, asked without a network. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, LightMyRequestResponse, RouteOptions } from 'fastify';
import { insertReason } from '#access/consultation/reason.ts';
import { routeKey } from '#access/gate.ts';
import { ROLES, type Role } from '#access/policy.ts';
import { beginSession } from '#access/sign-in/sessions.ts';
import { insertGrant, insertOfficer } from '#access/store.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import type { AgencyId, OfficerId, OperationId } from '#core/ids.ts';
import { createOperation } from '#operations/create.ts';
import { initNode } from '#operations/node.ts';
import type { NodeContext } from '#platform/context.ts';
import { createLog } from '#platform/log.ts';
import type { Tx } from '#platform/tables.ts';
import { ORIGIN, UNLIMITED } from '#server/fixtures.ts';
import { buildNodeApp, type NodeApp } from '#server/node-app.ts';
import { arrangeUnlogged } from './custody-probe.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { SYSTEM, testClock } from './nodes.ts';
import { sample } from './schema-sample.ts';

export interface Route {
  /** As src/access/route-access.ts lists it. */
  readonly key: string;
  readonly method: string;
  readonly url: string;
  readonly schema: { params?: object; querystring?: object; body?: object };
  /** Its body is a file. */
  readonly takesBytes: boolean;
  readonly app: FastifyInstance;
}

/** Nobody, a program with its token, a role on one operation, every role on it, or in service without any. */
export type Asking =
  | { readonly as: 'nobody' }
  | { readonly as: 'program'; readonly token: string }
  | { readonly as: Role | 'all roles' | 'no role'; readonly on: OperationId };

export interface AccessNode extends AsyncDisposable {
  readonly ctx: NodeContext;
  /** Empty where it was not given. */
  readonly ownerUrl: string;
  readonly own: OperationId;
  readonly other: OperationId;
  readonly routes: readonly Route[];
  /** Asks a route, with what its schema takes, about this operation. @param seed another seed names other objects */
  /** The cookie of an officer's session; undefined for nobody. */
  cookieOf(asking: Asking): string | undefined;
  readonly serve: NodeApp['serve'];
  ask(
    route: Route,
    asking: Asking,
    about: { operation: OperationId; seed?: string },
  ): Promise<LightMyRequestResponse>;
}

/** For a program that needs no owner, without him. */
export type AccessDatabase = Pick<TestDatabase, 'url'> &
  Partial<Pick<TestDatabase, 'ownerUrl'>> &
  AsyncDisposable;

/** Nothing answers there, at once. */
const PROVIDER = { issuer: 'https://127.0.0.1:9', clientId: 'icarus', clientSecret: null };
const SIGN_IN = { origin: ORIGIN, idleMinutes: 30, sessionHours: 12, passkeyModels: [], provider: PROVIDER };

/** @param made a migrated database of its own, for programs that are no tests */
export async function accessNode(made?: AccessDatabase): Promise<AccessNode> {
  const database = made ?? (await testDatabase());
  const home = await mkdtemp(join(tmpdir(), 'icarus-access-'));
  const [log, clock] = [createLog({ level: 'silent' }), testClock()];
  const identity = { agencyId: 'mt' as AgencyId, name: 'Malta national unit', country: 'MT' } as const;
  await initNode({ home, databaseUrl: database.url, identity, clock, address: null });
  const config = { messageLimitBytes: 1e9, deliveryTimeoutMs: 2000, queryMemoryBytes: 1e8 };
  const node = await openNode({ home, databaseUrl: database.url, clock, log, config, work: false });
  const [own, other] = [await operation(node.ctx, 'OWN'), await operation(node.ctx, 'OTHER')];
  const tokens = new Map<string, string>();
  await arrangeUnlogged(node.ctx.db, async (tx) => {
    for (const on of [own, other])
      for (const as of [...ROLES, 'all roles', 'no role'] as const)
        tokens.set(`${as} ${on}`, await officer(tx, { as, on }));
  });
  const { app, routes } = await walkedApp(node);
  const cookieOf = (asking: Asking): string | undefined =>
    asking.as === 'nobody' || asking.as === 'program'
      ? undefined
      : `__Host-icarus_mt=${tokens.get(`${asking.as} ${asking.on}`) ?? ''}`;
  return {
    ctx: node.ctx,
    ownerUrl: database.ownerUrl ?? '',
    own,
    other,
    routes,
    serve: (request, response) => app.serve(request, response),
    cookieOf,
    ask(route, asking, { operation, seed = '0' }) {
      const cookie = cookieOf(asking);
      const authorization = asking.as === 'program' ? `Bearer ${asking.token}` : undefined;
      return route.app.inject({
        ...requestTo(route, operation, seed),
        headers: {
          host: 'localhost:4711',
          ...(cookie && { cookie }),
          ...(authorization && { authorization }),
        },
      });
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await node.close();
      await database[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The pages' side of a node, with every route that it has. */
export async function walkedApp(node: OpenNode): Promise<{ app: NodeApp; routes: readonly Route[] }> {
  const routes: Route[] = [];
  const watch = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', (route) => void routes.push(...routesOf(fastify, route)));
  };
  // Fastify tells of every application that is made: no route can be overlooked.
  subscribe('fastify.initialization', watch);
  const app = await buildNodeApp(node, { signIn: SIGN_IN, rates: UNLIMITED });
  await app.ready();
  unsubscribe('fastify.initialization', watch);
  return { app, routes };
}

function routesOf(app: FastifyInstance, { method, url, schema, config }: RouteOptions): Route[] {
  return [method]
    .flat()
    .filter((verb) => verb !== 'HEAD')
    .map((verb) => ({
      key: routeKey(verb, url),
      method: verb,
      url,
      schema: (schema ?? {}) as Route['schema'],
      takesBytes: config?.takesBytes ?? false,
      app,
    }));
}

function requestTo({ method, url, schema }: Route, operation: OperationId, seed: string) {
  const params = {
    ...(sample(schema.params, seed) as Record<string, string>),
    operationId: operation,
  } as Record<string, string>;
  const path = url.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? seed).replace('*', 'x');
  const query = new URLSearchParams(sample(schema.querystring, seed) as Record<string, string> | undefined);
  const payload = sample(schema.body, seed) as object | undefined;
  return {
    method: method as 'GET',
    url: `${path}?${query.toString()}`,
    ...(payload !== undefined && { payload }),
  };
}

function operation(ctx: NodeContext, codeName: string): Promise<OperationId> {
  const agency = ctx.node.agencyId;
  return createOperation(ctx, SYSTEM, {
    codeName,
    lead: agency,
    coordinator: 'europol' as AgencyId,
    participants: [{ agencyId: agency, country: 'MT' }],
    startedAt: ctx.clock.now(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  }).then(({ operationId }) => operationId);
}

export function officerIdOf(as: string, on: OperationId): OfficerId {
  return `officer_${as}-${on.slice(-6)}`.replaceAll(' ', '-') as OfficerId;
}

/** @returns the token of a session that the officer has just begun with a passkey */
async function officer(tx: Tx, { as, on }: Extract<Asking, { on: OperationId }>): Promise<string> {
  const at = new Date();
  const officerId = officerIdOf(as, on);
  await insertOfficer(tx, { id: officerId, name: as, at });
  const roles =
    as === 'no role' ? [] : as === 'all roles' ? ROLES.filter((role) => role !== 'administrator') : [as];
  for (const role of roles)
    await insertGrant(tx, {
      officerId,
      role,
      operationId: role === 'administrator' ? null : on,
      at,
      ...(role === 'imminent-risk' && { until: new Date(at.getTime() + 3_600_000) }),
    });
  const { token, sessionId } = await signedIn(tx, officerId);
  await insertReason(tx, officerId, { sessionId, operationId: on, reason: 'Every route is asked' }, at);
  return token;
}

/** A session that the officer has just begun with a passkey. */
export async function signedIn(tx: Tx, officerId: OfficerId): Promise<{ token: string; sessionId: string }> {
  await tx
    .insertInto('passkey')
    .values({
      id: officerId,
      officer_id: officerId,
      public_key: Buffer.of(0),
      counter: 0,
      transports: [],
      model: '',
      synced: false,
      label: 'test',
      created_at: new Date(),
      last_used_at: null,
      revoked_at: null,
      revoked_by: null,
    })
    .execute();
  const by = { way: 'passkey', passkeyId: officerId } as const;
  return beginSession(tx, { officerId, by, device: 'test', hours: 1 });
}
