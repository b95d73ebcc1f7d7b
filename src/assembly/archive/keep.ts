/** Rounds of the archive while a node runs; whoever began them stops them before the database is closed. */
import type { NodeContext } from '#platform/context.ts';
import { type ArchiverOptions, archiveRound, noteFailure } from './archiver.ts';

/** How soon what failed is tried again at the latest. */
const AGAIN_MS = 10_000;

export function keepArchive(ctx: NodeContext, options: ArchiverOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { target } = options;
  const everyMs = (target?.everySeconds ?? 60) * 1000;
  let said: string | undefined;
  const round = async (): Promise<boolean> => {
    try {
      await archiveRound(ctx, options, signal);
      if (said !== undefined) ctx.log.info('the archive goes on');
      said = undefined;
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const why = error instanceof Error ? error.message : String(error);
      if (why !== said) ctx.log.warn({ err: error }, 'the archive cannot go on');
      said = why;
      if (target) await noteFailure(ctx, target, error).catch(() => undefined);
      return false;
    }
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const wentWell = await round();
      await pause(wentWell ? everyMs : Math.min(everyMs, AGAIN_MS), signal);
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const timer = setTimeout(done, ms);
    timer.unref();
    const stop = () => (clearTimeout(timer), done());
    signal.addEventListener('abort', stop, { once: true });
  });
}
