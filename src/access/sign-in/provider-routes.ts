/** Coming in by the agency's provider, below `/nodes/<agency>/api`. */
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { type App, sessionOf } from '#access/http.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import { type Begun, beginAtProvider, returnFromProvider } from './by-provider.ts';
import { giveCookie, giveLoginCookie, loginStateOf, takeLoginCookie } from './cookie.ts';
import { deviceOf } from './device.ts';
import { enrolmentByCode } from './enrolment.ts';
import type { ProviderOptions, SignInOptions } from './options.ts';
import { openProvider } from './provider.ts';

const closed = { additionalProperties: false } as const;
const Place = Type.String({ pattern: '^/[A-Za-z0-9][A-Za-z0-9/_.?=&%~-]{0,500}$' });
const ReturnBody = Type.Object({ returnTo: Place }, closed);
const EnrolBody = Type.Object({ returnTo: Place, code: Type.String({ maxLength: 60 }) }, closed);
/** What providers add to an answer is theirs; nothing of it but the answer itself is read. */
const Answer = Type.Object({}, { additionalProperties: Type.String({ maxLength: 4000 }), maxProperties: 20 });

const CALLBACK = '/oidc/callback';

export function providerRoutes(
  app: App,
  ctx: NodeContext,
  { options, settings }: { options: SignInOptions; settings: ProviderOptions },
): void {
  const { agencyId } = ctx.node;
  const redirectUri = `${options.origin}/nodes/${agencyId}/api${CALLBACK}`;
  const provider = openProvider(settings, redirectUri);
  const begun = (reply: FastifyReply, { url, state }: Begun): FastifyReply => {
    giveLoginCookie(reply, agencyId, state);
    return reply.send({ url });
  };
  app.post(
    '/sign-in/provider',
    { config: { rate: 'sign-in' }, schema: { body: ReturnBody } },
    async (request, reply) => {
      const returnTo = ownPlace(agencyId, request.body.returnTo);
      return begun(
        reply,
        await beginAtProvider(ctx, provider, {
          purpose: 'sign-in',
          about: request.session?.sessionId ?? null,
          returnTo,
        }),
      );
    },
  );
  app.post(
    '/enrol/provider',
    { config: { rate: 'code' }, schema: { body: EnrolBody } },
    async (request, reply) => {
      const returnTo = ownPlace(agencyId, request.body.returnTo);
      const { enrolmentId } = await enrolmentByCode(ctx.db, request.body.code);
      return begun(
        reply,
        await beginAtProvider(ctx, provider, { purpose: 'enrol', about: enrolmentId, returnTo }),
      );
    },
  );
  app.post(
    '/session/prove/provider',
    { config: { rate: 'sign-in' }, schema: { body: ReturnBody } },
    async (request, reply) => {
      const returnTo = ownPlace(agencyId, request.body.returnTo);
      const about = sessionOf(request).sessionId;
      return begun(reply, await beginAtProvider(ctx, provider, { purpose: 'prove', about, returnTo }));
    },
  );
  app.get(
    CALLBACK,
    { config: { rate: 'sign-in' }, schema: { querystring: Answer } },
    async (request, reply) => {
      // Never the host that the request names: only what was registered with the provider.
      const answer = new URL(redirectUri);
      answer.search = new URL(request.url, options.origin).search;
      const state = loginStateOf(request, agencyId);
      takeLoginCookie(reply, agencyId);
      try {
        const came = { answer, state, device: deviceOf(request) };
        const { token, returnTo } = await returnFromProvider(ctx, { options, provider }, came);
        giveCookie(reply, agencyId, { token, jar: 'officer' });
        return await reply.redirect(returnTo, 303);
      } catch (error) {
        if (!isIcarusError(error)) throw error;
        request.log.info({ code: error.code, ...error.details }, 'sign-in by the provider refused');
        return reply.redirect(`/${agencyId}/board?refused=${encodeURIComponent(error.code)}`, 303);
      }
    },
  );
}

/** Only pages of this node: an address elsewhere would make the node lend its name to it. */
function ownPlace(agencyId: string, place: string): string {
  if (!place.startsWith(`/${agencyId}/`) || place.includes('//'))
    throw new IcarusError('request/invalid', { reason: 'returnTo must be a page of this node' });
  return place;
}
