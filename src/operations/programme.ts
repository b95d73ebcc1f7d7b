/**
 * Programmes: the frame in which operations are planned over years. A programme opens no case data;
 * it belongs to the node that keeps its action plan. An operation belongs to one programme or to none.
 */
import { type Actor, actorName, authorize, authorizeOnNode } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { requireOperation } from './create.ts';
import type { ActContext } from './meeting.ts';
import {
  advanceEntry,
  insertPlanEntry,
  insertProgramme,
  insertProgrammeOperation,
  programmeById,
  setEntryOperation,
} from './programme-store.ts';
import {
  nextPlanState,
  type PlanEntry,
  type PlanEntryDraft,
  type PlanEntryId,
  type Programme,
  type ProgrammeDraft,
  type ProgrammeId,
  programmeProblem,
} from './programme-types.ts';

/** @throws programme/invalid where the members contradict each other or the name is taken */
export async function createProgramme(
  ctx: ActContext,
  actor: Actor,
  draft: ProgrammeDraft,
): Promise<Programme> {
  authorizeOnNode(actor, 'programme.manage');
  const problem = programmeProblem(draft);
  if (problem) throw new IcarusError('programme/invalid', { reason: problem });
  const at = ctx.clock.now();
  const programmeId = newId<ProgrammeId>('programme', at);
  return inTransaction(ctx, async (tx) => {
    const isNew = await insertProgramme(tx, { ...draft, programmeId }, { at, by: actorName(actor) });
    if (!isNew)
      throw new IcarusError('programme/invalid', { reason: 'a programme of this name is here already' });
    await recordEvent(tx, {
      at,
      kind: 'programme.created',
      actor: actorName(actor),
      subject: { kind: 'programme', id: programmeId },
      facts: { name: draft.name, members: draft.members.length },
    });
    return requireProgramme(tx, programmeId);
  });
}

/** Plans an operation: an entry of the action plan, with its first and last month. */
export async function addPlanEntry(
  ctx: ActContext,
  actor: Actor,
  input: PlanEntryDraft & { programmeId: ProgrammeId },
): Promise<Programme> {
  authorizeOnNode(actor, 'programme.manage');
  if (input.from > input.to)
    throw new IcarusError('programme/invalid', { reason: 'the period ends before it begins' });
  const at = ctx.clock.now();
  const entryId = newId<PlanEntryId>('entry', at);
  return inTransaction(ctx, async (tx) => {
    await requireProgramme(tx, input.programmeId);
    await insertPlanEntry(tx, { ...input, entryId, state: 'planned', operationId: null, at });
    await recordEvent(tx, {
      at,
      kind: 'programme.operation-planned',
      actor: actorName(actor),
      subject: { kind: 'programme', id: input.programmeId },
      facts: { entry: entryId, from: input.from, to: input.to },
    });
    return requireProgramme(tx, input.programmeId);
  });
}

/**
 * Takes an entry one step on: planned, running, done.
 * @throws programme/plan-entry-not-found, programme/plan-entry-state for any other step
 */
export async function advancePlanEntry(
  ctx: ActContext,
  actor: Actor,
  input: { programmeId: ProgrammeId; entryId: PlanEntryId; state: 'running' | 'done' },
): Promise<Programme> {
  authorizeOnNode(actor, 'programme.manage');
  const at = ctx.clock.now();
  return inTransaction(ctx, async (tx) => {
    const entry = requireEntry(await requireProgramme(tx, input.programmeId), input.entryId);
    const isNext = nextPlanState(entry.state) === input.state;
    if (!isNext || !(await advanceEntry(tx, entry.entryId, { from: entry.state, to: input.state })))
      throw new IcarusError('programme/plan-entry-state', { state: entry.state });
    await recordEvent(tx, {
      at,
      kind: 'programme.plan-advanced',
      actor: actorName(actor),
      subject: { kind: 'programme', id: input.programmeId },
      facts: { entry: entry.entryId, state: input.state },
    });
    return requireProgramme(tx, input.programmeId);
  });
}

/**
 * Takes an operation into the programme, and says which entry of the plan it is, where one planned it.
 * @throws programme/operation-held, programme/entry-taken, programme/plan-entry-not-found
 */
export async function linkOperation(
  ctx: ActContext,
  actor: Actor,
  input: { programmeId: ProgrammeId; operationId: OperationId; entryId?: PlanEntryId },
): Promise<Programme> {
  const { programmeId, operationId, entryId } = input;
  authorize(actor, 'programme.manage', { operationId });
  const at = ctx.clock.now();
  const by = actorName(actor);
  return inTransaction(ctx, async (tx) => {
    const programme = await requireProgramme(tx, programmeId);
    await requireOperation(tx, operationId);
    if (!(await insertProgrammeOperation(tx, { programmeId, operationId, at, by })))
      throw new IcarusError('programme/operation-held', { operation: operationId });
    if (entryId !== undefined) {
      requireEntry(programme, entryId);
      if (!(await setEntryOperation(tx, entryId, operationId)))
        throw new IcarusError('programme/entry-taken', { entry: entryId });
    }
    await recordEvent(tx, {
      at,
      kind: 'programme.operation-linked',
      actor: by,
      operationId,
      subject: { kind: 'programme', id: programmeId },
      facts: { operation: operationId, entry: entryId ?? null },
    });
    return requireProgramme(tx, programmeId);
  });
}

/** The programme, or `programme/not-found`. */
export async function requireProgramme(db: Db, programmeId: ProgrammeId): Promise<Programme> {
  const programme = await programmeById(db, programmeId);
  if (!programme) throw new IcarusError('programme/not-found', { programme: programmeId });
  return programme;
}

function requireEntry({ plan }: Programme, entryId: PlanEntryId): PlanEntry {
  const entry = plan.find((candidate) => candidate.entryId === entryId);
  if (!entry) throw new IcarusError('programme/plan-entry-not-found', { entry: entryId });
  return entry;
}
