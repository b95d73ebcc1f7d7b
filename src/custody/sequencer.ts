/**
 * The sequencer of a node's process: looks once a second whether events wait, numbers them, and signs a
 * checkpoint, so that there is at most one of those a second. While nothing waits it costs one small query
 * a second. It stops with the node, after a last look.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeContext } from '#platform/context.ts';
import { sequenceNow } from './sequence.ts';
import { anyWaiting } from './store.ts';

export interface Sequencer {
  /** Numbers what is there, then ends. */
  stop(): Promise<void>;
}

/** @param everySeconds least and usual time between two looks */
export function startSequencer(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'keys' | 'log'>,
  everySeconds = 1,
): Sequencer {
  const ending = new AbortController();
  const running = run(ctx, everySeconds * 1000, ending.signal);
  return {
    async stop() {
      ending.abort();
      await running;
      await sequenceRest(ctx);
    },
  };
}

async function run(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'keys' | 'log'>,
  everyMs: number,
  ending: AbortSignal,
): Promise<void> {
  let clearAt: number | undefined;
  while (!ending.aborted) {
    const lookedAt = performance.now();
    try {
      const waits = await anyWaiting(ctx.db);
      const done = !waits || (await sequenceNow(ctx, { ifFree: true, clearAt })).head !== undefined;
      if (done) clearAt = lookedAt;
    } catch (error) {
      // What waits is kept; how long it does is told by `logState` and, once it is numbered, by an event.
      ctx.log.error({ err: error }, 'the custody log was not numbered');
    }
    await sleep(everyMs, undefined, { signal: ending }).catch(() => undefined);
  }
}

/** For a process that ends: leaves no event of its own waiting, if the database lets it. */
export async function sequenceRest(ctx: Pick<NodeContext, 'db' | 'clock' | 'keys' | 'log'>): Promise<void> {
  try {
    if (await anyWaiting(ctx.db)) await sequenceNow(ctx);
  } catch (error) {
    ctx.log.error({ err: error }, 'the custody log was not numbered at the end');
  }
}
