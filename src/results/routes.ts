/** Results over HTTP: the board, figure sets and their release, the press note. */
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { requireOperation } from '#operations/create.ts';
import type { NodeContext } from '#platform/context.ts';
import { board } from './board.ts';
import { computeFigureSet } from './compute.ts';
import { PRESS_FORMS, type PressForm, pressDocument, pressNoteOf } from './documents.ts';
import { figureSet, figureSetRow, figuresHistory } from './figure-set.ts';
import { type FigureSetId, listFigureSets } from './figure-store.ts';
import { isFigureId } from './figures.ts';
import { releaseFigureSet, requireFigureSet } from './release.ts';
import {
  Board,
  ComputeBody,
  FigureHistory,
  FigureParams,
  FigureSetDetail,
  FigureSetParams,
  FigureSetRow,
  FigureSetsList,
  OperationParams,
  PressNote,
  ReleaseBody,
} from './schemas.ts';

export function resultRoutes(app: App, ctx: NodeContext): void {
  boardRoutes(app, ctx);
  figureReadingRoutes(app, ctx);
  figureActRoutes(app, ctx);
  pressRoutes(app, ctx);
}

function boardRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/board',
    { schema: { params: OperationParams, response: { 200: Board } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'operations.read', { operationId });
      return board(ctx.db, await requireOperation(ctx.db, operationId), ctx.clock.now());
    },
  );
}

function figureReadingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/figures',
    { schema: { params: OperationParams, response: { 200: FigureSetsList } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'results.read', { operationId });
      return { sets: (await listFigureSets(ctx.db, operationId)).map(figureSetRow) };
    },
  );
  app.get(
    '/operations/:operationId/figures/:figureSetId',
    { schema: { params: FigureSetParams, response: { 200: FigureSetDetail } } },
    async (request) => {
      const of = setOf(request.params);
      authorize(actorOf(request), 'results.read', of);
      return figureSet(ctx.db, of);
    },
  );
  app.get(
    '/operations/:operationId/figure-history/:figureId',
    { schema: { params: FigureParams, response: { 200: FigureHistory } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'results.read', { operationId });
      const { figureId } = request.params;
      if (!isFigureId(figureId)) throw new IcarusError('results/figure-unknown', { figure: figureId });
      return figuresHistory(ctx.db, operationId, figureId);
    },
  );
}

function figureActRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/operations/:operationId/figures',
    { schema: { params: OperationParams, body: ComputeBody, response: { 200: FigureSetRow } } },
    async (request) => {
      const { kind, asOf } = request.body;
      const operationId = request.params.operationId as OperationId;
      return figureSetRow(
        await computeFigureSet(ctx, actorOf(request), {
          operationId,
          kind,
          ...(asOf ? { asOf: new Date(asOf) } : {}),
        }),
      );
    },
  );
  app.post(
    '/operations/:operationId/figures/:figureSetId/release',
    {
      config: { provesPresence: 'unless-signed' },
      schema: { params: FigureSetParams, body: ReleaseBody, response: { 200: FigureSetRow } },
    },
    async (request) => {
      const of = setOf(request.params);
      await releaseFigureSet(ctx, actorOf(request), { ...of, ...request.body });
      return figureSetRow(await requireFigureSet(ctx.db, of));
    },
  );
}

function pressRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/figures/:figureSetId/press-note',
    { schema: { params: FigureSetParams, response: { 200: PressNote } } },
    async (request) => {
      const of = setOf(request.params);
      authorize(actorOf(request), 'results.read', of);
      return pressNoteOf(
        ctx.db,
        await requireFigureSet(ctx.db, of),
        await requireOperation(ctx.db, of.operationId),
      );
    },
  );
  for (const form of Object.keys(PRESS_FORMS) as PressForm[]) {
    app.get(
      `/operations/:operationId/figures/:figureSetId/press-note.${form}`,
      { config: { rate: 'document' }, schema: { params: FigureSetParams } },
      async (request, reply) => {
        const of = setOf(request.params);
        authorize(actorOf(request), 'results.read', of);
        const set = await requireFigureSet(ctx.db, of);
        const note = await pressNoteOf(ctx.db, set, await requireOperation(ctx.db, of.operationId));
        const bytes = await pressDocument(note, set, form);
        return reply
          .type(PRESS_FORMS[form])
          .header(
            'content-disposition',
            `attachment; filename="press-note-${set.kind}-${set.asOf.toISOString().slice(0, 10)}.${form}"`,
          )
          .send(bytes);
      },
    );
  }
}

function setOf(params: { operationId: string; figureSetId: string }): {
  operationId: OperationId;
  figureSetId: FigureSetId;
} {
  return { operationId: params.operationId as OperationId, figureSetId: params.figureSetId as FigureSetId };
}
