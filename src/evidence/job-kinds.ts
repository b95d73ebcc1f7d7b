/** The evidence room's jobs. They run as long as their largest file; a heartbeat tells a dead worker from a busy one. */
import { defineJob } from '#platform/jobs.ts';
import type { InventoryId } from './types.ts';

/** Just under a day, the longest that the queue allows. A slice ends much earlier, unless one file takes so long. */
const expireInSeconds = 86_000;
const heartbeatSeconds = 30;

export const INVENTORY_JOB = defineJob<{ inventoryId: InventoryId }>('evidence.inventory', {
  expireInSeconds,
  heartbeatSeconds,
  retryLimit: 20,
});

/** `by`: who asked; absent where it follows an inventory. */
export const MATCH_JOB = defineJob<{ inventoryId: InventoryId; by?: string }>('evidence.match', {
  expireInSeconds,
  heartbeatSeconds,
});

export const MEASURE_JOB = defineJob<{ inventoryId: InventoryId }>('evidence.measure', {
  expireInSeconds,
  heartbeatSeconds,
});
