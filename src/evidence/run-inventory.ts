/**
 * One slice of an inventory: walks on behind the last recorded batch, hashes on all cores, and records
 * findings in the order of the walk, each group in one transaction with its position. Killed at any
 * instant, the next slice goes on behind the last group; what was recorded is not read again. A fault
 * of a file is a finding; only a fault of the folder, the database or this node ends a slice.
 */
import { randomUUID } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import { type ExamineLimits, examineInOrder } from './examine-in-order.ts';
import type { FileFinding } from './hash-file.ts';
import {
  appendFindings,
  type Inventory,
  noteProgress,
  type Run,
  setTotal,
  takeOver,
} from './inventory-store.ts';
import { rawPathOf } from './path-text.ts';
import { countFolder, openHashThreads, openWalker } from './threads.ts';
import type { InventoryId, NotExaminedReason } from './types.ts';

export interface SliceOptions {
  readonly signal: AbortSignal;
  /** After this long no new batch is begun. Default 300,000. */
  readonly sliceMs?: number;
  /** Default: one a core. */
  readonly threads?: number;
  /** A batch is this long to read, or one file. Default 16 MiB. */
  readonly batchBytes?: number;
  /** Entries of a batch at most. Default 1,000. */
  readonly batchEntries?: number;
  /** After each recorded group, with the entries recorded in this slice. */
  readonly onRecorded?: (entries: number) => void;
}

/** `finished`: everything is recorded; `more`: time is up; `stopped`: cancelled, or another run has it. */
export type SliceEnd = 'finished' | 'more' | 'stopped';

const FINDINGS_HELD = 100_000;
const PROGRESS_MS = 2_000;

type SliceContext = Pick<NodeContext, 'db' | 'paths'>;

/**
 * Examines on for one slice.
 * @throws evidence/folder-unreadable where the folder is not there, or is taken away meanwhile
 */
export async function runSlice(
  ctx: SliceContext,
  inventoryId: InventoryId,
  options: SliceOptions,
): Promise<SliceEnd> {
  const inventory = await takeOver(ctx.db, inventoryId, randomUUID());
  if (!inventory?.runToken) return 'stopped';
  const run: Run = { inventoryId, number: inventory.number, token: inventory.runToken };
  const counting = new AbortController();
  const counted = countOnce(ctx, inventory, counting.signal);
  // Its fault is met where it is waited for; a slice that ends otherwise needs no count.
  counted.catch(() => {});
  try {
    const end = await examine(ctx, { inventory, run }, options);
    // A folder that takes longer to count than a slice lasts would otherwise be counted for ever.
    if (end !== 'stopped') await counted;
    return end;
  } finally {
    counting.abort();
  }
}

/** Counts beside the reading: nobody waits for the total, and the second walk finds the folder in memory. */
async function countOnce(ctx: SliceContext, inventory: Inventory, signal: AbortSignal): Promise<void> {
  if (inventory.filesTotal !== null) return;
  const where = { root: rawPathOf(inventory.folder), spillFolder: ctx.paths.temporary };
  await setTotal(ctx.db, inventory.inventoryId, await countFolder(where, signal));
}

async function examine(
  ctx: SliceContext,
  { inventory, run }: { inventory: Inventory; run: Run },
  options: SliceOptions,
): Promise<SliceEnd> {
  const root = rawPathOf(inventory.folder);
  const place = await placeOf(inventory.folder);
  const until = performance.now() + (options.sliceMs ?? 300_000);
  const threads = options.threads ?? availableParallelism();
  await using walker = openWalker({
    root,
    spillFolder: ctx.paths.temporary,
    ...(inventory.lastPath === null ? {} : { after: inventory.lastPath }),
    batchBytes: options.batchBytes ?? 16 * 1024 ** 2,
    batchEntries: options.batchEntries ?? 1_000,
  });
  await using hashing = openHashThreads(root, threads);
  let recordedBytes = 0;
  using watch = watchRun(ctx, run, () => hashing.bytesRead() - recordedBytes);
  const limits: ExamineLimits = {
    batchesAhead: 2 * threads + 1,
    findingsHeld: FINDINGS_HELD,
    timeUp: () => performance.now() >= until,
    signal: AbortSignal.any([options.signal, watch.stopped]),
  };
  let entries = 0;
  try {
    for await (const findings of examineInOrder(walker, hashing, limits)) {
      if (findings.some(looksUnplugged) && (await placeOf(inventory.folder)) !== place)
        throw unplugged('it was taken away');
      const appended = await ctx.db.transaction().execute((tx) => appendFindings(tx, run, findings));
      if (!appended) return 'stopped';
      recordedBytes += findings.reduce((sum, { sizeBytes, hashes }) => sum + (hashes ? sizeBytes : 0), 0);
      entries += findings.length;
      options.onRecorded?.(entries);
    }
  } catch (error) {
    if (watch.stopped.aborted) return 'stopped';
    throw error;
  }
  return walker.ended() ? 'finished' : 'more';
}

const UNPLUGGED: readonly NotExaminedReason[] = ['vanished', 'unreadable', 'no-permission'];

/** A disk that is pulled makes every file "vanished": that is no finding about the files. */
function looksUnplugged({ problem }: FileFinding): boolean {
  return problem !== null && UNPLUGGED.includes(problem.reason);
}

async function placeOf(folder: string): Promise<string> {
  try {
    const stats = await lstat(folder);
    return `${stats.dev}:${stats.ino}`;
  } catch (error) {
    throw unplugged(error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
  }
}

function unplugged(reason: string): IcarusError {
  return new IcarusError('evidence/folder-unreadable', { reason });
}

interface RunWatch extends Disposable {
  /** Aborted once the inventory was cancelled, or another run took it over. */
  readonly stopped: AbortSignal;
}

/** Writes the progress every two seconds and learns whether to go on. */
function watchRun(ctx: Pick<NodeContext, 'db'>, run: Run, bytesInHand: () => number): RunWatch {
  const stop = new AbortController();
  const timer = setInterval(() => {
    noteProgress(ctx.db, run, Math.max(0, bytesInHand())).then(
      (goOn) => goOn || stop.abort(),
      // Progress is no result: a database that does not answer shows where findings are recorded.
      () => {},
    );
  }, PROGRESS_MS);
  return { stopped: stop.signal, [Symbol.dispose]: () => clearInterval(timer) };
}
