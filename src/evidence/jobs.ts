/** The evidence room's work in the background: reading in slices, then matching, then measuring videos. */
import { IcarusError } from '#core/errors.ts';
import { type CustodyEvent, recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { findFfprobe } from './ffprobe.ts';
import { changeState, type Inventory, inventoryById, noteFailure } from './inventory-store.ts';
import { INVENTORY_JOB, MATCH_JOB, MEASURE_JOB } from './job-kinds.ts';
import { matchInventory } from './match.ts';
import { measureVideos } from './measure-videos.ts';
import { runSlice } from './run-inventory.ts';
import type { InventoryId, InventoryState } from './types.ts';
import { videoSum } from './video-store.ts';

/** So many failures in a row, with nothing recorded between them, end an inventory until an officer resumes it. */
const MOST_FAILURES = 5;
const PROCESS = 'system:evidence';

/** Names the handlers of the evidence room's jobs; before the queue is started. */
export function registerEvidenceJobs(ctx: NodeContext): void {
  ctx.jobs.register(INVENTORY_JOB, ({ inventoryId }, signal) =>
    unlessFailing(ctx, inventoryId, signal, () => readOn(ctx, inventoryId, signal)),
  );
  ctx.jobs.register(MATCH_JOB, ({ inventoryId, by }, signal) =>
    unlessFailing(ctx, inventoryId, signal, () => match(ctx, inventoryId, by ?? PROCESS)),
  );
  ctx.jobs.register(MEASURE_JOB, ({ inventoryId }, signal) =>
    unlessFailing(ctx, inventoryId, signal, () => measure(ctx, inventoryId, signal)),
  );
}

async function readOn(ctx: NodeContext, inventoryId: InventoryId, signal: AbortSignal): Promise<void> {
  const end = await runSlice(ctx, inventoryId, { signal });
  if (end === 'stopped') return;
  await inTransaction(ctx, async (tx) => {
    if (end === 'more') return ctx.jobs.enqueue(tx, INVENTORY_JOB, { inventoryId }, { onceKey: inventoryId });
    if (!(await changeState(tx, inventoryId, { from: ['running'], to: 'matching' }))) return;
    const inventory = await inventoryById(tx, inventoryId);
    if (inventory) await recordRead(ctx, tx, inventory);
    await ctx.jobs.enqueue(tx, MATCH_JOB, { inventoryId }, { onceKey: inventoryId });
  });
}

async function recordRead(ctx: NodeContext, tx: Tx, inventory: Inventory): Promise<void> {
  await recordOf(tx, inventory, {
    at: ctx.clock.now(),
    kind: 'inventory.read',
    facts: {
      seen: inventory.filesSeen,
      hashed: inventory.filesHashed,
      notExamined: inventory.filesNotExamined,
      bytes: inventory.bytesHashed,
    },
  });
}

async function recordOf(
  tx: Tx,
  inventory: Inventory,
  { facts, ...event }: Pick<CustodyEvent, 'at' | 'kind' | 'facts'>,
): Promise<void> {
  await recordEvent(tx, {
    ...event,
    actor: PROCESS,
    operationId: inventory.operationId,
    subject: { kind: 'exhibit', id: inventory.exhibitId },
    facts: { inventory: inventory.inventoryId, ...facts },
  });
}

async function match(ctx: NodeContext, inventoryId: InventoryId, by: string): Promise<void> {
  const inventory = await inventoryById(ctx.db, inventoryId);
  if (!inventory || !['matching', 'done'].includes(inventory.state)) return;
  const probe = await findFfprobe();
  await inTransaction(ctx, async (tx) => {
    await matchInventory(ctx, tx, inventory, by);
    const next = probe ? ({ to: 'measuring' } as const) : ({ to: 'done', at: ctx.clock.now() } as const);
    const first = await changeState(tx, inventoryId, { from: ['matching'], ...next });
    if (first && probe) await ctx.jobs.enqueue(tx, MEASURE_JOB, { inventoryId }, { onceKey: inventoryId });
  });
}

async function measure(ctx: NodeContext, inventoryId: InventoryId, signal: AbortSignal): Promise<void> {
  const inventory = await inventoryById(ctx.db, inventoryId);
  if (inventory?.state !== 'measuring') return;
  const probe = await findFfprobe();
  const finished = probe === undefined || (await measureVideos(ctx, inventory, probe, { signal }));
  await inTransaction(ctx, async (tx) => {
    if (finished) await endMeasuring(ctx, tx, inventory);
    else await ctx.jobs.enqueue(tx, MEASURE_JOB, { inventoryId }, { onceKey: inventoryId });
  });
}

async function endMeasuring(ctx: NodeContext, tx: Tx, inventory: Inventory): Promise<void> {
  const at = ctx.clock.now();
  if (!(await changeState(tx, inventory.inventoryId, { from: ['measuring'], to: 'done', at }))) return;
  const { files, measured, failed } = await videoSum(tx, inventory.number);
  await recordOf(tx, inventory, {
    at,
    kind: 'inventory.measured',
    facts: { videos: files, measured, failed },
  });
}

const UNDER_WAY: readonly InventoryState[] = ['running', 'matching', 'measuring'];

/** Lets the queue try again after a failure; after too many in a row the inventory itself says that it failed. */
async function unlessFailing(
  ctx: NodeContext,
  inventoryId: InventoryId,
  signal: AbortSignal,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (signal.aborted) throw new IcarusError('cli/cancelled', {}, { cause: error });
    const code = error instanceof IcarusError ? error.code : 'internal/unexpected';
    const failures = await noteFailure(ctx.db, inventoryId, code);
    // A folder that is not there does not come back by asking again: an officer must mount it.
    if (failures < MOST_FAILURES && code !== 'evidence/folder-unreadable') throw error;
    await fail(ctx, inventoryId, code);
    ctx.log.warn({ inventory: inventoryId, code }, 'inventory failed');
  }
}

async function fail(ctx: NodeContext, inventoryId: InventoryId, code: string): Promise<void> {
  const at = ctx.clock.now();
  await ctx.db.transaction().execute(async (tx) => {
    if (!(await changeState(tx, inventoryId, { from: UNDER_WAY, to: 'failed', at }))) return;
    const inventory = await inventoryById(tx, inventoryId);
    if (inventory) await recordOf(tx, inventory, { at, kind: 'inventory.failed', facts: { code } });
  });
}
