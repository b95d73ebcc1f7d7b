/** Officers, their roles and their way in, below `/nodes/<agency>/api`: the administrator's. */
import { Type } from 'typebox';
import type { OfficerId, OperationId } from '#core/ids.ts';
import { newId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { orPropose } from './approvals/proposals.ts';
import { waitingView } from './approvals/routes.ts';
import { Waiting } from './approvals/schemas.ts';
import { keysOf } from './command/key-store.ts';
import { type App, actorOf } from './http.ts';
import {
  EnrolmentParams,
  GrantBody,
  NewEnrolment,
  OfficerBody,
  OfficerList,
  OfficerParams,
} from './officer-schemas.ts';
import { addOfficer, grantRole } from './officers.ts';
import { authorize } from './policy.ts';
import { retireOfficer, withdrawRole } from './service.ts';
import {
  confirmRecovery,
  type Enrolment,
  type EnrolmentId,
  makeEnrolment,
  openEnrolments,
} from './sign-in/enrolment.ts';
import type { SignInOptions } from './sign-in/options.ts';
import { passkeysOf } from './sign-in/passkey-store.ts';
import { endSessions, sessionsOf } from './sign-in/sessions.ts';
import { listOfficers } from './store.ts';

/** Names of operations, which belong to a later room; passed in by the server. */
export type OperationNames = () => Promise<readonly { operationId: string; codeName: string }[]>;

const GRAVE = { provesPresence: true } as const;

export function officerRoutes(
  app: App,
  ctx: NodeContext,
  { options, operations }: { options: SignInOptions; operations: OperationNames },
): void {
  app.get('/officers', { schema: { response: { 200: OfficerList } } }, async (request) => {
    authorize(actorOf(request), 'node.administer');
    const open = await openEnrolments(ctx.db);
    const officers = await listOfficers(ctx.db);
    return {
      officers: await Promise.all(
        officers.map(async ({ officerId, name, grants }) => ({
          officerId,
          name,
          grants: [...grants],
          passkeys: (await passkeysOf(ctx.db, officerId)).length,
          keys: (await keysOf(ctx.db, officerId)).length,
          sessions: (await sessionsOf(ctx.db, officerId, options)).length,
          enrolment: viewOf(open.find((one) => one.officerId === officerId)),
        })),
      ),
      operations: (await operations()).map(({ operationId, codeName }) => ({ operationId, codeName })),
    };
  });
  app.post('/officers', { config: GRAVE, schema: { body: OfficerBody } }, async (request, reply) => {
    const officerId = newId<OfficerId>('officer', ctx.clock.now());
    await addOfficer(ctx, actorOf(request), { officerId, name: request.body.name });
    return reply.code(201).send({ officerId });
  });
  actsOnOne(app, ctx);
  app.post(
    '/enrolments/:enrolmentId/confirm',
    { config: GRAVE, schema: { params: EnrolmentParams } },
    async (request, reply) => {
      await confirmRecovery(ctx, actorOf(request), request.params.enrolmentId as EnrolmentId);
      return reply.code(204).send();
    },
  );
}

function actsOnOne(app: App, ctx: NodeContext): void {
  const schema = { params: OfficerParams };
  app.post(
    '/officers/:officerId/grants',
    { config: GRAVE, schema: { ...schema, body: GrantBody, response: { 202: Waiting, 204: Type.Null() } } },
    async (request, reply) => {
      const [actor, grant] = [actorOf(request), grantIn(request.params, request.body)];
      const { reason } = request.body;
      const made = await orPropose(ctx, actor, { reason, act: () => grantRole(ctx, actor, grant) });
      return 'proposal' in made
        ? reply.code(202).send(waitingView(made.proposal))
        : reply.code(204).send(null);
    },
  );
  app.post(
    '/officers/:officerId/grants/withdraw',
    { config: GRAVE, schema: { ...schema, body: GrantBody, response: { 202: Waiting, 204: Type.Null() } } },
    async (request, reply) => {
      const [actor, grant] = [actorOf(request), grantIn(request.params, request.body)];
      const { reason } = request.body;
      const made = await orPropose(ctx, actor, { reason, act: () => withdrawRole(ctx, actor, grant) });
      return 'proposal' in made
        ? reply.code(202).send(waitingView(made.proposal))
        : reply.code(204).send(null);
    },
  );
  app.post('/officers/:officerId/retire', { config: GRAVE, schema }, async (request, reply) => {
    await retireOfficer(ctx, actorOf(request), request.params.officerId as OfficerId);
    return reply.code(204).send();
  });
  app.post('/officers/:officerId/sessions/end', { schema }, async (request, reply) => {
    await endSessions(ctx, actorOf(request), { officerId: request.params.officerId as OfficerId });
    return reply.code(204).send();
  });
  app.post(
    '/officers/:officerId/enrolment',
    { config: GRAVE, schema: { ...schema, response: { 201: NewEnrolment } } },
    async (request, reply) => {
      const made = await makeEnrolment(ctx, actorOf(request), request.params.officerId as OfficerId);
      return reply.code(201).send({ ...shown(made), code: made.code });
    },
  );
}

function grantIn(
  params: { officerId: string },
  { role, operationId }: { role: string; operationId: string | null },
) {
  return {
    officerId: params.officerId as OfficerId,
    role: role as Parameters<typeof grantRole>[2]['role'],
    operationId: operationId as OperationId | null,
  };
}

function viewOf(enrolment: Enrolment | undefined) {
  return enrolment ? shown(enrolment) : null;
}

function shown({ enrolmentId, officerId, recovery, madeBy, expiresAt, confirmedBy }: Enrolment) {
  return { enrolmentId, officerId, recovery, madeBy, expiresAt: expiresAt.toISOString(), confirmedBy };
}
