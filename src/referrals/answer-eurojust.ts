/**
 * The answer to a request: given at Eurojust's node and sent back, or recorded by an officer of the
 * requester when it came otherwise. A request is answered once.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { adoptOperation } from '#operations/create.ts';
import { fromDocument } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { requireOpenSources } from './closed-sources.ts';
import {
  documentEntry,
  EUROJUST_ANSWER_FILE,
  type EurojustAnswerDocument,
  readEurojustAnswer,
  readEurojustDocument,
  readOperation,
} from './documents.ts';
import { EUROJUST_REQUEST_KIND, openRequest, type RequestRef, requireRequest } from './eurojust.ts';
import { markRequestAnswered } from './eurojust-store.ts';
import { type EurojustRequest, eurojustDigest } from './eurojust-types.ts';
import { takesPart } from './prepare-icse.ts';
import {
  insertReceivedRequest,
  listReceivedRequests,
  markReceivedAnswered,
  type ReceivedRequest,
} from './received-store.ts';
import { type Act, EUROJUST, type EurojustId } from './types.ts';

export const EUROJUST_ANSWER_KIND = 'eurojust-answer';

export interface AnswerInput extends RequestRef {
  readonly answer: string;
  /** Eurojust's own number of the case. */
  readonly reference?: string | undefined;
}

/** A request that came to Eurojust's node. */
export const eurojustRequestHandler: MessageHandler = {
  kind: EUROJUST_REQUEST_KIND,
  async receive(ctx, tx, message) {
    const document = await readEurojustDocument(message);
    const operation = fromDocument(await readOperation(message));
    if (document.agencyId !== message.from || document.operationId !== message.operationId)
      throw new IcarusError('referral/misdirected', { agency: message.from });
    if (operation.operationId !== message.operationId || operation.exercise !== document.exercise)
      throw new IcarusError('referral/malformed', { field: 'operation.json' });
    if (!takesPart(operation, message.from))
      throw new IcarusError('referral/not-participant', { agency: message.from });
    const receivedAt = ctx.clock.now();
    await adoptOperation(tx, operation, { at: receivedAt, actor: `agency:${message.from}` });
    const deadlineAt = new Date(document.deadlineAt);
    const countries = document.countries as CountryCode[];
    const contentDigest = eurojustDigest({ ...document, countries, deadlineAt });
    const isNew = await insertReceivedRequest(tx, {
      requestId: document.requestId as EurojustId,
      operationId: message.operationId,
      from: message.from,
      document,
      deadlineAt,
      contentDigest,
      messageId: message.messageId,
      receivedAt,
    });
    if (!isNew) throw new IcarusError('referral/contradicts', { what: 'request' });
    await recordEvent(tx, {
      at: receivedAt,
      kind: 'referral.received',
      actor: `agency:${message.from}`,
      operationId: message.operationId,
      subject: { kind: 'eurojust-request', id: document.requestId },
      facts: { content: contentDigest, deadlineAt: document.deadlineAt },
    });
  },
};

/**
 * Answers a request that came here.
 * @throws referral/not-found, referral/answered-already, access/person-closed
 */
export async function answerEurojust(
  ctx: NodeContext,
  actor: Actor,
  input: AnswerInput,
): Promise<ReceivedRequest> {
  authorize(actor, 'referrals.send', { operationId: input.operationId });
  const request = await requireReceived(ctx.db, input);
  const { operationId, document: asked } = request;
  await requireOpenSources(ctx, actor, { operationId, sources: asked.sources });
  if (request.answered) throw new IcarusError('referral/answered-already');
  const answer = answerOf(ctx, actor, input);
  const document: EurojustAnswerDocument = {
    format: 'icarus-eurojust-answer/1',
    requestId: request.requestId,
    contentDigest: request.contentDigest,
    answer: answer.answer,
    reference: answer.reference,
    answeredAt: answer.at.toISOString(),
  };
  const sealed = await sealMessage(ctx, {
    kind: EUROJUST_ANSWER_KIND,
    operationId: input.operationId,
    to: [request.from],
    entries: [documentEntry(EUROJUST_ANSWER_FILE, document)],
    subject: 'Answer to a request for judicial assistance',
  });
  await inTransaction(ctx, async (tx) => {
    if (!(await markReceivedAnswered(tx, input.requestId, answer)))
      throw new IcarusError('referral/answered-already');
    await recordAnswer(tx, input, answer);
    await postMessage(ctx, tx, sealed, { actor });
  });
  return requireReceived(ctx.db, input);
}

/**
 * Records an answer that came otherwise: on paper, by another channel.
 * @throws referral/not-sent, referral/answered-already, referral/closed, access/person-closed
 */
export async function recordEurojustAnswer(
  ctx: NodeContext,
  actor: Actor,
  input: AnswerInput,
): Promise<EurojustRequest> {
  authorize(actor, 'referrals.send', { operationId: input.operationId });
  return inTransaction(ctx, async (tx) => {
    const request = await openRequest(ctx, tx, actor, input);
    await keepAnswer(tx, request, answerOf(ctx, actor, input));
    return requireRequest(tx, input);
  });
}

/** Eurojust's answer at the requester's end. */
export const eurojustAnswerHandler: MessageHandler = {
  kind: EUROJUST_ANSWER_KIND,
  async receive(ctx, tx, message) {
    const document = await readEurojustAnswer(message);
    if (message.from !== EUROJUST) throw new IcarusError('referral/misdirected', { agency: message.from });
    const ref = { operationId: message.operationId, requestId: document.requestId as EurojustId };
    const request = await requireRequest(tx, ref, { lock: true });
    if (request.contentDigest !== document.contentDigest)
      throw new IcarusError('referral/contradicts', { what: 'request' });
    const { answer, reference } = document;
    await keepAnswer(tx, request, { at: ctx.clock.now(), by: `agency:${message.from}`, answer, reference });
  },
};

type Answer = Act & { readonly answer: string; readonly reference: string | null };

function answerOf(ctx: NodeContext, actor: Actor, { answer, reference }: AnswerInput): Answer {
  return {
    at: ctx.clock.now(),
    by: actorName(actor),
    answer: answer.trim(),
    reference: reference?.trim() || null,
  };
}

async function keepAnswer(tx: Tx, request: EurojustRequest, answer: Answer): Promise<void> {
  if (!request.sent) throw new IcarusError('referral/not-sent');
  if (request.answered) throw new IcarusError('referral/answered-already');
  await markRequestAnswered(tx, request.requestId, answer);
  await recordAnswer(tx, request, answer);
}

async function recordAnswer(tx: Tx, { operationId, requestId }: RequestRef, answer: Answer): Promise<void> {
  await recordEvent(tx, {
    at: answer.at,
    kind: 'referral.answered',
    actor: answer.by,
    operationId,
    subject: { kind: 'eurojust-request', id: requestId },
    facts: { reference: answer.reference },
  });
}

async function requireReceived(db: Db, { operationId, requestId }: RequestRef): Promise<ReceivedRequest> {
  const all = await listReceivedRequests(db, operationId);
  const request = all.find((one) => one.requestId === requestId);
  if (!request) throw new IcarusError('referral/not-found', { what: 'request', id: requestId });
  return request;
}
