/**
 * The provider's end of a permission, and its answer on the way back. What was marked stays the
 * provider's: only his approving officer permits that it goes further, and may take that back.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import type { Conditions } from '#core/conditions.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { conditionsView } from '#correspondence/views.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { requireOperation } from '#operations/create.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import {
  checkedConditions,
  keepAnswer,
  PERMISSION_REQUEST_KIND,
  requirePermission,
} from './ask-permission.ts';
import { requireOpenSources } from './closed-sources.ts';
import {
  documentEntry,
  PERMISSION_ANSWER_FILE,
  type PermissionAnswerDocument,
  readPermissionAnswer,
  readPermissionDocument,
} from './documents.ts';
import { insertPermission, permissionById } from './permission-store.ts';
import type { Permission, PermissionAnswer } from './permission-types.ts';
import { digestOf, type PermissionId } from './types.ts';

export const PERMISSION_ANSWER_KIND = 'permission-answer';

/**
 * Permits or denies what another agency asked; said again, the last word counts.
 * @throws referral/not-found, referral/changed-meanwhile, letter/conditions-invalid, access/person-closed
 */
export async function givePermission(
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
  authorize(actor, 'referrals.approve', { operationId: input.operationId });
  const asked = await requirePermission(ctx.db, input);
  if (asked.direction !== 'received')
    throw new IcarusError('referral/not-found', { what: 'permission', id: input.permissionId });
  await requireOpenSources(ctx, actor, asked);
  const answer: Omit<PermissionAnswer, 'sequence'> = {
    granted: input.granted,
    conditions: checkedConditions(input, ctx.clock.now()),
    reason: input.reason.trim(),
    answeredAt: ctx.clock.now(),
    answeredBy: actorName(actor),
    way: 'given',
  };
  const sequence = asked.answers.length + 1;
  const sealed = await sealMessage(ctx, {
    kind: PERMISSION_ANSWER_KIND,
    operationId: input.operationId,
    to: [asked.requester],
    entries: [documentEntry(PERMISSION_ANSWER_FILE, answerDocument(asked, { ...answer, sequence }))],
    subject: 'Answer to a request for a permission',
  });
  return inTransaction(ctx, async (tx) => {
    const permission = await requirePermission(tx, input, { lock: true });
    if (permission.answers.length + 1 !== sequence)
      throw new IcarusError('referral/changed-meanwhile', { version: permission.answers.length });
    await keepAnswer(ctx, tx, {
      permission,
      answer,
      messageId: sealed.messageId,
      actor: answer.answeredBy,
    });
    await postMessage(ctx, tx, sealed, { actor });
    return requirePermission(tx, input);
  });
}

function answerDocument(asked: Permission, answer: PermissionAnswer): PermissionAnswerDocument {
  return {
    format: 'icarus-permission-answer/1',
    permissionId: asked.permissionId,
    sequence: answer.sequence,
    granted: answer.granted,
    ...(answer.conditions && { conditions: conditionsView(answer.conditions) }),
    reason: answer.reason,
    answeredAt: answer.answeredAt.toISOString(),
    answeredBy: answer.answeredBy,
  };
}

/** A question that came to the provider. */
export const permissionRequestHandler: MessageHandler = {
  kind: PERMISSION_REQUEST_KIND,
  async receive(ctx, tx, message) {
    const document = await readPermissionDocument(message);
    const { operationId } = await requireOperation(tx, message.operationId);
    if (document.requester !== message.from || document.operationId !== operationId)
      throw new IcarusError('referral/misdirected', { agency: message.from });
    if (document.provider !== ctx.node.agencyId)
      throw new IcarusError('referral/malformed', { field: 'provider' });
    const asked = {
      ...document,
      permissionId: document.permissionId as PermissionId,
      operationId,
      direction: 'received' as const,
      requester: message.from,
      provider: ctx.node.agencyId,
      recipient: document.recipient as AgencyId,
      sourcesDigest: digestOf(document.sources.map(({ kind, id }) => ({ kind, id }))),
      askedAt: new Date(document.askedAt),
      askedBy: `agency:${message.from}`,
      dueAt: new Date(document.dueAt),
      messageId: message.messageId,
    };
    if (!(await insertPermission(tx, asked)))
      throw new IcarusError('referral/contradicts', { what: 'permission' });
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'referral.permission-received',
      actor: asked.askedBy,
      operationId,
      subject: { kind: 'permission', id: asked.permissionId },
      facts: { code: asked.code, recipient: asked.recipient, sources: asked.sourcesDigest },
    });
  },
};

/** The provider's answer at the requester's end. */
export const permissionAnswerHandler: MessageHandler = {
  kind: PERMISSION_ANSWER_KIND,
  async receive(ctx, tx, message) {
    const document = await readPermissionAnswer(message);
    const permission = await permissionById(tx, document.permissionId as PermissionId, { lock: true });
    const fits =
      permission?.direction === 'asked' &&
      permission.provider === message.from &&
      permission.operationId === message.operationId;
    if (!fits) throw new IcarusError('referral/misdirected', { agency: message.from });
    await keepAnswer(ctx, tx, {
      permission,
      answer: {
        granted: document.granted,
        conditions: document.granted ? (document.conditions ?? null) : null,
        reason: document.reason,
        answeredAt: new Date(document.answeredAt),
        answeredBy: `${message.from}:${document.answeredBy}`,
        way: 'message',
      },
      messageId: message.messageId,
      actor: `agency:${message.from}`,
    });
  },
};
