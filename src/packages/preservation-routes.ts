/** A package's requests for preservation over HTTP, on the lead's side and on the receiver's. */
import { createReadStream } from 'node:fs';
import { type App, actorOf } from '#access/http.ts';
import type { OperationId, PackageId } from '#core/ids.ts';
import type { PreservationSent } from '#observations/retention/preservation-store.ts';
import type { NodeContext } from '#platform/context.ts';
import { recordRequestSent, requestPath, requestsOfPackage } from './preservation.ts';
import {
  RequestFileParams,
  RequestParams,
  RequestStandings,
  SentBody,
  SentView,
} from './preservation-schemas.ts';
import type { PreservationFormat } from './preservation-write.ts';
import { PackageParams } from './schemas.ts';

const MEDIA_TYPES: Record<PreservationFormat, string> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  csv: 'text/csv; charset=utf-8',
};

function asked(params: { operationId: string; packageId: string }) {
  return {
    operationId: params.operationId as OperationId,
    packageId: params.packageId as PackageId,
  };
}

export function preservationRoutes(app: App, ctx: NodeContext): void {
  for (const place of ['packages', 'received-packages']) {
    const requests = `/operations/:operationId/${place}/:packageId/preservation`;
    app.get(
      requests,
      { schema: { params: PackageParams, response: { 200: RequestStandings } } },
      async (request) => {
        const standings = await requestsOfPackage(ctx, actorOf(request), asked(request.params));
        return {
          requests: standings.map(({ request: one, sent }) => ({ request: one, sent: sent.map(sentView) })),
        };
      },
    );
    app.get(
      `${requests}/:name/:format`,
      { config: { rate: 'document' }, schema: { params: RequestFileParams } },
      async (request, reply) => {
        const { name, format } = request.params;
        const file = { ...asked(request.params), name, format: format as PreservationFormat };
        const document = await requestPath(ctx, actorOf(request), file);
        return reply
          .type(MEDIA_TYPES[file.format])
          .header('content-length', document.sizeBytes)
          .header('content-disposition', `attachment; filename="${document.name}"`)
          .send(createReadStream(document.path));
      },
    );
    app.post(
      `${requests}/:name/sent`,
      { schema: { params: RequestParams, body: SentBody, response: { 200: SentView } } },
      async (request) => {
        const { sentAt, until, note } = request.body;
        const sent = await recordRequestSent(ctx, actorOf(request), {
          ...asked(request.params),
          name: request.params.name,
          sentAt: new Date(sentAt),
          note,
          ...(until !== undefined && { until: new Date(until) }),
        });
        return sentView(sent);
      },
    );
  }
}

function sentView(sent: PreservationSent): SentView {
  return {
    preservationId: sent.preservationId,
    sentAt: sent.sentAt.toISOString(),
    until: sent.until.toISOString(),
    note: sent.note,
    recordedAt: sent.recordedAt.toISOString(),
    recordedBy: sent.recordedBy,
  };
}
