/** Letters as pages and commands show them. */
import type { Conditions } from '#core/conditions.ts';
import type { OperationId } from '#core/ids.ts';
import { holdingRecalls } from '#exchange/recall/store.ts';
import { recallView } from '#exchange/recall/view.ts';
import type { NodeContext } from '#platform/context.ts';
import { disguisesIn } from './attachments.ts';
import type { ConditionsDocument } from './document.ts';
import { type QueryStanding, queryStandings, standingOf } from './queries.ts';
import type { LetterPage, LetterView, OwedView, QueryRow } from './schemas.ts';
import { answersTo, type LetterFilter, listLetters } from './store.ts';
import type { Letter } from './types.ts';

/** Letters, each query with how it stands. */
export async function letterViews(ctx: NodeContext, letters: readonly Letter[]): Promise<LetterView[]> {
  const queries = letters.filter(({ kind }) => kind === 'query');
  const answers = await answersTo(
    ctx.db,
    queries.map(({ messageId }) => messageId),
  );
  const recalls = await holdingRecalls(
    ctx.db,
    letters.map(({ messageId }) => messageId),
  );
  const now = ctx.clock.now();
  const me = ctx.node.agencyId;
  return letters.map((letter) => {
    const owing = letter.kind !== 'query' ? [] : letter.direction === 'sent' ? letter.to : [me];
    const recall = recallView(recalls.get(letter.messageId));
    return letterView(
      letter,
      recall,
      owing.map((agency) => owedView(standingOf(letter, agency, { answers, now }))),
    );
  });
}

/** A page of letters, newest first. */
export async function letterPage(ctx: NodeContext, filter: LetterFilter): Promise<LetterPage> {
  const letters = await listLetters(ctx.db, { ...filter, limit: filter.limit + 1 });
  const shown = letters.slice(0, filter.limit);
  return {
    letters: await letterViews(ctx, shown),
    next: letters.length > shown.length ? (shown.at(-1)?.messageId ?? null) : null,
  };
}

/** More letters than people write in one thread. */
const MOST_IN_THREAD = 500;

/** The whole thread of a letter, in the order of writing, with what is wrong about the names of files that came. */
export async function threadOf(ctx: NodeContext, letter: Letter): Promise<LetterView[]> {
  const { operationId, threadId } = letter;
  const letters = await listLetters(ctx.db, { operationId, threadId, limit: MOST_IN_THREAD });
  const inOrder = letters.toSorted((a, b) => a.writtenAt.getTime() - b.writtenAt.getTime());
  const views = await letterViews(ctx, inOrder);
  for (const [index, view] of views.entries()) {
    const one = inOrder[index];
    if (one?.direction !== 'received' || view.attachments.length === 0) continue;
    const disguises = await disguisesIn(ctx, one);
    for (const attachment of view.attachments) {
      const disguise = disguises.get(attachment.name);
      if (disguise !== undefined) attachment.disguise = disguise;
    }
  }
  return views;
}

export async function queryRows(ctx: NodeContext, operationId: OperationId): Promise<QueryRow[]> {
  return (await queryStandings(ctx, operationId)).map((standing) => {
    const { query } = standing;
    return {
      messageId: query.messageId,
      direction: query.direction,
      from: query.from,
      subject: query.subject,
      rule: query.deadline?.rule ?? null,
      dueAt: query.deadline?.dueAt.toISOString() ?? null,
      askedAt: query.writtenAt.toISOString(),
      asksLeave: query.permission !== null,
      owed: owedView(standing),
    };
  });
}

function owedView({ owedBy, answer, hoursLeft, overdue }: QueryStanding): OwedView {
  return {
    agency: owedBy,
    answerId: answer?.messageId ?? null,
    answeredAt: answer?.writtenAt.toISOString() ?? null,
    nothingKnown: answer?.nothingKnown ?? false,
    granted: answer?.granted ?? null,
    conditions: answer?.conditions ? conditionsView(answer.conditions) : null,
    hoursLeft,
    overdue,
  };
}

function letterView(letter: Letter, recall: LetterView['recall'], owed: OwedView[]): LetterView {
  const { operationId: _operation, recordedAt: _recorded, folder: _folder, ...shown } = letter;
  return {
    ...shown,
    to: [...letter.to],
    handling: { codes: [...letter.handling.codes], text: letter.handling.text },
    conditions: letter.conditions && conditionsView(letter.conditions),
    deadline: letter.deadline && { rule: letter.deadline.rule, dueAt: letter.deadline.dueAt.toISOString() },
    attachments: letter.attachments.map((attachment) => ({ ...attachment })),
    writtenAt: letter.writtenAt.toISOString(),
    erasedAt: letter.erasedAt?.toISOString() ?? null,
    recall,
    owed,
  };
}

/** Conditions as they are sent to pages. */
export function conditionsView({ text, until, onlyTo, onlyFor }: Conditions): ConditionsDocument {
  return { text, until, onlyTo: onlyTo && [...onlyTo], onlyFor: onlyFor && [...onlyFor] };
}
