/** Signing in, and what an officer sees of his own passkeys and sessions, below `/nodes/<agency>/api`. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { keysOf } from '#access/command/key-store.ts';
import { keyRoutes, keyView, terminalRoutes } from '#access/command/routes.ts';
import { type App, actorOf, sessionOf } from '#access/http.ts';
import { revokePasskey } from '#access/service.ts';
import type { NodeContext } from '#platform/context.ts';
import { giveCookie, jarOf, takeCookie } from './cookie.ts';
import { deviceOf } from './device.ts';
import type { SignInOptions } from './options.ts';
import { type Passkey, passkeysOf } from './passkey-store.ts';
import { enrol, enrolmentOptions, presenceOptions, provePresence, signIn } from './passkeys.ts';
import { providerRoutes } from './provider-routes.ts';
import {
  AccountView,
  AddPasskeyBody,
  AnswerBody,
  CodeBody,
  EnrolBody,
  PasskeyParams,
  type PasskeyView,
  SessionParams,
  WaysView,
} from './schemas.ts';
import { endSessions, type Session, type SessionId, sessionsOf } from './sessions.ts';

const SIGNING_IN = { rate: 'sign-in' } as const;
const CODE = { rate: 'code' } as const;

export function signInRoutes(app: App, ctx: NodeContext, options: SignInOptions): void {
  const { provider } = options;
  app.get('/sign-in/ways', { schema: { response: { 200: WaysView } } }, () => ({
    provider: provider && new URL(provider.issuer).host,
  }));
  if (provider) providerRoutes(app, ctx, { options, settings: provider });
  app.post('/sign-in/options', { config: SIGNING_IN }, () => presenceOptions(ctx, options));
  app.post('/sign-in', { config: SIGNING_IN, schema: { body: AnswerBody } }, async (request, reply) => {
    const { token } = await signIn(ctx, options, {
      response: answerIn(request.body),
      device: deviceOf(request),
      over: request.session,
    });
    giveCookie(reply, ctx.node.agencyId, { token, jar: 'officer' });
    return reply.code(204).send();
  });
  app.post('/enrol/options', { config: CODE, schema: { body: CodeBody } }, (request) =>
    enrolmentOptions(ctx, options, { code: request.body.code }),
  );
  app.post('/enrol', { config: CODE, schema: { body: EnrolBody } }, async (request, reply) => {
    const { code, label } = request.body;
    await enrol(ctx, options, { by: { code }, label, response: registrationIn(request.body) });
    return reply.code(204).send();
  });
  app.post('/session/prove/options', { config: SIGNING_IN }, (request) =>
    presenceOptions(ctx, options, sessionOf(request)),
  );
  app.post('/session/prove', { config: SIGNING_IN, schema: { body: AnswerBody } }, async (request, reply) => {
    const session = sessionOf(request);
    const token = await provePresence(ctx, options, { session, response: answerIn(request.body) });
    giveCookie(reply, ctx.node.agencyId, { token, jar: jarOf(session) });
    return reply.code(204).send();
  });
  accountRoutes(app, ctx, options);
  keyRoutes(app, ctx);
  terminalRoutes(app, ctx);
}

function accountRoutes(app: App, ctx: NodeContext, options: SignInOptions): void {
  app.get('/account', { schema: { response: { 200: AccountView } } }, async (request) => {
    const session = sessionOf(request);
    const { officerId } = session;
    const sessions = await sessionsOf(ctx.db, officerId, options);
    return {
      passkeys: (await passkeysOf(ctx.db, officerId)).map(passkeyView),
      keys: (await keysOf(ctx.db, officerId)).map(keyView),
      sessions: sessions.map((one) => sessionView(one, session)),
    };
  });
  app.post('/account/passkeys/options', { config: { provesPresence: true } }, (request) =>
    enrolmentOptions(ctx, options, { session: sessionOf(request) }),
  );
  app.post(
    '/account/passkeys',
    { config: { provesPresence: true }, schema: { body: AddPasskeyBody } },
    async (request, reply) => {
      const by = { session: sessionOf(request) };
      await enrol(ctx, options, { by, label: request.body.label, response: registrationIn(request.body) });
      return reply.code(204).send();
    },
  );
  app.delete(
    '/account/passkeys/:passkeyId',
    { config: { provesPresence: true }, schema: { params: PasskeyParams } },
    async (request, reply) => {
      const { officerId } = sessionOf(request);
      await revokePasskey(ctx, actorOf(request), { officerId, passkeyId: request.params.passkeyId });
      return reply.code(204).send();
    },
  );
  app.delete(
    '/account/sessions/:sessionId',
    { config: { provesPresence: true }, schema: { params: SessionParams } },
    async (request, reply) => {
      const session = sessionOf(request);
      const sessionId = request.params.sessionId as SessionId;
      await endSessions(ctx, actorOf(request), { officerId: session.officerId, sessionId });
      if (sessionId === session.sessionId) takeCookie(reply, ctx.node.agencyId, jarOf(session));
      return reply.code(204).send();
    },
  );
}

/** The schema has checked the form; the library wants its own name for it. */
function answerIn({ response }: { response: object }): AuthenticationResponseJSON {
  return response as AuthenticationResponseJSON;
}

function registrationIn({ response }: { response: object }): RegistrationResponseJSON {
  return response as RegistrationResponseJSON;
}

export function passkeyView(passkey: Passkey): PasskeyView {
  const { passkeyId, label, model, synced, createdAt, lastUsedAt } = passkey;
  return {
    passkeyId,
    label,
    model,
    synced,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}

function sessionView(one: Session, current: Session) {
  const { sessionId, way, device } = one;
  return {
    sessionId,
    current: sessionId === current.sessionId,
    way,
    device,
    createdAt: one.createdAt.toISOString(),
    seenAt: one.seenAt.toISOString(),
    expiresAt: one.expiresAt.toISOString(),
  };
}
