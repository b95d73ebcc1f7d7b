/** Programmes over HTTP: read by every officer with a role, changed by coordinators and lead analysts. */
import { type App, actorOf } from '#access/http.ts';
import { type Actor, authorizeOnNode, decide } from '#access/policy.ts';
import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import {
  addPlanEntry,
  advancePlanEntry,
  createProgramme,
  linkOperation,
  requireProgramme,
} from './programme.ts';
import {
  AddPlanEntryBody,
  AdvancePlanEntryBody,
  CreateProgrammeBody,
  LinkOperationBody,
  PlanEntryParams,
  ProgrammeParams,
  ProgrammesPage,
  ProgrammeView,
} from './programme-schemas.ts';
import { listProgrammes } from './programme-store.ts';
import type { PlanEntryId, Programme, ProgrammeId } from './programme-types.ts';
import { listOperations } from './store.ts';

export function programmeRoutes(app: App, ctx: NodeContext): void {
  app.get('/programmes', { schema: { response: { 200: ProgrammesPage } } }, async (request) => {
    const actor = actorOf(request);
    authorizeOnNode(actor, 'operations.read');
    const programmes = await listProgrammes(ctx.db);
    return { programmes: await Promise.all(programmes.map((programme) => view(ctx.db, actor, programme))) };
  });
  app.get(
    '/programmes/:programmeId',
    { schema: { params: ProgrammeParams, response: { 200: ProgrammeView } } },
    async (request) => {
      const actor = actorOf(request);
      authorizeOnNode(actor, 'operations.read');
      return view(ctx.db, actor, await requireProgramme(ctx.db, request.params.programmeId as ProgrammeId));
    },
  );
  app.post(
    '/programmes',
    { schema: { body: CreateProgrammeBody, response: { 200: ProgrammeView } } },
    async (request) => {
      const actor = actorOf(request);
      const members = request.body.members.map((member) => ({
        ...member,
        country: member.country as CountryCode | null,
        agencyId: member.agencyId as AgencyId | null,
      }));
      return view(ctx.db, actor, await createProgramme(ctx, actor, { ...request.body, members }));
    },
  );
  planRoutes(app, ctx);
}

function planRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/programmes/:programmeId/plan',
    { schema: { params: ProgrammeParams, body: AddPlanEntryBody, response: { 200: ProgrammeView } } },
    async (request) => {
      const actor = actorOf(request);
      const programmeId = request.params.programmeId as ProgrammeId;
      return view(ctx.db, actor, await addPlanEntry(ctx, actor, { ...request.body, programmeId }));
    },
  );
  app.post(
    '/programmes/:programmeId/plan/:entryId/state',
    { schema: { params: PlanEntryParams, body: AdvancePlanEntryBody, response: { 200: ProgrammeView } } },
    async (request) => {
      const actor = actorOf(request);
      const programmeId = request.params.programmeId as ProgrammeId;
      const entryId = request.params.entryId as PlanEntryId;
      const { state } = request.body;
      return view(ctx.db, actor, await advancePlanEntry(ctx, actor, { programmeId, entryId, state }));
    },
  );
  app.post(
    '/programmes/:programmeId/operations',
    { schema: { params: ProgrammeParams, body: LinkOperationBody, response: { 200: ProgrammeView } } },
    async (request) => {
      const actor = actorOf(request);
      const { operationId, entryId } = request.body;
      const programme = await linkOperation(ctx, actor, {
        programmeId: request.params.programmeId as ProgrammeId,
        operationId: operationId as OperationId,
        ...(entryId !== undefined && { entryId: entryId as PlanEntryId }),
      });
      return view(ctx.db, actor, programme);
    },
  );
}

/** An operation's code name is shown to officers of that operation only. */
async function view(db: Db, actor: Actor, programme: Programme): Promise<ProgrammeView> {
  const known = new Map(
    (await listOperations(db)).map(({ operationId, codeName }) => [operationId, codeName]),
  );
  const nameFor = (operationId: OperationId) =>
    decide(actor, 'operations.read', { operationId }).allowed ? (known.get(operationId) ?? null) : null;
  return {
    ...programme,
    members: programme.members.map((member) => ({ ...member })),
    plan: programme.plan.map((entry) => ({ ...entry })),
    operations: programme.operations.map((operationId) => ({ operationId, codeName: nameFor(operationId) })),
  };
}
