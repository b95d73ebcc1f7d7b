/**
 * Asking a provider to permit that his information goes to a recipient, and writing down what he said.
 * The question shows him exactly which sources it is about; his answer counts for those only. A later
 * answer takes the place of an earlier one, so a permission can be withdrawn until the referral is sent.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { type Conditions, conditionsProblem } from '#core/conditions.ts';
import { IcarusError } from '#core/errors.ts';
import { type AgencyId, type MessageId, newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { requireOpenSources } from './closed-sources.ts';
import { documentEntry, PERMISSION_FILE, type PermissionDocument } from './documents.ts';
import { insertAnswer, insertPermission, permissionById, permissionsOfReferral } from './permission-store.ts';
import {
  type Permission,
  type PermissionAnswer,
  type PermitCode,
  permissionsFor,
  permits,
  type Requirement,
  standingAnswer,
} from './permission-types.ts';
import { type ReferralRef, referralRequirements } from './requirements.ts';
import type { PermissionId } from './types.ts';

export const PERMISSION_REQUEST_KIND = 'permission-request';

export interface PermissionQuestion extends ReferralRef {
  readonly provider: AgencyId;
  readonly code: PermitCode;
  /** Why it is to be passed on, in words that the provider reads. */
  readonly purpose: string;
  readonly dueAt: Date;
  /** `otherwise`: by telephone, on paper; nothing is sent from here. Default: `message`. */
  readonly way?: 'message' | 'otherwise';
}

/**
 * Asks a provider for a permission that the referral needs.
 * @throws access/person-closed, referral/permission-needless, referral/permission-pending, agency/not-found where the provider's card is missing
 */
export async function askPermission(
  ctx: NodeContext,
  actor: Actor,
  question: PermissionQuestion,
): Promise<Permission> {
  authorize(actor, 'referrals.prepare', { operationId: question.operationId });
  const requirement = await openRequirement(ctx, question);
  const { operationId } = question;
  await requireOpenSources(ctx, actor, { operationId, sources: requirement.sources });
  const askedAt = ctx.clock.now();
  const asked: Omit<Permission, 'answers' | 'messageId'> = {
    ...requirement,
    permissionId: newId<PermissionId>('permission', askedAt),
    operationId: question.operationId,
    direction: 'asked',
    requester: ctx.node.agencyId,
    referralKind: question.kind,
    referralId: question.referralId,
    purpose: question.purpose.trim(),
    askedAt,
    askedBy: actorName(actor),
    dueAt: question.dueAt,
  };
  const sealed = question.way === 'otherwise' ? undefined : await sealQuestion(ctx, asked);
  return inTransaction(ctx, async (tx) => {
    await insertPermission(tx, { ...asked, messageId: sealed?.messageId ?? null });
    await recordEvent(tx, {
      at: askedAt,
      kind: 'referral.permission-asked',
      actor: asked.askedBy,
      operationId: asked.operationId,
      subject: { kind: 'permission', id: asked.permissionId },
      facts: factsOf(asked),
    });
    if (sealed) await postMessage(ctx, tx, sealed, { actor });
    return requirePermission(tx, asked);
  });
}

async function openRequirement(ctx: NodeContext, question: PermissionQuestion): Promise<Requirement> {
  const { provider, code, referralId } = question;
  const requirements = await referralRequirements(ctx.db, question, ctx.node.agencyId);
  const requirement = requirements.find((one) => one.provider === provider && one.code === code);
  if (!requirement) throw new IcarusError('referral/permission-needless', { provider, code });
  for (const permission of permissionsFor(requirement, await permissionsOfReferral(ctx.db, referralId))) {
    const answer = standingAnswer(permission);
    if (permits(answer, permission, ctx.clock.now()))
      throw new IcarusError('referral/permission-needless', { provider, code });
    if (!answer)
      throw new IcarusError('referral/permission-pending', { at: permission.askedAt.toISOString() });
  }
  return requirement;
}

async function sealQuestion(ctx: NodeContext, asked: Omit<Permission, 'answers' | 'messageId'>) {
  const document: PermissionDocument = {
    format: 'icarus-permission-request/1',
    permissionId: asked.permissionId,
    operationId: asked.operationId,
    requester: asked.requester,
    provider: asked.provider,
    referralKind: asked.referralKind,
    referralId: asked.referralId,
    code: asked.code,
    recipient: asked.recipient,
    purpose: asked.purpose,
    sources: asked.sources.map(({ kind, id }) => ({ kind, id })),
    askedAt: asked.askedAt.toISOString(),
    dueAt: asked.dueAt.toISOString(),
  };
  return sealMessage(ctx, {
    kind: PERMISSION_REQUEST_KIND,
    operationId: asked.operationId,
    to: [asked.provider],
    entries: [documentEntry(PERMISSION_FILE, document)],
    subject: 'Request for a permission',
    deadlineAt: asked.dueAt,
  });
}

/**
 * Writes down an answer that came otherwise: by telephone, on paper. The reason says how and from whom.
 * @throws referral/not-found, access/person-closed
 */
export async function recordPermission(
  ctx: NodeContext,
  actor: Actor,
  input: {
    readonly operationId: OperationId;
    readonly permissionId: PermissionId;
    readonly granted: boolean;
    readonly conditions?: Conditions | undefined;
    readonly reason: string;
  },
): Promise<Permission> {
  authorize(actor, 'referrals.prepare', { operationId: input.operationId });
  const conditions = checkedConditions(input, ctx.clock.now());
  return inTransaction(ctx, async (tx) => {
    const permission = await requirePermission(tx, input, { lock: true });
    if (permission.direction !== 'asked') throw notFound(input.permissionId);
    await requireOpenSources({ db: tx, clock: ctx.clock }, actor, permission);
    await keepAnswer(ctx, tx, {
      permission,
      answer: {
        granted: input.granted,
        conditions,
        reason: input.reason.trim(),
        answeredAt: ctx.clock.now(),
        answeredBy: actorName(actor),
        way: 'recorded',
      },
      messageId: null,
      actor: actorName(actor),
    });
    return requirePermission(tx, input);
  });
}

/** @throws letter/conditions-invalid */
export function checkedConditions(
  { granted, conditions }: { readonly granted: boolean; readonly conditions?: Conditions | undefined },
  now: Date,
): Conditions | null {
  if (!conditions) return null;
  const problem = granted ? conditionsProblem(conditions, now) : 'granted';
  if (problem) throw new IcarusError('letter/conditions-invalid', { field: problem });
  return conditions;
}

export interface AnswerToKeep {
  /** Locked by the caller. */
  readonly permission: Permission;
  readonly answer: Omit<PermissionAnswer, 'sequence'>;
  readonly messageId: MessageId | null;
  readonly actor: string;
}

/** Adds an answer after those that are there. */
export async function keepAnswer(
  ctx: Pick<NodeContext, 'clock'>,
  tx: Tx,
  { permission, answer, messageId, actor }: AnswerToKeep,
): Promise<void> {
  const sequence = permission.answers.length + 1;
  await insertAnswer(tx, permission.permissionId, { ...answer, sequence, messageId });
  await recordEvent(tx, {
    at: ctx.clock.now(),
    kind: answer.granted ? 'referral.permission-granted' : 'referral.permission-denied',
    actor,
    operationId: permission.operationId,
    subject: { kind: 'permission', id: permission.permissionId },
    facts: {
      ...factsOf(permission),
      sequence,
      way: answer.way,
      answeredBy: answer.answeredBy,
      until: answer.conditions?.until ?? null,
    },
  });
}

/** The permission, or `referral/not-found`. */
export async function requirePermission(
  db: Db,
  { operationId, permissionId }: { operationId: OperationId; permissionId: PermissionId },
  options: { readonly lock?: boolean } = {},
): Promise<Permission> {
  const permission = await permissionById(db, permissionId, options);
  if (permission?.operationId !== operationId) throw notFound(permissionId);
  return permission;
}

function notFound(permissionId: PermissionId): IcarusError {
  return new IcarusError('referral/not-found', { what: 'permission', id: permissionId });
}

function factsOf(permission: Omit<Permission, 'answers' | 'messageId'>) {
  return {
    referral: permission.referralId,
    provider: permission.provider,
    code: permission.code,
    recipient: permission.recipient,
    sources: permission.sourcesDigest,
  };
}
