/**
 * Reviews: when a record comes due, who is told, what an officer decides, and what follows where nobody
 * decides. Three months before its date a record stands in the queue and is announced in the custody log; a
 * date that passes without a decision to keep is an erasure, by law, unless a hold stands.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { Compile } from 'typebox/compile';
import { type Actor, actorName, authorize, authorizeOnNode } from '#access/policy.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { DAY_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { listOperations } from '#operations/store.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { askErasure } from './ask-erasure.ts';
import { ERASE_RECORD } from './job-kinds.ts';
import { notRecorded, reviewedRecords } from './records.ts';
import { monthsAfter, type ReviewRule, ReviewRules, reviewDate } from './rules.ts';
import {
  blockingHolds,
  keptUntil,
  openErasureOf,
  recordKey,
  standingRules,
  unfinishedErasures,
} from './store.ts';
import type { LegalHold, RecordRef, ReviewedRecord } from './types.ts';

/** So long before its date a record is announced. */
export const REMINDER_MONTHS = 3;

/** Nothing goes by itself that was not announced so long before: data that came in with its date behind it, too. */
const ANNOUNCED_MS = 30 * DAY_MS;

export interface DueReview extends ReviewedRecord {
  readonly dueAt: Date;
  /** The rule that sets the date. */
  readonly rule: ReviewRule;
  /** An officer decided to keep it until then. */
  readonly keptUntil: Date | null;
  readonly state: 'later' | 'soon' | 'over';
  /** Holds that block its erasure. */
  readonly holds: readonly LegalHold[];
  /** Its erasure, asked for and not done. */
  readonly erasureId: string | null;
}

type ReviewContext = Pick<NodeContext, 'db' | 'node' | 'clock' | 'jobs' | 'log' | 'paths'>;

/** Every record of the operation with its date, the one due first first. */
export async function reviewQueue(
  ctx: Pick<NodeContext, 'db' | 'node' | 'clock'>,
  operationId: OperationId,
): Promise<DueReview[]> {
  const now = ctx.clock.now();
  const [rules, kept] = await Promise.all([standingRules(ctx.db), keptUntil(ctx.db, operationId)]);
  const due: DueReview[] = [];
  for (const record of await reviewedRecords(ctx, operationId)) {
    const dated = reviewDate(record, rules, now);
    if (!dated) continue;
    const decision = kept.get(recordKey(record));
    // Who was kept as a suspect was not kept as the victim that he turned out to be.
    const stands = decision && (record.categorySince ?? decision.decidedAt) <= decision.decidedAt;
    const until = stands ? decision.until : null;
    const dueAt = until ?? dated.dueAt;
    const state = dueAt <= now ? 'over' : monthsAfter(now, REMINDER_MONTHS) >= dueAt ? 'soon' : 'later';
    const pressing = state !== 'later';
    due.push({
      ...record,
      dueAt,
      rule: dated.rule,
      keptUntil: until,
      state,
      holds: pressing ? await blockingHolds(ctx.db, record, [record.recordId], now) : [],
      erasureId: pressing ? ((await openErasureOf(ctx.db, record)) ?? null) : null,
    });
  }
  return due.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}

export interface KeepDecision extends RecordRef {
  readonly until: Date;
  readonly reason: string;
}

/**
 * Decides to keep a record, at most one period of its rule from now.
 * @throws protection/record-not-found, protection/keep-too-long, protection/date-over, exchange/reason-missing
 */
export async function keepRecord(ctx: ReviewContext, actor: Actor, decision: KeepDecision): Promise<void> {
  const { operationId, kind, recordId, until } = decision;
  authorize(actor, 'review.decide', { operationId });
  const reason = decision.reason.trim();
  if (reason === '') throw new IcarusError('exchange/reason-missing');
  const found = (await reviewQueue(ctx, operationId)).find((one) => recordKey(one) === recordKey(decision));
  if (!found) throw notRecorded(decision);
  const now = ctx.clock.now();
  const latest = monthsAfter(now, found.rule.months);
  if (until <= now) throw new IcarusError('protection/date-over');
  if (until > latest) throw new IcarusError('protection/keep-too-long', { latest: latest.toISOString() });
  await inTransaction(ctx, async (tx) => {
    await tx
      .insertInto('review_decision')
      .values({
        id: newId('review', now),
        operation_id: operationId,
        kind,
        record_id: recordId,
        decision: 'keep',
        keep_until: until,
        reason,
        decided_by: actorName(actor),
        decided_at: now,
      })
      .execute();
    await recordEvent(tx, {
      at: now,
      kind: 'protection.review-decided',
      actor: actorName(actor),
      operationId,
      subject: { kind, id: recordId },
      facts: { decision: 'keep', until: until.toISOString(), rule: found.rule.source, reason },
    });
  });
}

/**
 * What the law does by itself: announces what comes due, and asks for the erasure of what nobody decided to
 * keep. The job runs it for every operation; twice comes to the same.
 */
export async function watchReviews(ctx: ReviewContext): Promise<{ reminded: number; erasures: number }> {
  const count = { reminded: 0, erasures: 0 };
  await takeUpAgain(ctx);
  for (const { operationId } of await listOperations(ctx.db)) {
    for (const due of await reviewQueue(ctx, operationId)) {
      if (due.state !== 'later' && (await remind(ctx, due))) count.reminded++;
      if (due.state !== 'over' || due.holds.length > 0 || due.erasureId) continue;
      if (!(await announced(ctx, due))) continue;
      await askErasure(
        ctx,
        { kind: 'system', process: 'protection' },
        {
          operationId,
          kind: due.kind,
          recordId: due.recordId,
          because: 'time-over',
          legalBasis: `${due.rule.source}; due ${due.dueAt.toISOString()}, no decision to keep`,
        },
      );
      count.erasures++;
    }
  }
  return count;
}

async function remind(ctx: ReviewContext, due: DueReview): Promise<boolean> {
  const at = ctx.clock.now();
  return inTransaction(ctx, async (tx) => {
    const { rows } = await sql`
      insert into review_reminder values (${due.kind}, ${due.recordId}, ${due.dueAt}, ${at})
      on conflict do nothing returning kind`.execute(tx);
    if (rows.length === 0) return false;
    await recordEvent(tx, {
      at,
      kind: 'protection.review-reminded',
      actor: 'system:protection',
      operationId: due.operationId,
      subject: { kind: due.kind, id: due.recordId },
      facts: { dueAt: due.dueAt.toISOString(), rule: due.rule.source },
    });
    return true;
  });
}

/** Erasures that a hold stopped after they had been approved. */
async function takeUpAgain(ctx: ReviewContext): Promise<void> {
  const waiting = await unfinishedErasures(ctx.db);
  if (waiting.length === 0) return;
  await inTransaction(ctx, async (tx) => {
    for (const erasureId of waiting)
      await ctx.jobs.enqueue(tx, ERASE_RECORD, { erasureId }, { onceKey: erasureId });
  });
}

async function announced(
  { db, clock }: ReviewContext,
  { kind, recordId, dueAt }: DueReview,
): Promise<boolean> {
  const row = await db
    .selectFrom('review_reminder')
    .select('reminded_at')
    .where('kind', '=', kind)
    .where('record_id', '=', recordId)
    .where('due_at', '=', dueAt)
    .executeTakeFirst();
  return row !== undefined && clock.now().getTime() - row.reminded_at.getTime() >= ANNOUNCED_MS;
}

const rulesShape = Compile(ReviewRules);

/**
 * Loads this agency's own table, whole: it takes the place of the one that stands.
 * @param text JSON, an array of rules
 * @throws protection/rules-invalid
 */
export async function loadRules(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'jobs'>,
  actor: Actor,
  text: string,
): Promise<readonly ReviewRule[]> {
  authorizeOnNode(actor, 'review.rules');
  const rules = readReviewRules(text);
  const at = ctx.clock.now();
  const sha256 = createHash('sha256').update(canonicalJson(rules)).digest('hex');
  await inTransaction(ctx, async (tx) => {
    const id = newId('review-rules', at);
    await tx
      .insertInto('review_rule_set')
      .values({ id, sha256, rules: JSON.stringify({ rules }), loaded_at: at, loaded_by: actorName(actor) })
      .execute();
    await recordEvent(tx, {
      at,
      kind: 'protection.rules-loaded',
      actor: actorName(actor),
      subject: { kind: 'review-rules', id },
      facts: { sha256, rules: rules.length },
    });
  });
  return rules;
}

/** @param text JSON, an array of rules @throws protection/rules-invalid */
export function readReviewRules(text: string): ReviewRule[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IcarusError('protection/rules-invalid', { place: 'it is not JSON' }, { cause });
  }
  if (rulesShape.Check(value)) return value;
  const [error] = rulesShape.Errors(value);
  throw new IcarusError('protection/rules-invalid', { place: error?.instancePath || 'the beginning' });
}
