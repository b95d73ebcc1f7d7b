/** What casework is told of an exhibit: counts, bytes, hours of video. No name of a file and no content leaves with it. */
import { IcarusError } from '#core/errors.ts';
import type { Db } from '#platform/tables.ts';
import { exhibitById } from './exhibit-store.ts';
import { type Inventory, inventoriesOf } from './inventory-store.ts';
import { type InventoryMatch, newestMatch } from './match-store.ts';
import type { InventoryTotals } from './totals.ts';
import type { ExhibitId, InventoryId, InventoryState } from './types.ts';
import { type VideoSum, videoSum } from './video-store.ts';

export interface VideoSummary extends VideoSum {
  readonly hours: number;
  /** Hashed videos that nobody tried to measure: ffprobe is not installed, or has not come to them yet. */
  readonly unmeasured: number;
}

export interface ExhibitSummary {
  readonly exhibitId: ExhibitId;
  /** The newest inventory that was finished; null before the first. */
  readonly inventory: {
    readonly inventoryId: InventoryId;
    readonly state: InventoryState;
    readonly tool: string;
    readonly startedAt: Date;
    readonly finishedAt: Date | null;
    readonly matchedAt: Date;
    /** Hash lists that it was matched with. */
    readonly lists: number;
    readonly totals: InventoryTotals;
    readonly video: VideoSummary;
  } | null;
}

/** The exhibit's newest matched inventory in figures; or `evidence/exhibit-not-found`. */
export async function exhibitSummary(db: Db, exhibitId: ExhibitId): Promise<ExhibitSummary> {
  if (!(await exhibitById(db, exhibitId)))
    throw new IcarusError('evidence/exhibit-not-found', { exhibit: exhibitId });
  const matched = await newestMatched(db, exhibitId);
  if (!matched) return { exhibitId, inventory: null };
  const { inventory, match } = matched;
  const video = await videoSum(db, inventory.number);
  return {
    exhibitId,
    inventory: {
      inventoryId: inventory.inventoryId,
      state: inventory.state,
      tool: inventory.tool,
      startedAt: inventory.startedAt,
      finishedAt: inventory.finishedAt,
      matchedAt: match.matchedAt,
      lists: match.lists.length,
      totals: match.totals,
      video: {
        ...video,
        hours: video.seconds / 3600,
        unmeasured: video.files - video.measured - video.failed,
      },
    },
  };
}

/** The newest inventory that is finished, or is only being measured, with its newest matching. */
export async function newestMatched(
  db: Db,
  exhibitId: ExhibitId,
): Promise<{ inventory: Inventory; match: InventoryMatch } | undefined> {
  for (const inventory of await inventoriesOf(db, exhibitId)) {
    if (inventory.state !== 'done' && inventory.state !== 'measuring') continue;
    const match = await newestMatch(db, inventory.inventoryId);
    if (match) return { inventory, match };
  }
  return undefined;
}
