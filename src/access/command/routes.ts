/** The officer's own keys, with which he signs commands, below `/nodes/<agency>/api`. */
import { type App, actorOf, sessionOf } from '#access/http.ts';
import {
  AddKeyBody,
  KeyParams,
  type KeyView,
  NewKey,
  TerminalBody,
  TerminalView,
} from '#access/sign-in/schemas.ts';
import type { NodeContext } from '#platform/context.ts';
import type { OfficerKey } from './key-store.ts';
import { enrolKey, revokeKey } from './keys.ts';
import { confirmTerminal, waitingTerminal } from './terminal.ts';

export function keyRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/account/keys',
    { config: { provesPresence: true }, schema: { body: AddKeyBody, response: { 201: NewKey } } },
    async (request, reply) => {
      const enrolled = await enrolKey(ctx, sessionOf(request).officerId, request.body);
      return reply.code(201).send({ fingerprint: enrolled });
    },
  );
  app.delete(
    '/account/keys/:fingerprint',
    { config: { provesPresence: true }, schema: { params: KeyParams } },
    async (request, reply) => {
      const { officerId } = sessionOf(request);
      const { fingerprint } = request.params;
      await revokeKey(ctx, actorOf(request), { officerId, fingerprint });
      return reply.code(204).send();
    },
  );
}

/** Confirming the code that a terminal shows: first which terminal it is, then the officer's word. */
export function terminalRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/account/terminals/look',
    { config: { rate: 'code' }, schema: { body: TerminalBody, response: { 200: TerminalView } } },
    async (request) => {
      sessionOf(request);
      const { device, askedAt } = await waitingTerminal(ctx, request.body.code);
      return { device, askedAt: askedAt.toISOString() };
    },
  );
  app.post(
    '/account/terminals/confirm',
    { config: { rate: 'code', provesPresence: true }, schema: { body: TerminalBody } },
    async (request, reply) => {
      await confirmTerminal(ctx, sessionOf(request), request.body.code);
      return reply.code(204).send();
    },
  );
}

export function keyView({ fingerprint, label, enrolledAt, lastUsedAt }: OfficerKey): KeyView {
  return {
    fingerprint,
    label,
    enrolledAt: enrolledAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
