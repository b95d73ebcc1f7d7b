/**
 * Importing over HTTP: mapping profiles, logs that come in parts, what their rows become, and their
 * import's progress. A part is the body of its request; everything else is JSON.
 */
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { ImportId } from '#observations/types.ts';
import type { NodeContext } from '#platform/context.ts';
import { EXAMPLE_NAMES, exampleProfile, PROFILE_EXAMPLES } from './examples.ts';
import { describeLog, previewLog } from './preview.ts';
import { savedProfiles } from './profile-store.ts';
import { saveProfile } from './profiles.ts';
import { openRejects } from './rejects.ts';
import {
  ImportParams,
  LogDescription,
  LogPreviewView,
  OperationParams,
  PartQuery,
  ProfileBody,
  ProfileList,
  SavedProfileResult,
  UploadBody,
  UploadList,
  UploadParams,
  UploadRow,
} from './schemas.ts';
import { type UploadId, uploadsOf } from './upload-store.ts';
import {
  beginUpload,
  cancelUpload,
  PART_LIMIT_BYTES,
  requireUpload,
  startUpload,
  takePart,
  uploadedBytes,
} from './uploads.ts';
import { descriptionView, previewView, savedProfileRow, uploadRow } from './views.ts';

const ROOM = '/operations/:operationId/observations';
const UPLOADS = `${ROOM}/uploads`;
const UPLOAD = `${UPLOADS}/:uploadId`;
/** Uploads that a page shows. */
const LISTED = 50;

export function importingRoutes(app: App, ctx: NodeContext): void {
  profileRoutes(app, ctx);
  rejectRoutes(app, ctx);
  uploadRoutes(app, ctx);
  lookingRoutes(app, ctx);
  // A scope of its own: only here is a body bytes.
  void app.register(async (scope: App) => {
    scope.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    partRoutes(scope, ctx);
  });
}

function profileRoutes(app: App, ctx: NodeContext): void {
  app.get(
    `${ROOM}/profiles`,
    { schema: { params: OperationParams, response: { 200: ProfileList } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'observations.read', { operationId });
      const examples = EXAMPLE_NAMES.map(async (name) => ({
        name,
        words: PROFILE_EXAMPLES[name].words,
        profile: await exampleProfile(name),
      }));
      return {
        profiles: (await savedProfiles(ctx.db)).map(savedProfileRow),
        examples: await Promise.all(examples),
      };
    },
  );
  app.post(
    `${ROOM}/profiles`,
    { schema: { params: OperationParams, body: ProfileBody, response: { 200: SavedProfileResult } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const { profile } = request.body;
      const saved = await saveProfile(ctx, actorOf(request), { operationId, profile });
      return { ...savedProfileRow(saved), isNew: saved.isNew };
    },
  );
}

function rejectRoutes(app: App, ctx: NodeContext): void {
  app.get(
    `${ROOM}/imports/:importId/refused.csv`,
    { schema: { params: ImportParams } },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      const importId = request.params.importId as ImportId;
      const { csv } = await openRejects(ctx, actorOf(request), { operationId, importId });
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="refused-${importId}.csv"`)
        .send(csv);
    },
  );
}

function uploadRoutes(app: App, ctx: NodeContext): void {
  app.get(
    UPLOADS,
    { config: { rate: 'upload' }, schema: { params: OperationParams, response: { 200: UploadList } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'observations.read', { operationId });
      return { uploads: (await uploadsOf(ctx.db, operationId, LISTED)).map(uploadRow) };
    },
  );
  app.post(
    UPLOADS,
    { schema: { params: OperationParams, body: UploadBody, response: { 200: UploadRow } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      return uploadRow(await beginUpload(ctx, actorOf(request), { operationId, ...request.body }));
    },
  );
  app.get(UPLOAD, { schema: { params: UploadParams, response: { 200: UploadRow } } }, async (request) => {
    const choice = choiceOf(request.params);
    authorize(actorOf(request), 'observations.read', choice);
    return uploadRow(await requireUpload(ctx.db, choice));
  });
  app.post(
    `${UPLOAD}/start`,
    { schema: { params: UploadParams, body: ProfileBody, response: { 200: UploadRow } } },
    async (request) => {
      const { profile } = request.body;
      return uploadRow(await startUpload(ctx, actorOf(request), { ...choiceOf(request.params), profile }));
    },
  );
  app.post(
    `${UPLOAD}/cancel`,
    { schema: { params: UploadParams, response: { 200: UploadRow } } },
    async (request) => uploadRow(await cancelUpload(ctx, actorOf(request), choiceOf(request.params))),
  );
}

/** Looking into what has come so far, before anything is imported. */
function lookingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    `${UPLOAD}/head`,
    { schema: { params: UploadParams, response: { 200: LogDescription } } },
    async (request) => {
      const actor = actorOf(request);
      const choice = choiceOf(request.params);
      authorize(actor, 'observations.import', choice);
      const input = uploadedBytes(ctx, await requireUpload(ctx.db, choice));
      return descriptionView(await describeLog(ctx, actor, { operationId: choice.operationId, input }));
    },
  );
  app.post(
    `${UPLOAD}/preview`,
    {
      config: { rate: 'document' },
      schema: { params: UploadParams, body: ProfileBody, response: { 200: LogPreviewView } },
    },
    async (request) => {
      const actor = actorOf(request);
      const choice = choiceOf(request.params);
      authorize(actor, 'observations.import', choice);
      const input = uploadedBytes(ctx, await requireUpload(ctx.db, choice));
      const { profile } = request.body;
      return previewView(await previewLog(ctx, actor, { operationId: choice.operationId, input, profile }));
    },
  );
}

function partRoutes(app: App, ctx: NodeContext): void {
  app.put(
    `${UPLOAD}/parts`,
    {
      bodyLimit: PART_LIMIT_BYTES,
      config: { takesBytes: true },
      schema: { params: UploadParams, querystring: PartQuery, response: { 200: UploadRow } },
    },
    async (request) => {
      const bytes = request.body;
      if (!Buffer.isBuffer(bytes) || bytes.length === 0)
        throw new IcarusError('request/invalid', {
          reason: 'the part must be the body, as application/octet-stream',
        });
      const { offset, sha256 } = request.query;
      return uploadRow(
        await takePart(ctx, actorOf(request), { ...choiceOf(request.params), offset, sha256, bytes }),
      );
    },
  );
}

function choiceOf(params: { operationId: string; uploadId: string }) {
  return { operationId: params.operationId as OperationId, uploadId: params.uploadId as UploadId };
}
