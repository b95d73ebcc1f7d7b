/** Time left from samples of progress. Pure. */

/** Speed is taken over this long at most: a disk slows down on small files. */
export const WINDOW_MS = 30_000;
const LEAST_MS = 2000;

export interface Sample {
  readonly done: number;
  readonly atMs: number;
}

/** Milliseconds until `total`; undefined while too little was seen, or nothing moves. */
export function msLeft(samples: readonly Sample[], total: number | null): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (total === null || !first || !last || last.atMs - first.atMs < LEAST_MS) return undefined;
  const perMs = (last.done - first.done) / (last.atMs - first.atMs);
  return perMs > 0 ? Math.max(0, total - last.done) / perMs : undefined;
}
