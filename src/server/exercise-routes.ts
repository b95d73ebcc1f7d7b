/** What this process hosts, and, in an exercise, the desk chooser and the story's controls. */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '#access/http.ts';
import { listOfficers } from '#access/store.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import type { ExerciseControl } from '#exercise/control.ts';
import type { HostApp } from './app.ts';
import { openEventStream } from './event-stream.ts';
import { takeDesk } from './sessions.ts';

interface Hosting {
  readonly exercise: ExerciseControl | undefined;
  /** Its officers choose a desk: there is no sign-in. */
  readonly choosesDesk: boolean;
}

export function hostedRoutes(app: App, host: HostApp, { exercise, choosesDesk }: Hosting): void {
  const choice = exercise !== undefined && choosesDesk;
  app.get('/api/nodes', async () => ({
    exercise: exercise !== undefined,
    choosesDesk: choice,
    notice: exercise?.state().notice ?? null,
    nodes: await Promise.all(
      host.nodes().map(async ({ ctx }) => ({
        ...ctx.node,
        desks: !choice
          ? []
          : (await listOfficers(ctx.db)).map(({ officerId, name, grants }) => ({
              officerId,
              name,
              roles: grants.map(({ role }) => role),
            })),
      })),
    ),
  }));
}

const Desk = Type.Object(
  { agencyId: Type.String({ maxLength: 40 }), officerId: Type.String({ maxLength: 60 }) },
  { additionalProperties: false },
);

/** A seat without a credential. It exists where this is called, and nothing that a node is told or asked calls it. */
export function deskChooser(app: App, host: HostApp): void {
  app.post('/api/desk', { schema: { body: Desk } }, async (request, reply) => {
    const node = host.nodes().find(({ ctx }) => ctx.node.agencyId === request.body.agencyId);
    if (!node) throw new IcarusError('request/not-found', { what: 'such desk' });
    await takeDesk(node.ctx, request.body.officerId as OfficerId, reply);
    return reply.code(204).send();
  });
}

export function exerciseRoutes(app: App, exercise: ExerciseControl, ending: AbortSignal): void {
  app.addHook('onRequest', async (request) => refuseOutsiders(request));
  app.get('/api/exercise', () => exercise.state());
  app.get('/api/exercise/events', (request, reply) => {
    const stream = openEventStream(request, reply, ending);
    stream.send('story', exercise.state());
    const end = exercise.subscribe((state) => stream.send('story', state));
    stream.closed.addEventListener('abort', end);
  });
  app.post('/api/exercise/pause', () => (exercise.pause(), exercise.state()));
  app.post('/api/exercise/resume', () => (exercise.resume(), exercise.state()));
  app.post('/api/exercise/step', () => (exercise.step(), exercise.state()));
  app.post('/api/exercise/reset', async () => {
    await exercise.reset();
    return exercise.state();
  });
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Desks without a credential are for the machine that the exercise runs on, and for nobody else. */
function refuseOutsiders(request: FastifyRequest): void {
  // A page elsewhere could point its own name at this machine (DNS rebinding): the name must be ours too.
  const named = LOOPBACK_NAMES.has(request.hostname.replace(/:\d+$/, ''));
  if (!LOOPBACK.has(request.ip) || !named)
    throw new IcarusError('access/denied', { reason: 'an exercise is open only on its own machine' });
}
