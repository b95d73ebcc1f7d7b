/** Signing with a passkey, below `/nodes/<agency>/api`: what a refusal with `access/signature-needed` asks for. */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { type App, actorOf, sessionOf } from '#access/http.ts';
import { giveCookie, jarOf } from '#access/sign-in/cookie.ts';
import type { SignInOptions } from '#access/sign-in/options.ts';
import { AnswerBody } from '#access/sign-in/schemas.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { WordBody } from './schemas.ts';
import { signingOptions, takeSignature } from './sign.ts';

const SIGNING = { rate: 'sign-in' } as const;

export function signRoutes(app: App, ctx: NodeContext, options: SignInOptions): void {
  app.post('/session/sign/options', { config: SIGNING, schema: { body: WordBody } }, (request) => {
    const actor = actorOf(request);
    const operationId = request.body.operationId as OperationId | null;
    const served =
      actor.kind === 'officer' && actor.grants.some((grant) => grant.operationId === operationId);
    if (!served) throw new IcarusError('access/denied', { reason: 'it is of another operation' });
    return signingOptions(ctx, options, {
      session: sessionOf(request),
      word: { ...request.body, operationId },
    });
  });
  app.post('/session/sign', { config: SIGNING, schema: { body: AnswerBody } }, async (request, reply) => {
    const response = request.body.response as AuthenticationResponseJSON;
    const session = sessionOf(request);
    const token = await takeSignature(ctx, options, { session, response });
    giveCookie(reply, ctx.node.agencyId, { token, jar: jarOf(session) });
    return reply.code(204).send();
  });
}
