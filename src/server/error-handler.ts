/** What a caller sees of an error: a code and one sentence. Of an unknown one: 500 and a request id, nothing else. */
import type { FastifyContextConfig, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { actorName } from '#access/policy.ts';
import { databaseFailure } from '#core/database-failure.ts';
import type { ErrorCode } from '#core/error-codes.ts';
import { IcarusError } from '#core/errors.ts';

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
  /** With `access/signature-needed`: what the officer signs, then asks again. */
  readonly toSign?: object;
}

/** What comes back by itself, and in how many seconds it is worth asking again. */
const RETRY_AFTER: ReadonlyMap<ErrorCode, number> = new Map([
  ['database/unreachable', 10],
  ['database/certificate-refused', 10],
  ['database/lost', 10],
  ['disk/reserve', 60],
  ['disk/full', 60],
]);

export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = asIcarusError(error, request);
  if (known.httpStatus >= 500)
    request.log.error({ requestId: request.id, code: known.code, err: error }, 'request failed');
  else request.log.info(refusalOf(request, known.code), 'request refused');
  const seconds = known.code === 'request/too-many' ? known.details['seconds'] : RETRY_AFTER.get(known.code);
  if (seconds !== undefined) reply.header('retry-after', seconds);
  reply.header('cache-control', 'no-store');
  const toSign =
    known.code === 'access/signature-needed'
      ? (JSON.parse(String(known.details['toSign'])) as object)
      : undefined;
  const body: ErrorBody = {
    code: known.code,
    message: known.message,
    requestId: request.id,
    ...(toSign && { toSign }),
  };
  return reply.code(known.httpStatus).send(body);
}

/** Who was refused what, and where it came from; the route by its pattern, so that no id and no search is in the log. */
function refusalOf(request: FastifyRequest, code: ErrorCode) {
  const { method, actor, ip: from } = request;
  return {
    requestId: request.id,
    code,
    route: `${method} ${request.routeOptions.url ?? 'none'}`,
    by: actor ? actorName(actor) : null,
    from,
  };
}

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ''] = request.url.split('?', 1);
  const methods = request.server.methodsAt(path);
  if (methods.length > 0) {
    const allowed = methods.join(', ');
    reply.header('allow', allowed);
    return handleError(
      new IcarusError('request/method', { method: request.method, allowed }),
      request,
      reply,
    );
  }
  return handleError(new IcarusError('request/not-found', { what: 'page or resource' }), request, reply);
}

/** What a route takes, in words. */
export function wantedBody({ takesBytes }: FastifyContextConfig): string {
  return takesBytes ? 'the bytes of a file, as application/octet-stream or text/csv' : 'application/json';
}

function asIcarusError(error: unknown, request: FastifyRequest): IcarusError {
  if (error instanceof IcarusError) return error;
  const ofDatabase = databaseFailure(error);
  if (ofDatabase) return ofDatabase;
  const { validation, validationContext, statusCode, code } = error as Partial<FastifyError>;
  if (validation) {
    const [first] = validation;
    const place = `${validationContext ?? 'request'}${first?.instancePath ?? ''}`;
    return new IcarusError('request/invalid', {
      reason: `${place} ${first?.message ?? 'is not as expected'}`,
    });
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new IcarusError('request/too-large', { limitBytes: request.routeOptions.bodyLimit ?? 0 });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new IcarusError(
      'request/media-type',
      { wanted: wantedBody(request.routeOptions.config) },
      { cause: error },
    );
  if (code === 'FST_ERR_HANDLER_TIMEOUT') {
    const seconds = Math.ceil((request.routeOptions.handlerTimeout ?? 0) / 1000);
    return new IcarusError('request/took-too-long', { seconds }, { cause: error });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new IcarusError('request/invalid', { reason: 'it could not be read' }, { cause: error });
  }
  return new IcarusError('internal/unexpected', { requestId: request.id }, { cause: error });
}
