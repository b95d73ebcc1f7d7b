/**
 * Registering seized devices and keeping their chain of custody. An exhibit is registered once under
 * its case's own number and is never edited; whatever happens to it afterwards is a further link of
 * its chain, with who, where, when and under which seal. Names and places stay on this node: the
 * custody log names the exhibit and the act, nothing else.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId, type TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { requireOperation } from '#operations/create.ts';
import { receivedTargetById } from '#packages/received-targets.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { exhibitById, exhibitChain, insertExhibit, insertExhibitEvent } from './exhibit-store.ts';
import type { Exhibit, ExhibitAct, ExhibitEvent, ExhibitId, ExhibitKind } from './types.ts';

export interface ExhibitDraft {
  readonly operationId: OperationId;
  /** The received target whose case it belongs to. */
  readonly targetId?: TargetId;
  readonly reference: string;
  readonly kind: ExhibitKind;
  readonly description?: string;
  readonly seizedAt: Date;
  readonly seizedWhere: string;
  /** Name or service number of the officer who seized it. */
  readonly seizedBy: string;
  readonly sealNumber?: string;
}

/**
 * Registers a seized device; its chain begins with the seizure.
 * @throws evidence/exhibit-invalid, evidence/target-unknown, evidence/reference-taken
 */
export async function registerExhibit(ctx: NodeContext, actor: Actor, draft: ExhibitDraft): Promise<Exhibit> {
  authorize(actor, 'evidence.register', { operationId: draft.operationId });
  const now = ctx.clock.now();
  checkTime(draft.seizedAt, now);
  await requireOperation(ctx.db, draft.operationId);
  const { targetId = null, description = '', sealNumber = null, ...rest } = draft;
  if (targetId !== null && !(await receivedTargetById(ctx.db, draft.operationId, targetId))) {
    throw new IcarusError('evidence/target-unknown', { target: targetId });
  }
  const exhibit: Exhibit = {
    ...rest,
    exhibitId: newId<ExhibitId>('exhibit', now),
    targetId,
    description,
    sealNumber,
    registeredAt: now,
    registeredBy: actorName(actor),
  };
  await inTransaction(ctx, async (tx) => {
    if (!(await insertExhibit(tx, exhibit))) {
      throw new IcarusError('evidence/reference-taken', { reference: exhibit.reference });
    }
    await insertExhibitEvent(tx, exhibit.exhibitId, {
      kind: 'seized',
      happenedAt: exhibit.seizedAt,
      person: exhibit.seizedBy,
      place: exhibit.seizedWhere,
      sealNumber: exhibit.sealNumber,
      note: '',
      recordedAt: now,
      recordedBy: exhibit.registeredBy,
    });
    await recordEvent(tx, {
      at: now,
      kind: 'exhibit.registered',
      actor: exhibit.registeredBy,
      operationId: exhibit.operationId,
      subject: { kind: 'exhibit', id: exhibit.exhibitId },
      facts: { device: exhibit.kind, seizedAt: exhibit.seizedAt.toISOString(), sealed: sealNumber !== null },
    });
  });
  return exhibit;
}

export interface ExhibitActDraft {
  readonly operationId: OperationId;
  readonly exhibitId: ExhibitId;
  readonly kind: ExhibitAct;
  readonly happenedAt: Date;
  /** Who has it from then on, or did it. */
  readonly person: string;
  readonly place: string;
  /** The seal that it is under from then on. */
  readonly sealNumber?: string;
  readonly note?: string;
}

/**
 * Adds a link to the exhibit's chain.
 * @throws evidence/exhibit-invalid where it would lie before the seizure or in the future
 */
export async function recordExhibitAct(
  ctx: NodeContext,
  actor: Actor,
  draft: ExhibitActDraft,
): Promise<ExhibitEvent> {
  authorize(actor, 'evidence.register', { operationId: draft.operationId });
  const now = ctx.clock.now();
  checkTime(draft.happenedAt, now);
  const exhibit = await requireExhibit(ctx.db, draft.operationId, draft.exhibitId);
  if (draft.happenedAt < exhibit.seizedAt) throw invalid('this happened before it was seized');
  if (draft.kind === 'sealed' && draft.sealNumber === undefined) throw invalid('a seal has a number');
  const chain = await exhibitChain(ctx.db, exhibit.exhibitId);
  if (chain.some(({ kind }) => kind === 'destroyed')) throw invalid('it was destroyed');
  const by = actorName(actor);
  return inTransaction(ctx, async (tx) => {
    const event = await insertExhibitEvent(tx, exhibit.exhibitId, {
      kind: draft.kind,
      happenedAt: draft.happenedAt,
      person: draft.person,
      place: draft.place,
      sealNumber: draft.sealNumber ?? null,
      note: draft.note ?? '',
      recordedAt: now,
      recordedBy: by,
    });
    await recordEvent(tx, {
      at: now,
      kind: `exhibit.${draft.kind}`,
      actor: by,
      operationId: exhibit.operationId,
      subject: { kind: 'exhibit', id: exhibit.exhibitId },
      facts: { sequence: event.sequence, happenedAt: draft.happenedAt.toISOString() },
    });
    return event;
  });
}

/** The exhibit of that operation, or `evidence/exhibit-not-found`. */
export async function requireExhibit(
  db: Db,
  operationId: OperationId,
  exhibitId: ExhibitId,
): Promise<Exhibit> {
  const exhibit = await exhibitById(db, exhibitId);
  if (exhibit?.operationId !== operationId)
    throw new IcarusError('evidence/exhibit-not-found', { exhibit: exhibitId });
  return exhibit;
}

function checkTime(at: Date, now: Date): void {
  if (at > now) throw invalid('the time given has not come yet');
}

function invalid(reason: string): IcarusError {
  return new IcarusError('evidence/exhibit-invalid', { reason });
}
