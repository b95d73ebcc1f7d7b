/** The reason for reading over HTTP, who has read one thing, and the auditor's view of the consultation log. */
import { Readable } from 'node:stream';
import { type Static, Type } from 'typebox';
import { type App, actorOf, sessionOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { type Consultation, type ConsultationFilter, consultationsCsv, listConsultations } from './read.ts';
import { giveReason, lastReason, mayBeAsked, standingReason } from './reason.ts';

const closed = { additionalProperties: false } as const;
const PATH = '/operations/:operationId/consultations';
const OperationParams = Type.Object({ operationId: Type.String({ maxLength: 120 }) }, closed);
const SubjectParams = Type.Object(
  {
    operationId: Type.String({ maxLength: 120 }),
    subjectKind: Type.String({ maxLength: 60 }),
    subjectId: Type.String({ maxLength: 120 }),
  },
  closed,
);

export const ReasonBody = Type.Object(
  {
    reason: Type.String({ maxLength: 1000 }),
    /** To whom what is read is disclosed; missing where to nobody. */
    recipient: Type.Optional(Type.String({ maxLength: 400 })),
  },
  closed,
);
export type ReasonBody = Static<typeof ReasonBody>;

export const ReasonView = Type.Object(
  {
    /** The page asks for a reason before it opens anything. */
    asked: Type.Boolean(),
    reason: Type.Union([Type.String(), Type.Null()]),
    recipient: Type.Union([Type.String(), Type.Null()]),
    /** What he said of this operation before, in another session. */
    before: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);
export type ReasonView = Static<typeof ReasonView>;

export const ConsultationRow = Type.Object(
  {
    consultationId: Type.String(),
    officerId: Type.String(),
    officer: Type.String(),
    act: Type.Union([Type.Literal('read'), Type.Literal('export')]),
    data: Type.String(),
    subjectKind: Type.String(),
    subjectId: Type.String(),
    detail: Type.String(),
    reason: Type.String(),
    recipient: Type.Union([Type.String(), Type.Null()]),
    /** Read under an access for imminent risk. */
    emergency: Type.Boolean(),
    firstAt: Type.String(),
    lastAt: Type.String(),
    count: Type.Integer(),
    logged: Type.Boolean(),
  },
  closed,
);
export type ConsultationRow = Static<typeof ConsultationRow>;

/** `next`: what the next page begins after; null on the last. */
export const ConsultationsPage = Type.Object(
  {
    consultations: Type.Array(ConsultationRow),
    next: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);
export type ConsultationsPage = Static<typeof ConsultationsPage>;

const filters = {
  officerId: Type.Optional(Type.String({ maxLength: 120 })),
  subjectKind: Type.Optional(Type.String({ maxLength: 60 })),
  subjectId: Type.Optional(Type.String({ maxLength: 120 })),
  act: Type.Optional(Type.Union([Type.Literal('read'), Type.Literal('export')])),
  text: Type.Optional(Type.String({ maxLength: 200 })),
  from: Type.Optional(Type.String({ format: 'date' })),
  until: Type.Optional(Type.String({ format: 'date' })),
};
const FilterQuery = Type.Object(filters, closed);
const PageQuery = Type.Object({ ...filters, before: Type.Optional(Type.String({ maxLength: 120 })) }, closed);

const PAGE = 50;

export function consultationRoutes(app: App, ctx: NodeContext): void {
  reasonRoutes(app, ctx);
  app.get(
    PATH,
    { schema: { params: OperationParams, querystring: PageQuery, response: { 200: ConsultationsPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'consultations.read', { operationId });
      const { before, ...query } = request.query;
      return pageOf(ctx, { ...filterOf(operationId, query), before, limit: PAGE });
    },
  );
  app.get(
    `${PATH}.csv`,
    { schema: { params: OperationParams, querystring: FilterQuery } },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'consultations.read', { operationId });
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="consultations.csv"')
        .send(Readable.from(consultationsCsv(ctx.db, filterOf(operationId, request.query))));
    },
  );
  app.get(
    `${PATH}/of/:subjectKind/:subjectId`,
    { schema: { params: SubjectParams, response: { 200: ConsultationsPage } } },
    async (request) => {
      const { subjectKind, subjectId } = request.params;
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'custody.read', { operationId });
      return pageOf(ctx, { operationId, subjectKind, subjectId, limit: PAGE });
    },
  );
}

function reasonRoutes(app: App, ctx: NodeContext): void {
  app.get(
    `${PATH}/reason`,
    { schema: { params: OperationParams, response: { 200: ReasonView } } },
    async (request) => {
      const actor = actorOf(request);
      const operationId = request.params.operationId as OperationId;
      authorize(actor, 'operations.read', { operationId });
      const { sessionId, officerId } = sessionOf(request);
      const standing = await standingReason(ctx.db, { sessionId, officerId, operationId });
      const before = standing ?? (await lastReason(ctx.db, { officerId, operationId }));
      return {
        asked: mayBeAsked(actor, operationId),
        reason: standing?.reason ?? null,
        recipient: standing?.recipient ?? null,
        before: before?.reason ?? null,
      };
    },
  );
  app.post(
    `${PATH}/reason`,
    { schema: { params: OperationParams, body: ReasonBody, response: { 200: ReasonView } } },
    async (request) => {
      const actor = actorOf(request);
      const operationId = request.params.operationId as OperationId;
      const { sessionId } = sessionOf(request);
      const { reason, recipient } = await giveReason(ctx, actor, {
        sessionId,
        operationId,
        ...request.body,
      });
      return { asked: true, reason, recipient, before: reason };
    },
  );
}

async function pageOf(
  { db }: Pick<NodeContext, 'db'>,
  filter: ConsultationFilter,
): Promise<ConsultationsPage> {
  const found = await listConsultations(db, { ...filter, limit: filter.limit + 1 });
  const shown = found.slice(0, filter.limit);
  return {
    consultations: shown.map(rowOf),
    next: found.length > shown.length ? (shown.at(-1)?.consultationId ?? null) : null,
  };
}

function filterOf(operationId: OperationId, query: Static<typeof FilterQuery>) {
  const { from, until, ...rest } = query;
  return {
    operationId,
    ...rest,
    from: from ? dayOf(from) : undefined,
    until: until ? dayOf(until) : undefined,
  };
}

function dayOf(text: string): Date {
  return new Date(`${text}T00:00:00Z`);
}

function rowOf({ firstAt, lastAt, ...row }: Consultation): ConsultationRow {
  return { ...row, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() };
}
