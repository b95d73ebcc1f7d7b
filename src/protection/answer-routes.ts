/** Answers to persons, supervisors and courts over HTTP: given as one file, and which were given. */

import { standingReason } from '#access/consultation/reason.ts';
import { recordReading } from '#access/consultation/record.ts';
import { type App, actorOf, sessionOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { answerArchive } from './answer-archive.ts';
import { answersOf } from './answer-store.ts';
import { answerSubject, type SubjectRequest } from './answer-subject.ts';
import { AnswerSubjectBody, AnswersView, OperationParams } from './schemas.ts';

export function answerRoutes(app: App, ctx: NodeContext): void {
  const list = { schema: { params: OperationParams, response: { 200: AnswersView } } };
  app.get('/operations/:operationId/protection/answers', list, async (request) => {
    const operationId = request.params.operationId as OperationId;
    authorize(actorOf(request), 'review.read', { operationId });
    return { answers: await answersOf(ctx.db, operationId) };
  });
  const give = {
    config: { rate: 'document' as const },
    schema: { params: OperationParams, body: AnswerSubjectBody },
  };
  app.post('/operations/:operationId/protection/answers', give, async (request, reply) => {
    const operationId = request.params.operationId as OperationId;
    const { targetId, clientId, address, at, value, ...rest } = request.body;
    const asked: SubjectRequest = {
      ...rest,
      operationId,
      named: { targetId, clientId, address, value, at: at === undefined ? undefined : new Date(at) },
    };
    const answer = await answerSubject(ctx, actorOf(request), asked);
    const { sessionId, officerId } = sessionOf(request);
    const reason = await standingReason(ctx.db, { sessionId, officerId, operationId });
    // Each of whom something was looked up can be asked who has seen it.
    for (const id of reason ? answer.subjects : [])
      if (reason)
        await recordReading(ctx, reason, {
          act: 'export',
          data: 'everything held on a person',
          subject: { kind: 'target', id },
          detail: asked.reference,
        });
    const { name, bytes } = await answerArchive(ctx, asked, answer);
    return reply
      .header('content-disposition', `attachment; filename="${name}"`)
      .type('application/x-tar')
      .send(bytes);
  });
}
