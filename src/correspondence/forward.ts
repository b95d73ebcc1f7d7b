/**
 * Passing a received letter on, and asking leave for it. It goes on as its writer wrote and evaluated it,
 * under all its codes; a code that keeps it from a recipient is lifted only by its provider's word, and then a second
 * officer approves that it goes.
 */
import type { Approved } from '#access/officers.ts';
import { type Actor, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { DeadlineKind } from '#exchange/deadlines.ts';
import type { NodeContext } from '#platform/context.ts';
import { requireLetter, sourcesOf } from './attachments.ts';
import { sendLetter } from './send.ts';
import { leavesAbout } from './store.ts';
import {
  type Barrier,
  barriersOf,
  handlingTogether,
  type Letter,
  originsOf,
  papTogether,
  standingBarriers,
} from './types.ts';

export interface ForwardDraft extends Approved {
  readonly operationId: OperationId;
  readonly messageId: MessageId;
  readonly to: readonly AgencyId[];
  /** The word that goes with it; may be empty. */
  readonly text: string;
  readonly signal?: AbortSignal;
}

/**
 * Passes a letter on with its attachments.
 * @throws letter/not-found, letter/not-received, letter/erased, letter/handling-blocks, and what `sendLetter` throws
 */
export async function forwardLetter(ctx: NodeContext, actor: Actor, draft: ForwardDraft): Promise<Letter> {
  authorize(actor, 'letters.send', { operationId: draft.operationId });
  const letter = await receivedLetter(ctx, draft);
  const origins = originsOf(letter);
  return sendLetter(ctx, actor, {
    operationId: draft.operationId,
    kind: 'message',
    to: draft.to,
    proposalId: draft.proposalId,
    subject: `Fwd: ${letter.subject}`.slice(0, 200),
    text: draft.text,
    handling: handlingTogether({ codes: [], text: '' }, origins),
    pap: papTogether('CLEAR', origins),
    evaluation: letter.evaluation,
    forwarded: {
      subject: letter.subject,
      text: letter.forwarded && letter.text === '' ? letter.forwarded.text : letter.text,
      evaluation: letter.evaluation,
      writtenAt: letter.writtenAt.toISOString(),
      origins,
    },
    attachments: sourcesOf(ctx, letter),
    ...(draft.signal && { signal: draft.signal }),
  });
}

/** What keeps a letter from these agencies now. */
export async function barriersBefore(
  ctx: NodeContext,
  letter: Letter,
  recipients: readonly AgencyId[],
): Promise<Barrier[]> {
  const barriers = barriersOf(originsOf(letter), recipients);
  return standingBarriers(
    barriers,
    await leavesAbout(
      ctx.db,
      barriers.map(({ messageId }) => messageId),
    ),
    ctx.clock.now(),
  );
}

export interface LeaveRequest {
  readonly operationId: OperationId;
  readonly messageId: MessageId;
  readonly recipient: AgencyId;
  /** Why it is to be passed on, in words that the provider reads. */
  readonly purpose: string;
  readonly deadline: DeadlineKind;
}

/**
 * Asks each provider whose code keeps the letter from `recipient` for leave: a query, with its clock.
 * @throws letter/leave-needless where nothing keeps it
 */
export async function askLeave(ctx: NodeContext, actor: Actor, request: LeaveRequest): Promise<Letter[]> {
  const { operationId, recipient, purpose, deadline } = request;
  authorize(actor, 'letters.send', { operationId });
  const letter = await receivedLetter(ctx, request);
  const barriers = await barriersBefore(ctx, letter, [recipient]);
  if (barriers.length === 0) throw new IcarusError('letter/leave-needless', { recipient });
  const queries: Letter[] = [];
  for (const { messageId, provider, codes } of barriers) {
    queries.push(
      await sendLetter(ctx, actor, {
        operationId,
        kind: 'query',
        to: [provider],
        subject: `May your message go to ${recipient}?`,
        text: purpose,
        handling: { codes: ['H0'], text: '' },
        deadline,
        permission: { messageId, recipient, codes: [...codes] },
      }),
    );
  }
  return queries;
}

async function receivedLetter(
  ctx: NodeContext,
  ref: { operationId: OperationId; messageId: MessageId },
): Promise<Letter> {
  const letter = await requireLetter(ctx, ref);
  if (letter.direction !== 'received')
    throw new IcarusError('letter/not-received', { messageId: ref.messageId });
  if (letter.erasedAt !== null) throw new IcarusError('letter/erased', { messageId: ref.messageId });
  return letter;
}
