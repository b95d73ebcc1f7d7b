/** `/health` and `/ready`, for everybody who reaches the pages: one word each. What stands behind it is for administrators. */
import type { FastifyReply } from 'fastify';
import type { App } from '#access/http.ts';
import type { Standing } from '#assembly/condition/types.ts';
import type { ConditionWatch } from '#assembly/condition/watch.ts';

/** @param condition without it (an exercise) a process that answers is ready */
export function healthRoutes(app: App, condition: ConditionWatch | undefined): void {
  app.get('/health', { schema: { hide: true } }, (_request, reply) => answer(reply, 'alive'));
  app.get('/ready', { schema: { hide: true } }, async (_request, reply) => {
    const standing = condition ? (await condition.look()).condition.standing : 'ready';
    return answer(reply.code(statusOf(standing)), standing);
  });
}

function answer(reply: FastifyReply, status: Standing | 'alive'): FastifyReply {
  return reply.header('cache-control', 'no-store').send({ status });
}

/** A node that can read is worth asking. */
export function statusOf(standing: Standing): 200 | 503 {
  return standing === 'unavailable' ? 503 : 200;
}
