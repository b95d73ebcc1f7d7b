/** The node's jobs without pg-boss: only sources of work, which is what drives the exchange. */
import type { JobQueue, WorkSource } from '#platform/jobs.ts';
import type { Tx } from '#platform/tables.ts';

export function simulatedJobs(): JobQueue {
  const sources: WorkSource[] = [];
  const touchedBy = new WeakMap<Tx, Set<string>>();
  return {
    enqueue: () => Promise.reject(new Error('the simulation runs no jobs')),
    register() {},
    attach: (source) => void sources.push(source),
    touch(tx, name) {
      touchedBy.set(tx, (touchedBy.get(tx) ?? new Set()).add(name));
    },
    async start() {
      for (const source of sources) await source.start();
    },
    kinds: () => sources.map(({ name }) => name),
    nudge(tx) {
      const names = tx && (touchedBy.get(tx) ?? new Set());
      for (const source of sources) if (!names || names.has(source.name)) source.wake();
    },
    async pending() {
      const counts = await Promise.all(sources.map((source) => source.pending()));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    stop: () => Promise.resolve(),
  };
}
