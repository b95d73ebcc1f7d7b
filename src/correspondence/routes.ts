/** Free messages, queries and answers over HTTP, below `/nodes/<agency>/api`. */
import { orPropose } from '#access/approvals/proposals.ts';
import { waitingView } from '#access/approvals/routes.ts';
import { Waiting } from '#access/approvals/schemas.ts';
import { type App, actorOf, bytesOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { attachmentToSave, requireLetter } from './attachments.ts';
import { askLeave, barriersBefore, forwardLetter } from './forward.ts';
import { answerQuery } from './queries.ts';
import {
  AnswerBody,
  AttachmentParams,
  BarrierList,
  BarriersQuery,
  ForwardBody,
  LeaveBody,
  LetterBody,
  LetterPage,
  LetterParams,
  LettersQuery,
  LetterView,
  OperationParams,
  QueryList,
  ThreadView,
  UploadQuery,
  UploadView,
} from './schemas.ts';
import { sendLetter } from './send.ts';
import type { Letter } from './types.ts';
import { dropUploads, type LetterUploadId, takeUpload, uploadedAttachments } from './uploads.ts';
import { letterPage, letterViews, queryRows, threadOf } from './views.ts';

export function letterRoutes(app: App, ctx: NodeContext): void {
  readingRoutes(app, ctx);
  writingRoutes(app, ctx);
  forwardingRoutes(app, ctx);
  void app.register(async (scope) => uploadRoute(scope as App, ctx));
}

/** The ids of an address, as the services name them. */
function named({ operationId, messageId }: { operationId: string; messageId: string }) {
  return { operationId: operationId as OperationId, messageId: messageId as MessageId };
}

function readingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/letters',
    { schema: { params: OperationParams, querystring: LettersQuery, response: { 200: LetterPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'letters.read', { operationId });
      const { limit = 50, before, agency, ...filter } = request.query;
      return letterPage(ctx, {
        operationId,
        ...filter,
        agency: agency as AgencyId | undefined,
        before: before as MessageId | undefined,
        limit,
      });
    },
  );
  app.get(
    '/operations/:operationId/letters/:messageId',
    { schema: { params: LetterParams, response: { 200: ThreadView } } },
    async (request) => {
      const ref = named(request.params);
      authorize(actorOf(request), 'letters.read', ref);
      return { letters: await threadOf(ctx, await requireLetter(ctx, ref)) };
    },
  );
  app.get(
    '/operations/:operationId/queries',
    { schema: { params: OperationParams, response: { 200: QueryList } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'letters.read', { operationId });
      return { queries: await queryRows(ctx, operationId) };
    },
  );
  app.get(
    '/operations/:operationId/letters/:messageId/attachments/:name',
    { schema: { params: AttachmentParams } },
    async (request, reply) => {
      const ref = { ...named(request.params), name: request.params.name };
      const { attachment, bytes } = await attachmentToSave(ctx, actorOf(request), ref);
      return (
        reply
          // Never shown by the browser, whatever it is: a download of bytes.
          .type('application/octet-stream')
          .header('content-length', attachment.sizeBytes)
          .header(
            'content-disposition',
            `attachment; filename*=UTF-8''${encodeURIComponent(attachment.name).replaceAll("'", '%27')}`,
          )
          .send(bytes())
      );
    },
  );
}

function writingRoutes(app: App, ctx: NodeContext): void {
  const shown = async (letter: Letter): Promise<LetterView> => {
    const [view] = await letterViews(ctx, [letter]);
    if (!view) throw new IcarusError('letter/not-found', { messageId: letter.messageId });
    return view;
  };
  app.post(
    '/operations/:operationId/letters',
    { schema: { params: OperationParams, body: LetterBody, response: { 200: LetterView } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const actor = actorOf(request);
      const { uploads, to, inReplyTo = null, replaces = null, ...draft } = request.body;
      const uploadIds = (uploads ?? []) as LetterUploadId[];
      const letter = await sendLetter(ctx, actor, {
        ...draft,
        operationId,
        to: to as AgencyId[],
        inReplyTo: inReplyTo as MessageId | null,
        replaces: replaces && { ...replaces, messageId: replaces.messageId as MessageId },
        attachments: await uploadedAttachments(ctx, actor, { operationId, uploadIds }),
      });
      await dropUploads(ctx, uploadIds);
      return shown(letter);
    },
  );
  app.post(
    '/operations/:operationId/letters/:messageId/answer',
    { schema: { params: LetterParams, body: AnswerBody, response: { 200: LetterView } } },
    async (request) => {
      const ref = named(request.params);
      const actor = actorOf(request);
      const { uploads, ...draft } = request.body;
      const uploadIds = (uploads ?? []) as LetterUploadId[];
      const attachments = await uploadedAttachments(ctx, actor, { ...ref, uploadIds });
      const letter = await answerQuery(ctx, actor, { ...draft, ...ref, attachments });
      await dropUploads(ctx, uploadIds);
      return shown(letter);
    },
  );
}

function forwardingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/letters/:messageId/barriers',
    { schema: { params: LetterParams, querystring: BarriersQuery, response: { 200: BarrierList } } },
    async (request) => {
      const ref = named(request.params);
      authorize(actorOf(request), 'letters.read', ref);
      const letter = await requireLetter(ctx, ref);
      const barriers = await barriersBefore(ctx, letter, request.query.to as AgencyId[]);
      return { barriers: barriers.map((barrier) => ({ ...barrier, codes: [...barrier.codes] })) };
    },
  );
  app.post(
    '/operations/:operationId/letters/:messageId/forward',
    { schema: { params: LetterParams, body: ForwardBody, response: { 200: ThreadView, 202: Waiting } } },
    async (request, reply) => {
      const { to, text, reason } = request.body;
      const actor = actorOf(request);
      const draft = { ...named(request.params), to: to as AgencyId[], text };
      const made = await orPropose(ctx, actor, { reason, act: () => forwardLetter(ctx, actor, draft) });
      return 'proposal' in made
        ? reply.code(202).send(waitingView(made.proposal))
        : reply.send({ letters: await letterViews(ctx, [made.done]) });
    },
  );
  app.post(
    '/operations/:operationId/letters/:messageId/leave',
    { schema: { params: LetterParams, body: LeaveBody, response: { 200: ThreadView } } },
    async (request) => {
      const { recipient, ...asked } = request.body;
      const queries = await askLeave(ctx, actorOf(request), {
        ...asked,
        ...named(request.params),
        recipient: recipient as AgencyId,
      });
      return { letters: await letterViews(ctx, queries) };
    },
  );
}

/** An attachment as the raw body, in a scope of its own: it is neither parsed nor collected. */
function uploadRoute(app: App, ctx: NodeContext): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  app.post(
    '/operations/:operationId/letter-attachments',
    {
      bodyLimit: Number.MAX_SAFE_INTEGER,
      config: { takesBytes: true, rate: 'upload' },
      schema: { params: OperationParams, querystring: UploadQuery, response: { 200: UploadView } },
    },
    async (request) => {
      return takeUpload(ctx, actorOf(request), {
        operationId: request.params.operationId as OperationId,
        name: request.query.name,
        bytes: bytesOf(request),
      });
    },
  );
}
