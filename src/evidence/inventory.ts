/**
 * Inventories: what lies on an exhibit. The folder where it is mounted is read once and never written;
 * everything found is recorded, hashed or with the reason why it was not, and the counts reconcile:
 * seen = hashed + not examined. One inventory of an exhibit runs at a time.
 */
import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { requireExhibit } from './exhibits.ts';
import {
  changeState,
  hasRunning,
  type Inventory,
  insertInventory,
  inventoryById,
} from './inventory-store.ts';
import { INVENTORY_JOB, MATCH_JOB } from './job-kinds.ts';
import { toolName } from './tool.ts';
import type { ExhibitId, InventoryId } from './types.ts';

export interface InventoryDraft {
  readonly operationId: OperationId;
  readonly exhibitId: ExhibitId;
  /** Where the exhibit is mounted on the machine that works the jobs. */
  readonly folder: string;
}

/**
 * Begins the inventory of a folder; jobs do the work.
 * @throws evidence/folder-unreadable, evidence/folder-own, evidence/inventory-running
 */
export async function startInventory(
  ctx: NodeContext,
  actor: Actor,
  draft: InventoryDraft,
): Promise<Inventory> {
  authorize(actor, 'evidence.examine', { operationId: draft.operationId });
  const exhibit = await requireExhibit(ctx.db, draft.operationId, draft.exhibitId);
  const folder = await checkedFolder(ctx, draft.folder);
  const tool = await toolName();
  const at = ctx.clock.now();
  const by = actorName(actor);
  const inventoryId = newId<InventoryId>('inventory', at);
  await inTransaction(ctx, async (tx) => {
    const inventory = {
      inventoryId,
      exhibitId: exhibit.exhibitId,
      operationId: draft.operationId,
      folder,
      tool,
      at,
      by,
    };
    if (!(await insertInventory(tx, inventory))) throw new IcarusError('evidence/inventory-running');
    await recordEvent(tx, {
      at,
      kind: 'inventory.started',
      actor: by,
      operationId: draft.operationId,
      subject: { kind: 'exhibit', id: exhibit.exhibitId },
      facts: { inventory: inventoryId, tool },
    });
    await ctx.jobs.enqueue(tx, INVENTORY_JOB, { inventoryId }, { onceKey: inventoryId });
  });
  return requireInventory(ctx.db, exhibit.exhibitId, inventoryId);
}

export interface InventoryChoice {
  readonly operationId: OperationId;
  readonly exhibitId: ExhibitId;
  readonly inventoryId: InventoryId;
}

/** Stops an inventory. What was recorded stays; it can be resumed. */
export async function cancelInventory(
  ctx: NodeContext,
  actor: Actor,
  choice: InventoryChoice,
): Promise<Inventory> {
  return changeRunning(ctx, actor, {
    ...choice,
    from: ['running', 'matching', 'measuring'],
    to: 'cancelled',
  });
}

/** Goes on with one that was cancelled or has failed, behind what it recorded. */
export async function resumeInventory(
  ctx: NodeContext,
  actor: Actor,
  choice: InventoryChoice,
): Promise<Inventory> {
  return changeRunning(ctx, actor, { ...choice, from: ['cancelled', 'failed'], to: 'running' });
}

/** Compares a finished inventory with the hash lists as they are now. */
export async function rematchInventory(
  ctx: NodeContext,
  actor: Actor,
  choice: InventoryChoice,
): Promise<void> {
  authorize(actor, 'evidence.examine', { operationId: choice.operationId });
  await requireExhibit(ctx.db, choice.operationId, choice.exhibitId);
  const inventory = await requireInventory(ctx.db, choice.exhibitId, choice.inventoryId);
  if (inventory.state !== 'done')
    throw new IcarusError('evidence/inventory-unfinished', { state: inventory.state });
  await inTransaction(ctx, (tx) =>
    ctx.jobs.enqueue(
      tx,
      MATCH_JOB,
      { inventoryId: inventory.inventoryId, by: actorName(actor) },
      { onceKey: inventory.inventoryId },
    ),
  );
}

/** The inventory of that exhibit, or `evidence/inventory-not-found`. */
export async function requireInventory(
  db: Db,
  exhibitId: ExhibitId,
  inventoryId: InventoryId,
): Promise<Inventory> {
  const inventory = await inventoryById(db, inventoryId);
  if (inventory?.exhibitId !== exhibitId)
    throw new IcarusError('evidence/inventory-not-found', { inventory: inventoryId });
  return inventory;
}

interface Turn extends InventoryChoice {
  readonly from: readonly Inventory['state'][];
  readonly to: 'running' | 'cancelled';
}

async function changeRunning(ctx: NodeContext, actor: Actor, turn: Turn): Promise<Inventory> {
  authorize(actor, 'evidence.examine', { operationId: turn.operationId });
  await requireExhibit(ctx.db, turn.operationId, turn.exhibitId);
  const { inventoryId, state } = await requireInventory(ctx.db, turn.exhibitId, turn.inventoryId);
  await inTransaction(ctx, async (tx) => {
    if (turn.to === 'running' && (await hasRunning(tx, turn.exhibitId)))
      throw new IcarusError('evidence/inventory-running');
    if (!(await changeState(tx, inventoryId, turn)))
      throw new IcarusError('evidence/inventory-not-running', { state });
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: turn.to === 'running' ? 'inventory.resumed' : 'inventory.cancelled',
      actor: actorName(actor),
      operationId: turn.operationId,
      subject: { kind: 'exhibit', id: turn.exhibitId },
      facts: { inventory: inventoryId },
    });
    if (turn.to === 'running')
      await ctx.jobs.enqueue(tx, INVENTORY_JOB, { inventoryId }, { onceKey: inventoryId });
  });
  return requireInventory(ctx.db, turn.exhibitId, inventoryId);
}

/** The folder by its real path: links in it would let the exhibit's place change under a running inventory. */
async function checkedFolder(ctx: Pick<NodeContext, 'paths'>, folder: string): Promise<string> {
  const own = await realpath(ctx.paths.home);
  const real = await realpath(resolve(folder)).catch((error: unknown) => {
    throw new IcarusError('evidence/folder-unreadable', { reason: codeOf(error) }, { cause: error });
  });
  if (!(await stat(real)).isDirectory())
    throw new IcarusError('evidence/folder-unreadable', { reason: 'it is not a folder' });
  const within = (inner: string, outer: string) =>
    inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
  if (within(real, own) || within(own, real)) throw new IcarusError('evidence/folder-own');
  return real;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
