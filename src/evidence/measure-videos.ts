/** Video lengths of an inventory: one process a file, recorded one by one, so that a slice goes on where the last ended. */
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import { type Ffprobe, type ProbeLimits, videoLength } from './ffprobe.ts';
import { type Inventory, inventoryById } from './inventory-store.ts';
import { joinRaw, pathBytes, rawPathOf } from './path-text.ts';
import { insertVideoLength, unmeasuredVideos } from './video-store.ts';

export interface MeasureOptions {
  readonly signal: AbortSignal;
  /** Default 300,000. */
  readonly sliceMs?: number;
  readonly limits?: Omit<ProbeLimits, 'signal'>;
}

/** Measures on; true = every video has a length or a reason, or the inventory was cancelled; false = time is up. */
export async function measureVideos(
  ctx: Pick<NodeContext, 'db'>,
  inventory: Inventory,
  probe: Ffprobe,
  options: MeasureOptions,
): Promise<boolean> {
  const until = performance.now() + (options.sliceMs ?? 300_000);
  const root = rawPathOf(inventory.folder);
  for (;;) {
    if ((await inventoryById(ctx.db, inventory.inventoryId))?.state !== 'measuring') return true;
    const videos = await unmeasuredVideos(ctx.db, inventory.number, 50);
    if (videos.length === 0) return true;
    for (const { ordinal, path } of videos) {
      if (options.signal.aborted) throw new IcarusError('cli/cancelled');
      if (performance.now() >= until) return false;
      const length = await videoLength(probe, pathBytes(joinRaw(root, path)), {
        ...options.limits,
        signal: options.signal,
      });
      await insertVideoLength(ctx.db, { inventoryNumber: inventory.number, ordinal, length });
    }
  }
}
