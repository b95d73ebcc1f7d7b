/** Which blocks of our own code ran, by V8's precise coverage: cheap enough to ask every few dozen inputs. */
import { type Profiler, Session } from 'node:inspector/promises';

export interface Coverage {
  /** Did code run since the last question that never ran before? */
  isNew(): Promise<boolean>;
  /** Blocks that ran so far. */
  blocks(): number;
}

export async function watchCoverage(): Promise<Coverage> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<string>();
  return {
    async isNew() {
      const before = seen.size;
      const { result } = await session.post('Profiler.takePreciseCoverage');
      for (const script of result) if (script.url.includes('/src/')) addBlocks(script, seen);
      return seen.size > before;
    },
    blocks: () => seen.size,
  };
}

/** A block and, roughly, how often it ran: once, a few times, many. */
function addBlocks({ scriptId, functions }: Profiler.ScriptCoverage, seen: Set<string>): void {
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges)
      if (count > 0) seen.add(`${scriptId}:${startOffset}:${endOffset}`);
}
