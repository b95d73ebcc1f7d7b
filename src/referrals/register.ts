/**
 * The register of claims, kept by the coordinator of the operation. A file is referred once only, by
 * whoever claims it first: the country by message, the coordinator for a country by the same function.
 * Claims of an operation are decided one after another in one transaction each, and the table has room
 * for one holder of a file, so that no fault of ours can grant it twice.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import { requireOperation } from '#operations/create.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import {
  type Claim,
  claimById,
  type DecidedState,
  holdItems,
  insertClaim,
  lockRegister,
  noteOverlaps,
  releaseClaim,
} from './claim-store.ts';
import { type ClaimDocument, readClaimDocument, SHA1_FILE } from './documents.ts';
import { ITEMS_AT_ONCE } from './icse-store.ts';
import { batches, readSha1s, seriesDigester } from './item-file.ts';
import { enqueueClaimAnswer } from './jobs.ts';
import { takesPart } from './prepare-icse.ts';
import type { ClaimId } from './types.ts';

export const CLAIM_KIND = 'icse-claim';
export const CLAIM_WITHDRAWAL_KIND = 'icse-claim-withdrawal';

export interface ClaimRequest {
  readonly claimId: ClaimId;
  readonly operationId: OperationId;
  readonly agencyId: AgencyId;
  readonly onBehalfOf: AgencyId | null;
  readonly seriesDigest: string;
  readonly itemCount: number;
  /** SHA-1 of the files in their order; read twice at most. */
  readonly sha1s: () => AsyncIterable<string>;
}

/**
 * Grants the claim if nobody holds any of its files, refuses it otherwise, and notes which files others
 * hold. The same claim again gets the decision that was made.
 */
export async function decideClaim(
  ctx: Pick<NodeContext, 'clock'>,
  tx: Tx,
  request: ClaimRequest,
  actor: string,
): Promise<Claim> {
  await lockRegister(tx, request.operationId);
  const known = await claimById(tx, request.claimId);
  if (known) return sameClaim(known, request);
  let overlapCount = 0;
  for await (const sha1s of batches(request.sha1s(), ITEMS_AT_ONCE))
    overlapCount = await noteOverlaps(tx, request, sha1s, overlapCount);
  const claim = await keepClaim(ctx, tx, {
    request,
    state: overlapCount > 0 ? 'refused' : 'granted',
    overlapCount,
    actor,
  });
  if (claim.state === 'granted') {
    for await (const sha1s of batches(request.sha1s(), ITEMS_AT_ONCE)) await holdItems(tx, request, sha1s);
  }
  return claim;
}

function sameClaim(known: Claim, request: Omit<ClaimRequest, 'sha1s'>): Claim {
  const isSame =
    known.operationId === request.operationId &&
    known.agencyId === request.agencyId &&
    known.seriesDigest === request.seriesDigest;
  if (!isSame) throw new IcarusError('referral/contradicts', { what: 'claim' });
  return known;
}

/**
 * Gives the files of a claim back. A withdrawal that overtook its claim is kept, so that the claim
 * grants nothing when it comes.
 */
export async function withdrawFromRegister(
  ctx: Pick<NodeContext, 'clock'>,
  tx: Tx,
  request: Omit<ClaimRequest, 'sha1s'>,
  actor: string,
): Promise<void> {
  await lockRegister(tx, request.operationId);
  const known = await claimById(tx, request.claimId);
  if (!known) {
    await keepClaim(ctx, tx, { request, state: 'withdrawn', overlapCount: 0, actor });
    return;
  }
  if (sameClaim(known, request).state !== 'granted') return;
  await releaseClaim(tx, request.claimId);
  await recordClaimEvent(ctx, tx, { ...known, state: 'withdrawn' }, actor);
}

interface Decision {
  readonly request: Omit<ClaimRequest, 'sha1s'>;
  readonly state: DecidedState;
  readonly overlapCount: number;
  readonly actor: string;
}

async function keepClaim(
  ctx: Pick<NodeContext, 'clock'>,
  tx: Tx,
  { request, state, overlapCount, actor }: Decision,
): Promise<Claim> {
  const claim: Claim = { ...request, state, overlapCount, decidedAt: ctx.clock.now(), answerMessageId: null };
  await insertClaim(tx, claim);
  await recordClaimEvent(ctx, tx, claim, actor);
  return claim;
}

async function recordClaimEvent(
  ctx: Pick<NodeContext, 'clock'>,
  tx: Tx,
  claim: Claim,
  actor: string,
): Promise<void> {
  await recordEvent(tx, {
    at: ctx.clock.now(),
    kind: `referral.claim-${claim.state}`,
    actor,
    operationId: claim.operationId,
    subject: { kind: 'icse-claim', id: claim.claimId },
    facts: {
      agency: claim.agencyId,
      onBehalfOf: claim.onBehalfOf,
      series: claim.seriesDigest,
      items: claim.itemCount,
      overlaps: claim.overlapCount,
    },
  });
}

/** A country's claim: decided here, answered by a job that the same transaction enqueues. */
export const claimHandler: MessageHandler = {
  kind: CLAIM_KIND,
  async receive(ctx, tx, message) {
    const document = await checkedClaim(ctx, tx, message);
    const sha1s = () => readSha1s(createReadStream(join(message.folder, SHA1_FILE)));
    await checkSha1s(sha1s(), document);
    await decideClaim(ctx, tx, { ...requestOf(document, message), sha1s }, `agency:${message.from}`);
    await enqueueClaimAnswer(ctx, tx, document.claimId as ClaimId);
  },
};

/** A country gives its claim up. */
export const claimWithdrawalHandler: MessageHandler = {
  kind: CLAIM_WITHDRAWAL_KIND,
  async receive(ctx, tx, message) {
    const document = await checkedClaim(ctx, tx, message);
    await withdrawFromRegister(ctx, tx, requestOf(document, message), `agency:${message.from}`);
  },
};

async function checkedClaim(ctx: NodeContext, tx: Tx, message: OpenedMessage): Promise<ClaimDocument> {
  const document = await readClaimDocument(message);
  const operation = await requireOperation(tx, message.operationId);
  if (operation.coordinator !== ctx.node.agencyId)
    throw new IcarusError('referral/not-registrar', { coordinator: operation.coordinator });
  if (!takesPart(operation, message.from))
    throw new IcarusError('referral/not-participant', { agency: message.from });
  if (document.operationId !== operation.operationId)
    throw new IcarusError('referral/malformed', { field: 'operationId' });
  return document;
}

function requestOf(document: ClaimDocument, message: OpenedMessage): Omit<ClaimRequest, 'sha1s'> {
  return {
    claimId: document.claimId as ClaimId,
    operationId: message.operationId,
    agencyId: message.from,
    onBehalfOf: null,
    seriesDigest: document.seriesDigest,
    itemCount: document.itemCount,
  };
}

/** The list must be the series that the claim names. */
async function checkSha1s(sha1s: AsyncIterable<string>, document: ClaimDocument): Promise<void> {
  const digester = seriesDigester();
  let count = 0;
  for await (const sha1 of sha1s) {
    digester.add(sha1);
    count++;
  }
  if (count !== document.itemCount || digester.hex() !== document.seriesDigest)
    throw new IcarusError('referral/malformed', { field: SHA1_FILE });
}
