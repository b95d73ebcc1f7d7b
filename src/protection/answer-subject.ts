/**
 * Answering a person, a supervisor or a court about what is held (Directive (EU) 2016/680 Art. 14): in full, in
 * part, or not, by one of the restrictions of Art. 15(1) and with its reason, which stays on record (Art.
 * 15(4)). The answer is a disclosure and is logged; what it said is not kept, only its digest.
 */
import { createHash } from 'node:crypto';
import { requireOpen } from '#access/closed-persons.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { clientsOf, wholeOf } from './ask-erasure.ts';
import { closedRecords } from './closed-records.ts';
import { findSubject, type NamedSubject } from './find-subject.ts';
import { type SubjectDocument, subjectDocument } from './subject-document.ts';
import type { ANSWERS, ASKERS, RESTRICTIONS } from './types.ts';

export interface SubjectRequest {
  readonly operationId: OperationId;
  readonly named: NamedSubject;
  /** The agency's own number of the request; no name. */
  readonly reference: string;
  readonly askedBy: (typeof ASKERS)[number];
  readonly answer: (typeof ANSWERS)[number];
  /** Needed for all but a full answer. */
  readonly restriction?: keyof typeof RESTRICTIONS | undefined;
  readonly reason?: string | undefined;
  /** Rooms whose records a partial answer leaves out. */
  readonly without?: readonly string[] | undefined;
}

export interface SubjectAnswer {
  readonly answerId: string;
  /** Whom the request names, whatever was answered. */
  readonly subjects: readonly string[];
  /** Null where it is refused. */
  readonly document: SubjectDocument | null;
  /** The document's exact bytes; empty where it is refused. */
  readonly text: string;
  readonly sha256: string | null;
}

/**
 * @throws protection/nothing-asked, protection/restriction-missing; access/person-closed where the answer would be on
 *   somebody who is closed to the officer, or name him
 */
export async function answerSubject(
  ctx: NodeContext,
  actor: Actor,
  request: SubjectRequest,
): Promise<SubjectAnswer> {
  const { operationId, answer, restriction, reference } = request;
  authorize(actor, 'subject.answer', { operationId });
  const reason = request.reason?.trim() ?? '';
  if (answer !== 'full' && (restriction === undefined || reason === ''))
    throw new IcarusError('protection/restriction-missing');
  const document = await documentFor(ctx, actor, request);
  await requireOpen(ctx, actor, { operationId, targetIds: document.subjects });
  const given = answer === 'refused' ? null : document;
  const text = given === null ? '' : `${JSON.stringify(given, null, 2)}\n`;
  await requireUnnamed(ctx, actor, { operationId, text });
  const sha256 = given === null ? null : createHash('sha256').update(text).digest('hex');
  const at = ctx.clock.now();
  const answerId: string = newId('answer', at);
  await inTransaction(ctx, async (tx) => {
    await tx
      .insertInto('subject_answer')
      .values({
        id: answerId,
        operation_id: operationId,
        reference,
        asked_by: request.askedBy,
        answer,
        restriction: answer === 'full' ? null : (restriction ?? null),
        reason,
        records: document.records.reduce((sum, { total }) => sum + total, document.observations.total),
        sha256,
        answered_by: actorName(actor),
        answered_at: at,
      })
      .execute();
    await recordEvent(tx, {
      at,
      kind: 'protection.subject-answered',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'subject-answer', id: answerId },
      facts: {
        reference,
        askedBy: request.askedBy,
        answer,
        restriction: restriction ?? null,
        reason,
        sha256,
        subjects: [...document.subjects],
      },
    });
  });
  return { answerId, subjects: document.subjects, document: given, text, sha256 };
}

/** What is held on one person tells of others: of links with him, of merges. */
async function requireUnnamed(
  ctx: NodeContext,
  actor: Actor,
  { operationId, text }: { readonly operationId: OperationId; readonly text: string },
): Promise<void> {
  const closed = [...(await closedRecords(ctx, actor, operationId))];
  if (closed.length === 0 || text === '') return;
  const clients = await clientsOf(ctx, { operationId, kind: 'target', recordId: '' }, closed);
  if ([...closed, ...clients].some((id) => text.includes(id))) throw new IcarusError('access/person-closed');
}

async function documentFor(
  ctx: NodeContext,
  actor: Actor,
  request: SubjectRequest,
): Promise<SubjectDocument> {
  const { operationId, reference, answer, without = [] } = request;
  const named = await findSubject(ctx, operationId, request.named);
  const subjects = [
    ...new Set(
      (
        await Promise.all(named.map((recordId) => wholeOf(ctx.db, { operationId, kind: 'target', recordId })))
      ).flat(),
    ),
  ];
  const clientIds =
    subjects.length === 0
      ? []
      : await clientsOf(ctx, { operationId, kind: 'target', recordId: '' }, subjects);
  const whole = await subjectDocument(ctx, {
    operationId,
    subjects,
    clientIds,
    reference,
    by: actorName(actor),
  });
  if (answer !== 'partial') return whole;
  const leave = (room: string): boolean => without.includes(room);
  return {
    ...whole,
    records: whole.records.filter(({ room }) => !leave(room)),
    observations: leave('observations') ? { total: 0, rows: [], sources: [] } : whole.observations,
    letters: leave('correspondence') ? [] : whole.letters,
    acts: leave('custody') ? [] : whole.acts,
    consultations: leave('access') ? [] : whole.consultations,
  };
}
