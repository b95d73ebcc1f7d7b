/** Hashing on all threads, findings in the order of the walk: batches run ahead, but never further than a bound. */
import type { FileFinding } from './hash-file.ts';
import type { HashThreads, Walker } from './threads.ts';

export interface ExamineLimits {
  /** Batches begun and not finished. Two a thread keep every thread busy while findings are recorded. */
  readonly batchesAhead: number;
  /** Findings that may wait for one long file before them. */
  readonly findingsHeld: number;
  /** True from when on no new batch is begun. */
  readonly timeUp: () => boolean;
  readonly signal: AbortSignal;
}

interface Batch {
  readonly entries: number;
  findings: readonly FileFinding[] | undefined;
  readonly done: Promise<void>;
}

/** Groups of findings, in order, until the walk has ended or time is up. */
export async function* examineInOrder(
  walker: Walker,
  hashing: HashThreads,
  limits: ExamineLimits,
): AsyncGenerator<readonly FileFinding[], void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  limits.signal.addEventListener('abort', () => reject(limits.signal.reason), { once: true });
  limits.signal.throwIfAborted();
  const batches: Batch[] = [];
  for (;;) {
    while (!walker.ended() && !limits.timeUp() && hasRoom(batches, limits)) {
      const entries = await Promise.race([walker.next(), aborted]);
      if (entries.length > 0) batches.push(begin(entries.length, hashing.examine(entries)));
    }
    if (batches.length === 0) return;
    const ready = takeReady(batches);
    if (ready.length > 0) yield ready;
    else
      await Promise.race([aborted, ...batches.filter(({ findings }) => !findings).map(({ done }) => done)]);
  }
}

function begin(entries: number, examined: Promise<readonly FileFinding[]>): Batch {
  const batch: Batch = {
    entries,
    findings: undefined,
    done: examined.then((findings) => {
      batch.findings = findings;
    }),
  };
  // Its fault is met where it is waited for.
  batch.done.catch(() => {});
  return batch;
}

function hasRoom(batches: readonly Batch[], limits: ExamineLimits): boolean {
  const unfinished = batches.filter(({ findings }) => !findings).length;
  const held = batches.reduce((sum, { entries }) => sum + entries, 0);
  return unfinished < limits.batchesAhead && held < limits.findingsHeld;
}

/** Findings of the finished batches at the head. */
function takeReady(batches: Batch[]): FileFinding[] {
  const ready: FileFinding[] = [];
  while (batches[0]?.findings) ready.push(...(batches.shift()?.findings ?? []));
  return ready;
}
