/** The HTTP application of one node: its rooms' routes under `/nodes/<agency>/api`, its exchange beside them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fastifySwagger } from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { approvalRoutes } from '#access/approvals/routes.ts';
import { signRoutes } from '#access/approvals/sign-routes.ts';
import { breakGlassRoutes } from '#access/break-glass/routes.ts';
import { consultationRoutes } from '#access/consultation/routes.ts';
import { guardRoutes } from '#access/gate.ts';
import type { App } from '#access/http.ts';
import { officerRoutes } from '#access/officer-routes.ts';
import { serviceAccountRoutes } from '#access/service-account/routes.ts';
import type { SignInOptions } from '#access/sign-in/options.ts';
import { signInRoutes } from '#access/sign-in/routes.ts';
import { ACT_HANDLERS } from '#assembly/act-handlers.ts';
import type { ConditionWatch } from '#assembly/condition/watch.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import { riskRoutes } from '#casework/risk-routes.ts';
import { caseworkRoutes } from '#casework/routes.ts';
import { chainRoutes } from '#chain/routes.ts';
import { letterRoutes } from '#correspondence/routes.ts';
import { crossmatchRoutes } from '#crossmatch/routes.ts';
import { evidenceRoutes } from '#evidence/routes.ts';
import { exchangeRoutes } from '#exchange/peer-routes.ts';
import { recallRoutes } from '#exchange/recall/routes.ts';
import { exchangeApiRoutes } from '#exchange/routes.ts';
import { retentionRoutes } from '#observations/retention/routes.ts';
import { observationRoutes } from '#observations/routes.ts';
import { meetingRoutes } from '#operations/meeting-routes.ts';
import { programmeRoutes } from '#operations/programme-routes.ts';
import { operationRoutes } from '#operations/routes.ts';
import { listOperations } from '#operations/store.ts';
import { packageRoutes } from '#packages/routes.ts';
import { protectionRoutes } from '#protection/routes.ts';
import { referralRoutes } from '#referrals/routes.ts';
import { resultRoutes } from '#results/routes.ts';
import { closedPersons } from './closed-persons.ts';
import { consultations } from './consult.ts';
import { custodyRoutes } from './custody-routes.ts';
import { handleNotFound } from './error-handler.ts';
import { followCustody, openEventStream } from './event-stream.ts';
import { officersContext } from './officer-scope.ts';
import { openApiOf } from './openapi.ts';
import { conditionRoutes } from './operating/condition-routes.ts';
import { meterRequests, type RequestMeter } from './operating/request-meter.ts';
import { limitRates, RATES, type Rates } from './requests/rates.ts';
import { refuseBelowReserve } from './requests/reserve.ts';
import { strictApp } from './requests/strict-app.ts';
import { sessionRoutes } from './session-routes.ts';
import { checkPresence, identify, refuseCrossSite } from './sessions.ts';
import { targetHistoryRoute } from './target-history.ts';

export interface NodeAppOptions {
  /** How officers sign in. Without it nobody does: an exercise has its desk chooser instead. */
  readonly signIn?: SignInOptions | undefined;
  readonly rates?: Rates | undefined;
  /** Addresses or networks of the proxies that say truly who asks through them (X-Forwarded-For). */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Counts what is answered. */
  readonly meter?: RequestMeter | undefined;
  /** What the node can do, for its administrators. Without it nobody looks. */
  readonly condition?: ConditionWatch | undefined;
}

/** What serves the requests of one node. */
export interface NodeApp {
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Builds what is not built yet: all routes are there afterwards. */
  ready(): Promise<void>;
  /** Ends the live streams and finishes the requests in flight. */
  close(): Promise<void>;
}

/**
 * The exchange is there at once; the officers' side is built when its first request comes, since in an
 * exercise most of the nodes in one process are never looked at.
 */
export async function buildNodeApp(node: OpenNode, options: NodeAppOptions = {}): Promise<NodeApp> {
  const prefix = `/nodes/${node.ctx.node.agencyId}`;
  const peers = bareApp(node, options);
  await peers.register(async (scope) => exchangeRoutes(scope, node.ctx, node.exchange), {
    prefix: `${prefix}/exchange/v1`,
  });
  await peers.ready();
  let officers: Promise<App> | undefined;
  const ending = new AbortController();
  const built = () =>
    (officers ??= officersApp(node, `${prefix}/api`, { ...options, ending: ending.signal }));
  return {
    async ready() {
      await built();
    },
    serve(request, response) {
      if (!request.url?.startsWith(`${prefix}/api/`)) return peers.routing(request, response);
      built().then(
        (app) => app.routing(request, response),
        (error: unknown) => {
          node.ctx.log.error({ err: error }, 'the routes of the node could not be built');
          response.writeHead(500).end();
        },
      );
    },
    async close() {
      ending.abort();
      await peers.close();
      await (await officers)?.close();
    },
  };
}

function bareApp({ ctx }: OpenNode, options: NodeAppOptions): App {
  const { signIn, rates = RATES, trustedProxies, meter } = options;
  const app = strictApp({ log: ctx.log, trustedProxies });
  if (meter) meterRequests(app, meter);
  app.setNotFoundHandler(handleNotFound);
  app.decorateRequest('actor', undefined);
  app.decorateRequest('session', undefined);
  app.addHook('onRequest', async (request) => {
    refuseCrossSite(request, signIn?.origin);
    await identify(ctx, request, signIn);
  });
  limitRates(app, rates);
  guardRoutes(app);
  refuseBelowReserve(app, ctx);
  app.addHook('preHandler', async (request) => checkPresence(request));
  return app;
}

interface Officers extends NodeAppOptions {
  readonly ending: AbortSignal;
}

async function officersApp(node: OpenNode, prefix: string, officers: Officers): Promise<App> {
  const app = bareApp(node, officers);
  consultations(app, node.ctx);
  const asking = { ...node, ctx: officersContext(app, node) };
  closedPersons(app, node.ctx);
  await app.register(fastifySwagger, openApiOf(node.ctx.node.agencyId));
  await app.register(
    async (api) => apiRoutes(api.withTypeProvider<TypeBoxTypeProvider>(), asking, officers),
    {
      prefix,
    },
  );
  await app.ready();
  return app;
}

function apiRoutes(api: App, { ctx, exchange }: OpenNode, { ending, signIn, condition }: Officers): void {
  const operations = () => listOperations(ctx.db);
  sessionRoutes(api, ctx, signIn);
  conditionRoutes(api, condition);
  if (signIn) {
    signInRoutes(api, ctx, signIn);
    serviceAccountRoutes(api, ctx);
    signRoutes(api, ctx, signIn);
    officerRoutes(api, ctx, { options: signIn, operations });
  }
  approvalRoutes(api, ctx, { handlers: ACT_HANDLERS, operations });
  breakGlassRoutes(api, ctx, operations);
  custodyRoutes(api, ctx);
  consultationRoutes(api, ctx);
  chainRoutes(api, ctx);
  targetHistoryRoute(api, ctx);
  operationRoutes(api, ctx);
  observationRoutes(api, ctx);
  retentionRoutes(api, ctx);
  packageRoutes(api, ctx);
  exchangeApiRoutes(api, ctx, exchange);
  recallRoutes(api, ctx, exchange);
  letterRoutes(api, ctx);
  caseworkRoutes(api, ctx);
  riskRoutes(api, ctx);
  // A scope of its own: it takes CSV bodies as streams, which no other room's routes may meet.
  void api.register(async (scope: App) => crossmatchRoutes(scope, ctx));
  evidenceRoutes(api, ctx);
  meetingRoutes(api, ctx);
  programmeRoutes(api, ctx);
  referralRoutes(api, ctx);
  resultRoutes(api, ctx);
  protectionRoutes(api, ctx);
  api.get('/openapi.json', { schema: { hide: true } }, () => api.swagger());
  api.get('/events', { schema: { hide: true }, config: { unattended: true } }, (request, reply) => {
    const stream = openEventStream(request, reply, ending);
    const lastSeen = Number(request.headers['last-event-id']);
    return followCustody(ctx, stream, {
      lastSeen: Number.isInteger(lastSeen) && lastSeen > 0 ? lastSeen : undefined,
      async reader() {
        await identify(ctx, request, signIn);
        return request.session?.replaced ? 'renewed' : request.actor;
      },
    });
  });
}
