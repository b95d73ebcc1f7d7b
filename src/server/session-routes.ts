/** Who am I on this node, and leaving. Taking a desk is the exercise's own route. */
import { type App, actorOf } from '#access/http.ts';
import { ACTIONS } from '#access/policy.ts';
import type { SignInOptions } from '#access/sign-in/options.ts';
import type { NodeContext } from '#platform/context.ts';
import { leave, timeLeft } from './sessions.ts';

export function sessionRoutes(app: App, ctx: NodeContext, signIn: SignInOptions | undefined): void {
  app.get('/session', (request) => {
    const actor = actorOf(request);
    return {
      officerId: actor.kind === 'officer' ? actor.officerId : null,
      name: actor.kind === 'officer' ? actor.name : actor.process,
      roles: actor.kind === 'officer' ? actor.grants : [],
      agency: ctx.node,
      now: ctx.clock.now().toISOString(),
      // Of this machine's time, whatever the node's clock plays: the pages end with it, though the node does not answer.
      left: timeLeft(request, signIn),
      // The pages say beforehand why an act is not for this desk; the node decides again when it is asked.
      policy: ACTIONS,
    };
  });
  app.delete('/session', async (request, reply) => {
    await leave(ctx, request, reply);
    return reply.code(204).send();
  });
}
