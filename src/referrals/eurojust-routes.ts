/** Requests to Eurojust over HTTP, and at Eurojust's node those that came. */
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { CountryCode } from '#core/countries.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { answerEurojust, recordEurojustAnswer } from './answer-eurojust.ts';
import { requireOpenSources, withoutClosed } from './closed-sources.ts';
import {
  approveEurojust,
  closeEurojust,
  draftEurojust,
  type RequestRef,
  requireRequest,
  reviseEurojust,
  sendEurojust,
} from './eurojust.ts';
import { listRequests } from './eurojust-store.ts';
import type { EurojustContent, EurojustRequest } from './eurojust-types.ts';
import { listReceivedRequests } from './received-store.ts';
import {
  AnswerBody,
  DigestBody,
  DraftBody,
  EurojustPage,
  ReasonBody,
  ReceivedRequestView,
  ReferralsParams,
  RequestParams,
  RequestView,
  ReviseBody,
} from './schemas.ts';
import type { EurojustId } from './types.ts';
import { receivedRequestView, requestView } from './views.ts';

const PATH = '/operations/:operationId/referrals/eurojust';
const ONE = `${PATH}/:requestId`;

export function eurojustRoutes(app: App, ctx: NodeContext): void {
  readingRoutes(app, ctx);
  draftingRoutes(app, ctx);
  sendingRoutes(app, ctx);
}

function readingRoutes(app: App, ctx: NodeContext): void {
  app.get(PATH, { schema: { params: ReferralsParams, response: { 200: EurojustPage } } }, async (request) => {
    const operationId = request.params.operationId as OperationId;
    const actor = actorOf(request);
    authorize(actor, 'referrals.read', { operationId });
    const requests = await withoutClosed(ctx, actor, operationId, {
      all: await listRequests(ctx.db, operationId),
      sourcesOf: ({ sources }) => sources,
    });
    const received = await withoutClosed(ctx, actor, operationId, {
      all: await listReceivedRequests(ctx.db, operationId),
      sourcesOf: ({ document }) => document.sources,
    });
    return {
      requests: await Promise.all(requests.map((one) => shown(ctx, one))),
      received: received.map(receivedRequestView),
    };
  });
  app.get(ONE, { schema: { params: RequestParams, response: { 200: RequestView } } }, async (request) => {
    const ref = refOf(request.params);
    authorize(actorOf(request), 'referrals.read', ref);
    const found = await requireRequest(ctx.db, ref);
    await requireOpenSources(ctx, actorOf(request), found);
    return shown(ctx, found);
  });
}

function draftingRoutes(app: App, ctx: NodeContext): void {
  app.post(
    PATH,
    { schema: { params: ReferralsParams, body: DraftBody, response: { 200: RequestView } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const input = { ...contentOf(request.body), operationId };
      return shown(ctx, await draftEurojust(ctx, actorOf(request), input));
    },
  );
  app.post(
    `${ONE}/revision`,
    { schema: { params: RequestParams, body: ReviseBody, response: { 200: RequestView } } },
    async (request) => {
      const { version } = request.body;
      const input = { ...contentOf(request.body), ...refOf(request.params), version };
      return shown(ctx, await reviseEurojust(ctx, actorOf(request), input));
    },
  );
  app.post(
    `${ONE}/approval`,
    {
      config: { provesPresence: 'unless-signed' },
      schema: { params: RequestParams, body: DigestBody, response: { 200: RequestView } },
    },
    async (request) => {
      const input = { ...refOf(request.params), ...request.body };
      return shown(ctx, await approveEurojust(ctx, actorOf(request), input));
    },
  );
}

function sendingRoutes(app: App, ctx: NodeContext): void {
  app.post(
    `${ONE}/sending`,
    { config: { provesPresence: true }, schema: { params: RequestParams, response: { 200: RequestView } } },
    async (request) => shown(ctx, await sendEurojust(ctx, actorOf(request), refOf(request.params))),
  );
  app.post(
    `${ONE}/answer`,
    { schema: { params: RequestParams, body: AnswerBody, response: { 200: RequestView } } },
    async (request) => {
      const input = { ...refOf(request.params), ...request.body };
      return shown(ctx, await recordEurojustAnswer(ctx, actorOf(request), input));
    },
  );
  app.post(
    `${ONE}/closing`,
    { schema: { params: RequestParams, body: ReasonBody, response: { 200: RequestView } } },
    async (request) => {
      const input = { ...refOf(request.params), ...request.body };
      return shown(ctx, await closeEurojust(ctx, actorOf(request), input));
    },
  );
  app.post(
    '/operations/:operationId/referrals/eurojust-received/:requestId/answer',
    { schema: { params: RequestParams, body: AnswerBody, response: { 200: ReceivedRequestView } } },
    async (request) => {
      const input = { ...refOf(request.params), ...request.body };
      return receivedRequestView(await answerEurojust(ctx, actorOf(request), input));
    },
  );
}

function contentOf(
  body: Omit<EurojustContent, 'countries' | 'deadlineAt'> & { countries: string[]; deadlineAt: string },
): EurojustContent {
  return {
    countries: body.countries as CountryCode[],
    need: body.need,
    legalBasis: body.legalBasis,
    sources: body.sources,
    deadlineAt: new Date(body.deadlineAt),
  };
}

function refOf(params: { operationId: string; requestId: string }): RequestRef {
  return { operationId: params.operationId as OperationId, requestId: params.requestId as EurojustId };
}

function shown(ctx: NodeContext, request: EurojustRequest): Promise<RequestView> {
  return requestView(ctx.db, request, { own: ctx.node.agencyId, now: ctx.clock.now() });
}
