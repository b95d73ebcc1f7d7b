/**
 * Break-glass. Where somebody may be harmed now, an officer without the role opens one operation at once: he reads,
 * and raises an alarm of risk, for an hour; nothing else. It alarms at once whoever answers for the operation, the
 * data-protection officer and the administrator; all that he reads is marked; and he justifies it within the hour.
 */
import { insertReason } from '#access/consultation/reason.ts';
import type { OperationNames } from '#access/officer-routes.ts';
import { type Actor, decide } from '#access/policy.ts';
import { deleteGrant, insertGrant } from '#access/store.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OfficerId, type OperationId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { type CustodyEvent, recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { emergencies, insertEmergency, lockEmergency, updateEmergency } from './store.ts';
import {
  EMERGENCY_MINUTES,
  type EmergencyAccess,
  type EmergencyId,
  JUSTIFY_WITHIN_MS,
  mayOpenAtOnce,
} from './types.ts';

type EmergencyContext = Pick<NodeContext, 'db' | 'jobs' | 'clock' | 'emergencyMinutes'>;

export const EMERGENCY_WORDS = { least: 10, most: 500 } as const;

export interface Opening {
  readonly operationId: OperationId;
  /** Who is at risk, and why it cannot wait. */
  readonly reason: string;
  /** In which he will read; his reason stands for it. */
  readonly sessionId: string;
}

/**
 * Opens the operation for reading and for alarms of risk, until its time is over.
 * @throws emergency/not-for-role, emergency/needless, emergency/reason-missing
 */
export async function openAtOnce(
  ctx: EmergencyContext,
  actor: Actor,
  { operationId, reason: words, sessionId }: Opening,
): Promise<EmergencyAccess> {
  if (actor.kind !== 'officer' || !mayOpenAtOnce(actor)) throw new IcarusError('emergency/not-for-role');
  // Whoever raises alarms by his own role reads targets by it too.
  if (decide(actor, 'risks.raise', { operationId }).allowed) throw new IcarusError('emergency/needless');
  const reason = inWords(words);
  const openedAt = new Date();
  const minutes = ctx.emergencyMinutes ?? EMERGENCY_MINUTES;
  const access: EmergencyAccess = {
    emergencyId: newId<EmergencyId>('emergency', openedAt),
    officerId: actor.officerId,
    officer: actor.name,
    operationId,
    reason,
    openedAt,
    expiresAt: new Date(openedAt.getTime() + minutes * MINUTE_MS),
    endedAt: null,
    justifyBy: new Date(openedAt.getTime() + JUSTIFY_WITHIN_MS),
    justified: null,
    overdueAt: null,
    reviewed: null,
  };
  return inTransaction(ctx, async (tx) => {
    const { officerId, expiresAt: until, emergencyId } = access;
    await insertEmergency(tx, access);
    await insertGrant(tx, { officerId, role: 'imminent-risk', operationId, at: ctx.clock.now(), until });
    await record(ctx, tx, access, {
      kind: 'emergency.opened',
      actor: officerId,
      facts: { reason, until: until.toISOString() },
    });
    await insertReason(tx, officerId, { sessionId, operationId, reason, emergencyId }, ctx.clock.now());
    return access;
  });
}

/** The opening of whoever knows the operation's code name: nobody is shown which there are. */
interface NamedOpening extends Omit<Opening, 'operationId'> {
  readonly codeName: string;
  readonly operations: OperationNames;
}

/** @throws emergency/operation-unknown, what {@link openAtOnce} throws */
export async function openByName(
  ctx: EmergencyContext,
  actor: Actor,
  { codeName, operations, ...opening }: NamedOpening,
): Promise<EmergencyAccess> {
  if (!mayOpenAtOnce(actor)) throw new IcarusError('emergency/not-for-role');
  const meant = codeName.trim().toLowerCase();
  const found = (await operations()).find((one) => one.codeName.toLowerCase() === meant);
  if (!found) throw new IcarusError('emergency/operation-unknown');
  return openAtOnce(ctx, actor, { ...opening, operationId: found.operationId as OperationId });
}

/** He needs it no longer. @throws emergency/not-found */
export async function endAccess(
  ctx: EmergencyContext,
  actor: Actor,
  emergencyId: EmergencyId,
): Promise<EmergencyAccess> {
  return changed(ctx, emergencyId, async (tx, access) => {
    requireOwn(actor, access);
    const now = new Date();
    if (access.endedAt !== null || access.expiresAt <= now) return;
    await updateEmergency(tx, emergencyId, { ended_at: now });
    const { officerId, operationId } = access;
    await deleteGrant(tx, { officerId, role: 'imminent-risk', operationId });
    await record(ctx, tx, access, { kind: 'emergency.ended', actor: officerId, facts: {} });
  });
}

/** His account of it, after which it is reviewed. @throws emergency/not-found, emergency/justified, emergency/reason-missing */
export async function justify(
  ctx: EmergencyContext,
  actor: Actor,
  { emergencyId, words }: { readonly emergencyId: EmergencyId; readonly words: string },
): Promise<EmergencyAccess> {
  return changed(ctx, emergencyId, async (tx, access) => {
    requireOwn(actor, access);
    if (access.reviewed) throw new IcarusError('emergency/reviewed', { by: access.reviewed.by });
    if (access.justified)
      throw new IcarusError('emergency/justified', { at: access.justified.at.toISOString() });
    const now = new Date();
    const justification = inWords(words);
    await updateEmergency(tx, emergencyId, { justification, justified_at: now });
    await record(ctx, tx, access, {
      kind: 'emergency.justified',
      actor: access.officerId,
      facts: { words: justification, late: access.justifyBy < now },
    });
  });
}

export interface EmergencyReview {
  readonly operationId: OperationId;
  readonly emergencyId: EmergencyId;
  readonly outcome: 'justified' | 'not-justified';
  readonly words: string;
}

/**
 * The auditor's or data-protection officer's word: the alarm is closed.
 * @throws access/denied, emergency/not-found, emergency/own, emergency/reviewed, emergency/unjustified
 */
export async function reviewAccess(
  ctx: EmergencyContext,
  actor: Actor,
  { operationId, emergencyId, outcome, words }: EmergencyReview,
): Promise<EmergencyAccess> {
  if (!decide(actor, 'emergencies.review', { operationId }).allowed || actor.kind !== 'officer')
    throw new IcarusError('access/denied', {
      reason: 'only an auditor or data-protection officer reviews it',
    });
  return changed(ctx, emergencyId, async (tx, access) => {
    if (access.operationId !== operationId) throw new IcarusError('emergency/not-found');
    if (access.officerId === actor.officerId) throw new IcarusError('emergency/own');
    if (access.reviewed) throw new IcarusError('emergency/reviewed', { by: access.reviewed.by });
    if (outcome === 'justified' && !access.justified) throw new IcarusError('emergency/unjustified');
    const review = inWords(words);
    await updateEmergency(tx, emergencyId, {
      outcome,
      review,
      reviewed_by: actor.officerId,
      reviewed_at: new Date(),
    });
    await record(ctx, tx, access, {
      kind: 'emergency.reviewed',
      actor: actor.officerId,
      facts: { outcome, words: review },
    });
  });
}

/** Finds what nobody has justified in time: the alarm stays, and says so. @returns how many it found now */
export async function findOverdue(ctx: EmergencyContext, now = new Date()): Promise<number> {
  const standing = await emergencies(ctx.db, { standing: true });
  const late = standing.filter(
    ({ justified, overdueAt, justifyBy }) => !justified && !overdueAt && justifyBy <= now,
  );
  for (const { emergencyId } of late) {
    await changed(ctx, emergencyId, async (tx, access) => {
      if (access.justified || access.overdueAt) return;
      await updateEmergency(tx, emergencyId, { overdue_at: now });
      await record(ctx, tx, access, { kind: 'emergency.overdue', actor: 'system:access', facts: {} });
    });
  }
  return late.length;
}

async function changed(
  ctx: EmergencyContext,
  emergencyId: EmergencyId,
  act: (tx: Tx, access: EmergencyAccess) => Promise<void>,
): Promise<EmergencyAccess> {
  return inTransaction(ctx, async (tx) => {
    const access = await lockEmergency(tx, emergencyId);
    if (!access) throw new IcarusError('emergency/not-found');
    await act(tx, access);
    const [after = access] = await emergencies(tx, { emergencyId });
    return after;
  });
}

function requireOwn(actor: Actor, { officerId }: { readonly officerId: OfficerId }): void {
  if (actor.kind !== 'officer' || actor.officerId !== officerId) throw new IcarusError('emergency/not-found');
}

function inWords(text: string): string {
  const words = text.trim().replaceAll(/\s+/g, ' ');
  // As PostgreSQL counts: an emoji is one.
  const { length } = Array.from(words);
  if (length < EMERGENCY_WORDS.least || length > EMERGENCY_WORDS.most)
    throw new IcarusError('emergency/reason-missing', EMERGENCY_WORDS);
  return words;
}

async function record(
  { clock }: Pick<NodeContext, 'clock'>,
  tx: Tx,
  { emergencyId, operationId, officerId }: EmergencyAccess,
  { kind, actor, facts }: { kind: EventKind; actor: string; facts: NonNullable<CustodyEvent['facts']> },
): Promise<void> {
  await recordEvent(tx, {
    at: clock.now(),
    kind,
    actor,
    operationId,
    subject: { kind: 'emergency', id: emergencyId },
    facts: { officer: officerId, ...facts },
  });
}
