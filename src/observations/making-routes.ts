/**
 * From a log to targets, over HTTP: address data and the severity list that the agency brings, attribution,
 * the build and the suggestions of what may be one. Each is done while it is asked for: the answer says that it
 * is there whole, and whoever goes away before has changed nothing.
 */
import { type App, actorOf, bytesOf, whileAsked } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import type { SnapshotRequest } from '#observations/attribution/loaders.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import { LinkRunView } from '#observations/links/schemas.ts';
import { suggestLinks } from '#observations/links/suggest.ts';
import { runView } from '#observations/links/views.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { loadSeverityList } from '#observations/targets/severity.ts';
import type { NodeContext } from '#platform/context.ts';
import { receivedFile } from '#platform/received-file.ts';
import { Attributed, Built, SeverityLoaded, SeverityQuery, SnapshotQuery } from './making-schemas.ts';
import { OperationParams, SourceRow } from './schemas.ts';
import { sourceRow } from './views.ts';

const ROOM = '/operations/:operationId';
/** Tables of the whole internet have some hundred megabytes. */
const LIMIT_BYTES = 4 * 1024 ** 3;

export function makingRoutes(app: App, ctx: NodeContext): void {
  // A scope of its own: only here is a body left as a stream.
  void app.register(async (scope: App) => {
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    fileRoutes(scope, ctx);
  });
  workRoutes(app, ctx);
}

function fileRoutes(app: App, ctx: NodeContext): void {
  const takesFile = { bodyLimit: LIMIT_BYTES, config: { takesBytes: true, rate: 'upload' } } as const;
  app.post(
    `${ROOM}/attribution/snapshots`,
    {
      ...takesFile,
      schema: { params: OperationParams, querystring: SnapshotQuery, response: { 200: SourceRow } },
    },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      const actor = actorOf(request);
      // Before a byte is taken in.
      authorize(actor, 'observations.attribute', { operationId });
      const { fileName: name } = request.query;
      await using file = await receivedFile(ctx.paths.temporary, bytesOf(request), {
        name,
        limitBytes: LIMIT_BYTES,
      });
      const asked = { path: file.path, operationId, signal: whileAsked(reply) };
      const { snapshot } = await loadSnapshot(ctx, actor, snapshotRequest(request.query, asked));
      return sourceRow(snapshot);
    },
  );
  app.post(
    `${ROOM}/severity-list`,
    {
      ...takesFile,
      schema: { params: OperationParams, querystring: SeverityQuery, response: { 200: SeverityLoaded } },
    },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      const actor = actorOf(request);
      authorize(actor, 'observations.import', { operationId });
      const { fileName: name } = request.query;
      await using file = await receivedFile(ctx.paths.temporary, bytesOf(request), {
        name,
        limitBytes: LIMIT_BYTES,
      });
      const wanted = { operationId, path: file.path, signal: whileAsked(reply) };
      const { listId, name: listName, entries, fileSha256 } = await loadSeverityList(ctx, actor, wanted);
      return { listId, name: listName, entries, fileSha256 };
    },
  );
}

function snapshotRequest(
  { loader, source, validFrom, priority, columns: given }: SnapshotQuery,
  { path, ...asked }: { path: string; operationId: OperationId; signal: AbortSignal },
): SnapshotRequest {
  const said = {
    ...asked,
    ...(source !== undefined && { source }),
    ...(validFrom !== undefined && { validFrom: new Date(validFrom) }),
    ...(priority !== undefined && { priority }),
  };
  const columns = given && Object.fromEntries(given.map(columnOf));
  if (loader === 'rir-delegated') return { loader, ...said, path };
  if (loader === 'range-csv') return { loader, ...said, paths: [path], columns: columns ?? {} };
  if (loader === 'carrier-nat' || loader === 'hosting')
    return { loader, ...said, paths: [path], ...(columns && { columns }) };
  return { loader, ...said, paths: [path] };
}

function columnOf(text: string): [field: string, column: string | number] {
  const at = text.indexOf('=');
  const column = text.slice(at + 1);
  return [text.slice(0, at), /^\d+$/.test(column) ? Number(column) : column];
}

function workRoutes(app: App, ctx: NodeContext): void {
  app.post(
    `${ROOM}/attribution`,
    { schema: { params: OperationParams, response: { 200: Attributed } } },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      const run = await attribute(ctx, actorOf(request), { operationId, signal: whileAsked(reply) });
      const { runId, addresses, unattributed, disagreements, carrierNat, hosting } = run;
      const counts = { addresses, unattributed, disagreements, carrierNat, hosting };
      return { runId, ...counts, finishedAt: run.finishedAt.toISOString() };
    },
  );
  app.post(
    `${ROOM}/targets`,
    { schema: { params: OperationParams, response: { 200: Built } } },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      const signal = whileAsked(reply);
      const { build } = await buildTargets(ctx, actorOf(request), { operationId, signal });
      const { buildId, targets, places, builtAt } = build;
      return { buildId, targets, places, builtAt: builtAt.toISOString() };
    },
  );
  app.post(
    `${ROOM}/links`,
    { schema: { params: OperationParams, response: { 200: LinkRunView } } },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      return runView(await suggestLinks(ctx, actorOf(request), { operationId, signal: whileAsked(reply) }));
    },
  );
}
