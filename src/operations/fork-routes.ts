/** Alarms about custody logs, below `/nodes/<agency>/api`: whoever verifies reads them, the administrator settles. */
import { type App, actorOf } from '#access/http.ts';
import { authorizeOnNode } from '#access/policy.ts';
import type { NodeContext } from '#platform/context.ts';
import { settleForks } from './custody.ts';
import { forkAlarms } from './fork-alarms.ts';
import { ForkAlarmList, SettleBody } from './key-schemas.ts';

export function forkRoutes(app: App, ctx: NodeContext): void {
  app.get('/custody/alarms', { schema: { response: { 200: ForkAlarmList } } }, async (request) => {
    authorizeOnNode(actorOf(request), 'custody.verify');
    return { alarms: await forkAlarms(ctx) };
  });
  app.post(
    '/custody/alarms/settle',
    { config: { provesPresence: true }, schema: { body: SettleBody } },
    async (request, reply) => {
      const { log, reason } = request.body;
      await settleForks(ctx, actorOf(request), { origin: log, reason });
      return reply.code(204).send();
    },
  );
}
