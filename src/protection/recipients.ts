/**
 * Erasure where it went: what is erased here of what had been sent from here is asked to be erased by every agency
 * that has it, by sealed requests whose certificates are waited for (src/exchange/erasure). The messages are named
 * while the rows still say which they are; the requests go out when nothing is left here.
 */
import { sql } from 'kysely';
import type { MessageId, OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { ErasureReason } from '#exchange/erasure/documents.ts';
import { requestErasure } from '#exchange/erasure/request.ts';
import { erasureById as requestById } from '#exchange/erasure/store.ts';
import { certificatesOwed } from '#exchange/erasure/types.ts';
import { outboxById } from '#exchange/outbox-store.ts';
import { everybodyWhoHasIt } from '#exchange/recall/recall.ts';
import { composedWith } from '#packages/erase-target.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import type { EraseReason, Erasure, RecordRef, SentCopy } from './types.ts';

/** What may be asked for at once. */
const MOST_MESSAGES = 1000;

/** Kinds of messages that speak of persons; receipts and the like do not. */
const SPEAKING = ['package', 'message', 'query', 'answer', 'risk-alarm', 'selectors', 'report'] as const;

const REASONS: Readonly<Record<EraseReason, ErasureReason>> = {
  review: 'retention',
  'time-over': 'retention',
  'court-order': 'court-order',
  'data-subject': 'data-subject',
  'provider-recall': 'provider-recall',
};

/** Messages that were sent from here with what is to be erased. Of a package or a report only the targets are named. */
export async function sentCopies(
  ctx: Pick<NodeContext, 'db' | 'paths'>,
  { operationId, kind, recordId, recordIds }: RecordRef & { readonly recordIds: readonly string[] },
): Promise<SentCopy[]> {
  if (kind === 'exhibit') return [];
  if (kind === 'message') {
    const sent = await outboxById(ctx.db, recordId as MessageId);
    return sent ? [{ messageId: sent.messageId, only: [] }] : [];
  }
  if (kind === 'operation') {
    const rows = await ctx.db
      .selectFrom('outbox_message')
      .select('id')
      .where('operation_id', '=', operationId)
      .where('kind', 'in', SPEAKING)
      .execute();
    return rows.map(({ id }) => ({ messageId: id, only: [] }));
  }
  const packages = (await composedWith(ctx, operationId, recordIds)).flatMap(
    ({ messageId }) => messageId ?? [],
  );
  const { rows } = await sql<{ id: string }>`
    select distinct o.id from outbox_message o join report r on r.message_id = o.id
      join report_target t on t.report_id = r.id
    where o.operation_id = ${operationId} and t.target_id = any (${[...recordIds]}::text[])`.execute(ctx.db);
  return [...packages, ...rows.map(({ id }) => id)].map((messageId) => ({ messageId, only: recordIds }));
}

/** Asks all that are still to be asked, one request for messages that went to the same agencies. Done again, it goes on. */
export async function askRecipients(
  ctx: NodeContext,
  erasure: Erasure & { readonly toAsk: readonly SentCopy[] },
): Promise<void> {
  let left = erasure.toAsk;
  for (const group of await byRecipients(ctx, erasure.toAsk)) {
    const asked = new Set(group.map(({ messageId }) => messageId));
    const still = left.filter(({ messageId }) => !asked.has(messageId));
    await requestErasure(
      ctx,
      { kind: 'system', process: 'protection' },
      {
        operationId: erasure.operationId,
        messageIds: group.map(({ messageId }) => messageId as MessageId),
        only: new Map(group.map(({ messageId, only }) => [messageId as MessageId, only])),
        reason: REASONS[erasure.because],
        legalBasis: oneLine(erasure.legalBasis),
        own: false,
      },
      async (tx, requestId) => {
        await tx
          .updateTable('data_erasure')
          .set({
            to_ask: JSON.stringify(still),
            request_ids: sql`array_append(request_ids, ${requestId}::text)`,
          })
          .where('id', '=', erasure.erasureId)
          .execute();
        await recordEvent(tx, {
          at: ctx.clock.now(),
          kind: 'protection.recipients-asked',
          actor: 'system:protection',
          operationId: erasure.operationId,
          subject: { kind: erasure.kind, id: erasure.recordId },
          facts: { erasure: erasure.erasureId, request: requestId, messages: group.length },
        });
      },
    );
    left = still;
  }
}

async function byRecipients(ctx: NodeContext, copies: readonly SentCopy[]): Promise<SentCopy[][]> {
  const groups = new Map<string, SentCopy[]>();
  for (const copy of copies) {
    const sent = await outboxById(ctx.db, copy.messageId as MessageId);
    const to = sent ? everybodyWhoHasIt(ctx, sent).sort() : [];
    if (to.length === 0) continue;
    const key = to.join();
    groups.set(key, [...(groups.get(key) ?? []), copy]);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MOST_MESSAGES) }, (_, part) =>
      group.slice(part * MOST_MESSAGES, (part + 1) * MOST_MESSAGES),
    ),
  );
}

/** A request says it in one line. */
function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}

/** One agency that had received what was erased. */
export interface AskedRecipient {
  readonly agency: string;
  readonly requestId: string;
  readonly state: 'open' | 'overdue' | 'erased' | 'kept';
  readonly dueAt: Date;
  readonly certifiedAt: Date | null;
  /** Why it is kept there. */
  readonly reasons: readonly string[];
}

/** Who was asked to erase it too, and what they certified. */
export async function askedRecipients(
  db: Db,
  of: { readonly operationId: OperationId; readonly requestIds: readonly string[] },
  now: Date,
): Promise<AskedRecipient[]> {
  const found: AskedRecipient[] = [];
  for (const id of of.requestIds) {
    const request = await requestById(db, id as MessageId);
    if (request?.operationId !== of.operationId) continue;
    for (const { agency, certificate, overdue } of certificatesOwed(request, now)) {
      const kept = (certificate?.document.items ?? []).filter(({ outcome }) => outcome === 'kept');
      found.push({
        agency,
        requestId: id,
        state: certificate ? (kept.length > 0 ? 'kept' : 'erased') : overdue ? 'overdue' : 'open',
        dueAt: request.dueAt,
        certifiedAt: certificate?.statedAt ?? null,
        reasons: [...new Set(kept.flatMap(({ reason }) => reason ?? []))],
      });
    }
  }
  return found;
}
