/**
 * Preparing a series for ICSE: files of a case by their hashes, with what the case says of them. A file
 * stands in a series once; two lines that say different things of one file refuse the whole. Items come
 * as a stream and are kept in the transaction that prepares the series: all of them, or none.
 */
import { createHash } from 'node:crypto';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { HandlingCode } from '#core/handling.ts';
import { type AgencyId, newId, type OperationId } from '#core/ids.ts';
import type { PapLevel } from '#core/pap.ts';
import { handlingProblem } from '#crossmatch/types.ts';
import { recordEvent } from '#custody/record.ts';
import { requireOperation } from '#operations/create.ts';
import type { Operation } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import {
  copyRemainder,
  createGiven,
  ITEMS_AT_ONCE,
  insertGiven,
  insertSeries,
  itemsOf,
  keepGiven,
  seriesById,
  settleSeries,
} from './icse-store.ts';
import { batches, ITEMS_HEADER, invalidItem, itemLine, itemProblem, seriesDigester } from './item-file.ts';
import {
  type IcseItem,
  type IcseSeries,
  type SeriesHead,
  type SeriesId,
  seriesContentDigest,
} from './types.ts';

export interface IcseDraft extends Omit<SeriesHead, 'onBehalfOf' | 'handling' | 'pap'> {
  readonly operationId: OperationId;
  /** Whose material it is; the coordinator says so, and nobody else may. Default: this agency's own. */
  readonly onBehalfOf?: AgencyId;
  /** Default: no code. */
  readonly handling?: { readonly codes: readonly HandlingCode[]; readonly text: string };
  /** Default: CLEAR. */
  readonly pap?: PapLevel;
  readonly items: AsyncIterable<IcseItem> | Iterable<IcseItem>;
  readonly signal?: AbortSignal;
  /** Called with the lines taken so far. */
  readonly onProgress?: (doneItems: number) => void;
}

/**
 * Prepares a series.
 * @throws referral/not-participant, referral/invalid, referral/item-invalid, referral/items-contradict, referral/series-empty
 */
export async function prepareIcse(ctx: NodeContext, actor: Actor, draft: IcseDraft): Promise<IcseSeries> {
  authorize(actor, 'referrals.prepare', { operationId: draft.operationId });
  const operation = await requireOperation(ctx.db, draft.operationId);
  const head = headOf(draft, operation, ctx.node.agencyId);
  return keepSeries(ctx, actor, {
    head: { ...head, operationId: draft.operationId, remainderOf: null },
    fill: (tx, seriesId) => takeItems(tx, seriesId, draft),
  });
}

/**
 * Prepares what is left of a series whose claim was refused: its files that nobody had referred. It is a
 * series of its own, to be approved and claimed like any other.
 * @throws referral/claim-not-refused, referral/nothing-left
 */
export async function prepareRemainder(
  ctx: NodeContext,
  actor: Actor,
  input: { readonly operationId: OperationId; readonly seriesId: SeriesId },
): Promise<IcseSeries> {
  authorize(actor, 'referrals.prepare', { operationId: input.operationId });
  const whole = await requireSeries(ctx.db, input);
  const { claim, itemCount, overlapCount } = whole;
  if (claim?.state !== 'refused') throw new IcarusError('referral/claim-not-refused');
  if (overlapCount >= itemCount) throw new IcarusError('referral/nothing-left');
  return keepSeries(ctx, actor, {
    head: { ...whole, name: `${whole.name}, remainder`, remainderOf: whole.seriesId },
    fill: (tx, to) => copyRemainder(tx, { from: whole.seriesId, to, claimId: claim.claimId }),
  });
}

/** The series, or `referral/not-found`. */
export async function requireSeries(
  db: Db,
  { operationId, seriesId }: { operationId: OperationId; seriesId: SeriesId },
  options: { readonly lock?: boolean } = {},
): Promise<IcseSeries> {
  const series = await seriesById(db, seriesId, options);
  if (series?.operationId !== operationId)
    throw new IcarusError('referral/not-found', { what: 'series', id: seriesId });
  return series;
}

/** Does the agency take part in the operation, in any role? */
export function takesPart(operation: Operation, agencyId: AgencyId): boolean {
  const { lead, coordinator, participants } = operation;
  return [lead, coordinator, ...participants.map((one) => one.agencyId)].includes(agencyId);
}

function headOf(draft: IcseDraft, operation: Operation, own: AgencyId): SeriesHead {
  const { name, caseReference, onBehalfOf = null, handling = { codes: [], text: '' }, pap = 'CLEAR' } = draft;
  if (!takesPart(operation, own)) throw new IcarusError('referral/not-participant', { agency: own });
  const problem =
    handlingProblem(handling) ??
    (onBehalfOf === own || (onBehalfOf !== null && own !== operation.coordinator)
      ? 'only the coordinator submits on behalf of another agency'
      : onBehalfOf === null && own === operation.coordinator
        ? 'it does not say on whose behalf the coordinator submits it'
        : undefined);
  if (problem) throw new IcarusError('referral/invalid', { reason: problem });
  if (onBehalfOf !== null && !takesPart(operation, onBehalfOf))
    throw new IcarusError('referral/not-participant', { agency: onBehalfOf });
  return { name: name.trim(), caseReference: caseReference.trim(), onBehalfOf, handling, pap };
}

async function takeItems(tx: Tx, seriesId: SeriesId, draft: IcseDraft): Promise<void> {
  await createGiven(tx);
  let done = 0;
  for await (const batch of batches(draft.items, ITEMS_AT_ONCE)) {
    draft.signal?.throwIfAborted();
    for (const [index, item] of batch.entries()) {
      const problem = itemProblem(item);
      if (problem) throw invalidItem(done + index + 1, problem);
    }
    await insertGiven(tx, batch);
    done += batch.length;
    draft.onProgress?.(done);
  }
  const contradictions = await keepGiven(tx, seriesId);
  if (contradictions > 0) throw new IcarusError('referral/items-contradict', { count: contradictions });
}

interface SeriesInMaking {
  readonly head: SeriesHead & Pick<IcseSeries, 'operationId' | 'remainderOf'>;
  readonly fill: (tx: Tx, seriesId: SeriesId) => Promise<void>;
}

async function keepSeries(ctx: NodeContext, actor: Actor, making: SeriesInMaking): Promise<IcseSeries> {
  const { operationId } = making.head;
  const prepared = { at: ctx.clock.now(), by: actorName(actor) };
  const seriesId = newId<SeriesId>('series', prepared.at);
  return inTransaction(ctx, async (tx) => {
    await insertSeries(tx, { ...making.head, ...UNMEASURED, seriesId, prepared });
    await making.fill(tx, seriesId);
    const items = await measureItems(tx, seriesId);
    if (items.itemCount === 0) throw new IcarusError('referral/series-empty');
    const contentDigest = seriesContentDigest({ ...making.head, ...items });
    await settleSeries(tx, seriesId, { ...items, contentDigest });
    await recordEvent(tx, {
      at: prepared.at,
      kind: 'referral.prepared',
      actor: prepared.by,
      operationId,
      subject: { kind: 'icse-series', id: seriesId },
      facts: {
        items: items.itemCount,
        series: items.seriesDigest,
        content: contentDigest,
        onBehalfOf: making.head.onBehalfOf,
        remainderOf: making.head.remainderOf,
      },
    });
    return requireSeries(tx, { operationId, seriesId });
  });
}

/** Before its items are counted; never seen outside the transaction. */
const UNMEASURED = {
  itemCount: 1,
  seriesDigest: '0'.repeat(64),
  itemsBytes: 0,
  itemsSha256: '0'.repeat(64),
  contentDigest: '0'.repeat(64),
};

async function measureItems(tx: Tx, seriesId: SeriesId) {
  const series = seriesDigester();
  const file = createHash('sha256');
  let itemCount = 0;
  let itemsBytes = 0;
  const onItem = (sha1: string) => {
    series.add(sha1);
    itemCount++;
  };
  for await (const chunk of itemsText(tx, seriesId, onItem)) {
    file.update(chunk);
    itemsBytes += chunk.length;
  }
  return { itemCount, seriesDigest: series.hex(), itemsBytes, itemsSha256: file.digest('hex') };
}

const LINES_AT_ONCE = 500;

/** `items.csv` of a series, some lines at a time. */
export async function* itemsText(
  db: Db,
  seriesId: SeriesId,
  onItem: (sha1: string) => void = () => {},
): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(`${ITEMS_HEADER}\n`);
  for await (const items of batches(itemsOf(db, seriesId), LINES_AT_ONCE)) {
    for (const { sha1 } of items) onItem(sha1);
    yield Buffer.from(items.map((item) => `${itemLine(item)}\n`).join(''));
  }
}
