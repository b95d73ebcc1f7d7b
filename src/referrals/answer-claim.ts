/**
 * The answer to a claim, from the registrar to the claimant: granted, or refused with the list of files
 * that were referred already, by whom and since when. A claim is answered once; a claimant that gave up
 * meanwhile takes note of nothing.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { actorName } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { isAgencyId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { requireOperation } from '#operations/create.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { PackageEntry } from '#seal/seal.ts';
import { claimById, insertOverlaps, markAnswered, type Overlap, overlapsOf } from './claim-store.ts';
import {
  ANSWER_FILE,
  type ClaimAnswerDocument,
  documentEntry,
  OVERLAPS_FILE,
  readClaimAnswer,
} from './documents.ts';
import { lockSeriesOfClaim, setClaim } from './icse-store.ts';
import { batches, readLines } from './item-file.ts';
import { CLAIM_ANSWER } from './jobs.ts';
import type { ClaimId } from './types.ts';

export const CLAIM_ANSWER_KIND = 'icse-claim-answer';
const ACTOR = { kind: 'system', process: 'referrals' } as const;
/** 6 columns a row; PostgreSQL takes 65,535 parameters a statement. */
const ROWS_AT_ONCE = 5000;

/** Call it before `jobs.start`. */
export function registerReferralJobs(ctx: NodeContext): void {
  ctx.jobs.register(CLAIM_ANSWER, ({ claimId }, signal) => answerClaim(ctx, claimId, signal));
}

async function answerClaim(ctx: NodeContext, claimId: ClaimId, signal: AbortSignal): Promise<void> {
  const claim = await claimById(ctx.db, claimId);
  if (!claim || claim.answerMessageId !== null) return;
  const document: ClaimAnswerDocument = {
    format: 'icarus-icse-claim-answer/1',
    claimId,
    state: claim.state,
    decidedAt: claim.decidedAt.toISOString(),
    overlapCount: claim.overlapCount,
  };
  const sealed = await sealMessage(ctx, {
    kind: CLAIM_ANSWER_KIND,
    operationId: claim.operationId,
    to: [claim.agencyId],
    entries: [documentEntry(ANSWER_FILE, document), await overlapsEntry(ctx.db, claimId)],
    subject: 'Answer to a claim',
    signal,
  });
  await inTransaction(ctx, async (tx) => {
    // Another worker may have been first; its answer says the same.
    if (!(await markAnswered(tx, claimId, sealed.messageId))) return;
    await postMessage(ctx, tx, sealed, { actor: ACTOR });
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'referral.claim-answered',
      actor: actorName(ACTOR),
      operationId: claim.operationId,
      subject: { kind: 'icse-claim', id: claimId },
      facts: {
        agency: claim.agencyId,
        state: claim.state,
        overlaps: claim.overlapCount,
        message: sealed.messageId,
      },
    });
  });
}

async function overlapsEntry(db: Db, claimId: ClaimId): Promise<PackageEntry> {
  const content = () => overlapsText(db, claimId);
  let sizeBytes = 0;
  for await (const chunk of content()) sizeBytes += chunk.length;
  return { path: OVERLAPS_FILE, sizeBytes, content };
}

async function* overlapsText(db: Db, claimId: ClaimId): AsyncGenerator<Uint8Array, void> {
  for await (const overlaps of batches(overlapsOf(db, claimId), ROWS_AT_ONCE)) {
    const lines = overlaps.map((overlap) =>
      [overlap.sha1, overlap.heldBy, overlap.onBehalfOf ?? '', overlap.heldSince.toISOString()].join(','),
    );
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
}

/** The answer at the claimant's end. */
export const claimAnswerHandler: MessageHandler = {
  kind: CLAIM_ANSWER_KIND,
  async receive(ctx, tx, message) {
    const answer = await readClaimAnswer(message);
    const { coordinator } = await requireOperation(tx, message.operationId);
    if (message.from !== coordinator) throw new IcarusError('referral/misdirected', { agency: message.from });
    const claimId = answer.claimId as ClaimId;
    const series = await lockSeriesOfClaim(tx, claimId);
    const waits = series?.claim?.state === 'asked' && answer.state !== 'withdrawn';
    if (series && waits) {
      await takeOverlaps(tx, message, answer);
      await setClaim(tx, series.seriesId, {
        claimId,
        state: answer.state === 'granted' ? 'granted' : 'refused',
        at: ctx.clock.now(),
        overlapCount: answer.overlapCount,
      });
    }
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: waits ? `referral.claim-${answer.state}` : 'referral.claim-answer-unneeded',
      actor: `agency:${message.from}`,
      operationId: message.operationId,
      subject: { kind: 'icse-claim', id: claimId },
      facts: { series: series?.seriesId ?? null, overlaps: answer.overlapCount, decidedAt: answer.decidedAt },
    });
  },
};

async function takeOverlaps(tx: Tx, message: OpenedMessage, answer: ClaimAnswerDocument): Promise<void> {
  const lines = readLines(createReadStream(join(message.folder, OVERLAPS_FILE)));
  let count = 0;
  for await (const batch of batches(lines, ROWS_AT_ONCE)) {
    await insertOverlaps(tx, answer.claimId as ClaimId, batch.map(overlapOf), count);
    count += batch.length;
  }
  const agrees = count === answer.overlapCount && (answer.state === 'granted') === (count === 0);
  if (!agrees) throw new IcarusError('referral/malformed', { field: OVERLAPS_FILE });
}

function overlapOf(line: string): Overlap {
  const [sha1 = '', heldBy = '', onBehalfOf = '', since = '', ...more] = line.split(',');
  const heldSince = new Date(since);
  const holds =
    /^[0-9a-f]{40}$/.test(sha1) &&
    isAgencyId(heldBy) &&
    (onBehalfOf === '' || isAgencyId(onBehalfOf)) &&
    !Number.isNaN(heldSince.getTime()) &&
    more.length === 0;
  if (!holds) throw new IcarusError('referral/malformed', { field: OVERLAPS_FILE });
  return {
    sha1,
    heldBy: heldBy as AgencyId,
    onBehalfOf: onBehalfOf === '' ? null : (onBehalfOf as AgencyId),
    heldSince,
  };
}
