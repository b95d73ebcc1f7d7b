/**
 * Claiming a series: before it is submitted, the registrar of the operation must have granted that this
 * agency refers it. On the coordinator's own node the register is at hand; elsewhere the claim goes as a
 * sealed message and its answer comes back as one. Until the series was sent the claim can be withdrawn.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { postMessage, type SealedMessage, sealMessage } from '#exchange/send.ts';
import { requireOperation } from '#operations/create.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { PackageEntry } from '#seal/seal.ts';
import { CLAIM_FILE, type ClaimDocument, documentEntry, SHA1_FILE } from './documents.ts';
import { itemsOf, setClaim } from './icse-store.ts';
import { batches } from './item-file.ts';
import { requireSeries } from './prepare-icse.ts';
import {
  CLAIM_KIND,
  CLAIM_WITHDRAWAL_KIND,
  type ClaimRequest,
  decideClaim,
  withdrawFromRegister,
} from './register.ts';
import type { ClaimId, ClaimState, IcseSeries, SeriesId } from './types.ts';

export interface SeriesRef {
  readonly operationId: OperationId;
  readonly seriesId: SeriesId;
}

/**
 * Claims a series. On the coordinator's node it is granted or refused at once; elsewhere it is asked.
 * A claim that was refused or withdrawn may be made again.
 * @throws referral/not-approved, referral/already-sent, referral/claim-exists
 */
export async function claimIcse(ctx: NodeContext, actor: Actor, input: SeriesRef): Promise<IcseSeries> {
  authorize(actor, 'referrals.send', { operationId: input.operationId });
  const { coordinator } = await requireOperation(ctx.db, input.operationId);
  const claimId = newId<ClaimId>('claim', ctx.clock.now());
  const series = checkClaimable(await requireSeries(ctx.db, input));
  const sealed =
    coordinator === ctx.node.agencyId
      ? undefined
      : await sealMessage(ctx, {
          kind: CLAIM_KIND,
          operationId: input.operationId,
          to: [coordinator],
          entries: [documentEntry(CLAIM_FILE, claimDocument(series, claimId)), sha1Entry(ctx.db, series)],
          subject: 'Claim of a series',
        });
  return inTransaction(ctx, async (tx) => {
    const standing = checkClaimable(await requireSeries(tx, input, { lock: true }));
    if (sealed) await ask(ctx, tx, { series: standing, claimId, sealed, actor });
    else await take(ctx, tx, { series: standing, claimId, actor });
    return requireSeries(tx, input);
  });
}

interface Asking {
  readonly series: IcseSeries;
  readonly claimId: ClaimId;
  readonly actor: Actor;
}

async function ask(ctx: NodeContext, tx: Tx, asking: Asking & { sealed: SealedMessage }): Promise<void> {
  const { series, claimId, sealed, actor } = asking;
  const at = ctx.clock.now();
  await setClaim(tx, series.seriesId, { claimId, state: 'asked', at });
  await recordEvent(tx, {
    at,
    kind: 'referral.claim-asked',
    actor: actorName(actor),
    operationId: series.operationId,
    subject: { kind: 'icse-claim', id: claimId },
    facts: { series: series.seriesId, digest: series.seriesDigest, items: series.itemCount },
  });
  await postMessage(ctx, tx, sealed, { actor });
}

async function take(ctx: NodeContext, tx: Tx, { series, claimId, actor }: Asking): Promise<void> {
  const request = { ...requestOf(ctx, series, claimId), sha1s: () => sha1sOf(tx, series.seriesId) };
  const { state, overlapCount, decidedAt } = await decideClaim(ctx, tx, request, actorName(actor));
  await setClaim(tx, series.seriesId, { claimId, state, at: decidedAt, overlapCount });
}

/**
 * Gives the claim of a series back, so that others may refer it.
 * @throws referral/not-claimed, referral/already-sent
 */
export async function withdrawClaim(
  ctx: NodeContext,
  actor: Actor,
  input: SeriesRef & { readonly reason: string },
): Promise<IcseSeries> {
  authorize(actor, 'referrals.send', { operationId: input.operationId });
  const { coordinator } = await requireOperation(ctx.db, input.operationId);
  const own = coordinator === ctx.node.agencyId;
  const { series, claimId } = checkWithdrawable(await requireSeries(ctx.db, input));
  const sealed = own
    ? undefined
    : await sealMessage(ctx, {
        kind: CLAIM_WITHDRAWAL_KIND,
        operationId: input.operationId,
        to: [coordinator],
        entries: [documentEntry(CLAIM_FILE, claimDocument(series, claimId))],
        subject: 'Withdrawal of a claim',
      });
  return inTransaction(ctx, async (tx) => {
    const standing = checkWithdrawable(await requireSeries(tx, input, { lock: true }));
    if (standing.claimId !== claimId) throw new IcarusError('referral/not-claimed');
    const at = ctx.clock.now();
    const by = actorName(actor);
    await setClaim(tx, series.seriesId, { claimId, state: 'withdrawn', at });
    await recordEvent(tx, {
      at,
      kind: 'referral.claim-given-up',
      actor: by,
      operationId: input.operationId,
      subject: { kind: 'icse-claim', id: claimId },
      facts: { series: series.seriesId, reason: input.reason },
    });
    if (sealed) await postMessage(ctx, tx, sealed, { actor });
    else await withdrawFromRegister(ctx, tx, requestOf(ctx, series, claimId), by);
    return requireSeries(tx, input);
  });
}

const STANDING_CLAIMS: readonly (ClaimState | undefined)[] = ['asked', 'granted'];

function checkClaimable(series: IcseSeries): IcseSeries {
  if (series.sent) throw new IcarusError('referral/already-sent', { at: series.sent.at.toISOString() });
  if (!series.approved) throw new IcarusError('referral/not-approved');
  if (series.claim && STANDING_CLAIMS.includes(series.claim.state))
    throw new IcarusError('referral/claim-exists', { state: series.claim.state });
  return series;
}

function checkWithdrawable(series: IcseSeries): { series: IcseSeries; claimId: ClaimId } {
  if (series.sent) throw new IcarusError('referral/already-sent', { at: series.sent.at.toISOString() });
  if (!series.claim || !STANDING_CLAIMS.includes(series.claim.state))
    throw new IcarusError('referral/not-claimed');
  return { series, claimId: series.claim.claimId };
}

function claimDocument(series: IcseSeries, claimId: ClaimId): ClaimDocument {
  return {
    format: 'icarus-icse-claim/1',
    claimId,
    operationId: series.operationId,
    seriesDigest: series.seriesDigest,
    itemCount: series.itemCount,
  };
}

function requestOf(ctx: NodeContext, series: IcseSeries, claimId: ClaimId): Omit<ClaimRequest, 'sha1s'> {
  return {
    claimId,
    operationId: series.operationId,
    agencyId: ctx.node.agencyId,
    onBehalfOf: series.onBehalfOf,
    seriesDigest: series.seriesDigest,
    itemCount: series.itemCount,
  };
}

async function* sha1sOf(db: Db, seriesId: SeriesId): AsyncGenerator<string, void> {
  for await (const { sha1 } of itemsOf(db, seriesId)) yield sha1;
}

/** 40 hexadecimal digits and a line end each. */
const SHA1_LINE_BYTES = 41;
const LINES_AT_ONCE = 1000;

function sha1Entry(db: Db, series: IcseSeries): PackageEntry {
  return {
    path: SHA1_FILE,
    sizeBytes: series.itemCount * SHA1_LINE_BYTES,
    async *content() {
      for await (const lines of batches(sha1sOf(db, series.seriesId), LINES_AT_ONCE))
        yield Buffer.from(`${lines.join('\n')}\n`);
    },
  };
}
