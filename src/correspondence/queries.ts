/**
 * Queries and their answers. A query runs for each agency that it went to, until that agency's first
 * answer; "nothing known" is an answer. A query for leave is answered by an approving officer alone.
 */
import { type Actor, authorize } from '#access/policy.ts';
import { HOUR_MS } from '#core/clock.ts';
import { conditionsProblem } from '#core/conditions.ts';
import { IcarusError } from '#core/errors.ts';
import type { Handling } from '#core/handling.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { requireLetter } from './attachments.ts';
import { type LetterDraft, sendLetter } from './send.ts';
import { answersTo, listLetters } from './store.ts';
import type { Letter } from './types.ts';

export interface AnswerDraft
  extends Pick<LetterDraft, 'operationId' | 'text' | 'evaluation' | 'attachments' | 'signal' | 'onProgress'> {
  /** The query. */
  readonly messageId: MessageId;
  readonly handling: Handling;
  readonly nothingKnown?: boolean;
  readonly pap?: LetterDraft['pap'];
  /** Only, and always, where the query asks for leave. */
  readonly granted?: boolean | null;
  /** Only where leave is given. */
  readonly conditions?: LetterDraft['conditions'];
}

/**
 * Answers a query that came here; said again, both answers stand and the first stopped the clock. Of
 * answers for leave the last one counts.
 * @throws letter/not-found, letter/not-a-query, letter/leave-unanswered, letter/leave-needless,
 *   letter/conditions-invalid, and what `sendLetter` throws
 */
export async function answerQuery(ctx: NodeContext, actor: Actor, draft: AnswerDraft): Promise<Letter> {
  const { operationId, messageId, granted = null } = draft;
  authorize(actor, 'letters.send', { operationId });
  const query = await requireLetter(ctx, { operationId, messageId });
  if (query.kind !== 'query' || query.direction !== 'received')
    throw new IcarusError('letter/not-a-query', { messageId });
  if (query.permission !== null) authorize(actor, 'letters.permit', { operationId });
  if (query.permission !== null && granted === null) throw new IcarusError('letter/leave-unanswered');
  if (query.permission === null && granted !== null)
    throw new IcarusError('letter/leave-needless', { recipient: query.from });
  const { conditions = null } = draft;
  const problem = conditions && (granted ? conditionsProblem(conditions, ctx.clock.now()) : 'granted');
  if (problem) throw new IcarusError('letter/conditions-invalid', { field: problem });
  return sendLetter(ctx, actor, {
    operationId,
    kind: 'answer',
    to: [query.from],
    subject: `Re: ${query.subject}`.slice(0, 200),
    text: draft.text,
    handling: draft.handling,
    evaluation: draft.evaluation ?? null,
    inReplyTo: messageId,
    nothingKnown: draft.nothingKnown ?? false,
    granted,
    conditions,
    ...(draft.pap && { pap: draft.pap }),
    ...(draft.attachments && { attachments: draft.attachments }),
    ...(draft.signal && { signal: draft.signal }),
    ...(draft.onProgress && { onProgress: draft.onProgress }),
  });
}

/** A query at one of the agencies that it went to. */
export interface QueryStanding {
  readonly query: Letter;
  /** Who owes the answer. */
  readonly owedBy: AgencyId;
  /** The answer that stopped the clock. */
  readonly answer: Letter | null;
  /** To the deadline, negative when over; stands still from the answer on. */
  readonly hoursLeft: number;
  readonly overdue: boolean;
}

/** More than an operation asks; a list that is longer is cut at its oldest end. */
const MOST_QUERIES = 1000;

/** Every query of the operation, asked from here and asked of this agency, open ones first, most urgent first. */
export async function queryStandings(ctx: NodeContext, operationId: OperationId): Promise<QueryStanding[]> {
  const queries = await listLetters(ctx.db, { operationId, kind: 'query', limit: MOST_QUERIES });
  const answers = await answersTo(
    ctx.db,
    queries.map(({ messageId }) => messageId),
  );
  const now = ctx.clock.now();
  const me = ctx.node.agencyId;
  return queries
    .flatMap((query) =>
      (query.direction === 'sent' ? query.to : [me]).map((owedBy) =>
        standingOf(query, owedBy, { answers, now }),
      ),
    )
    .sort((a, b) => Number(a.answer !== null) - Number(b.answer !== null) || a.hoursLeft - b.hoursLeft);
}

/** Pure. @param answers in the order in which they were written */
export function standingOf(
  query: Letter,
  owedBy: AgencyId,
  { answers, now }: { answers: readonly Letter[]; now: Date },
): QueryStanding {
  const answer =
    answers.find(({ inReplyTo, from }) => inReplyTo === query.messageId && from === owedBy) ?? null;
  const due = query.deadline?.dueAt ?? now;
  const leftMs = due.getTime() - (answer?.writtenAt ?? now).getTime();
  return { query, owedBy, answer, hoursLeft: leftMs / HOUR_MS, overdue: leftMs < 0 };
}
