/**
 * If only so many targets can be worked: which of them together account for most of the files. Greedy choice
 * by what each adds to those before it, at least 63 % of the best possible (Nemhauser et al. 1978); what a
 * target adds only shrinks as others are chosen, so most need not be counted again (Minoux 1978). Pure.
 */

/** Targets by number, in order of urgency; their files by number. */
export interface CoverInput {
  /** 2 imminent risk, 1 prior knowledge, 0 neither: the higher are chosen first. */
  readonly standing: Uint8Array;
  /** Where a target's files begin in `files`; one more than there are targets. */
  readonly starts: Float64Array;
  /** Each target's files, each once. */
  readonly files: Int32Array;
  /** Whole points of each file. */
  readonly weights: Int32Array;
}

export interface CoverPick {
  readonly target: number;
  /** Points of the files that none before it supplies. */
  readonly gain: number;
  /** Those files. */
  readonly added: readonly number[];
}

/** At most `most` targets in the order in which they are chosen; the more urgent where two add the same. */
export function greedyCover(input: CoverInput, most: number): CoverPick[] {
  const targets = input.standing.length;
  const covered = new Uint8Array(input.weights.length);
  const gains = new Float64Array(targets);
  const countedAt = new Int32Array(targets);
  for (let target = 0; target < targets; target++) gains[target] = gainOf(input, covered, target);
  const before = (a: number, b: number): boolean => {
    const standing = at(input.standing, b) - at(input.standing, a);
    if (standing !== 0) return standing < 0;
    const gain = at(gains, b) - at(gains, a);
    return gain === 0 ? a < b : gain < 0;
  };
  const heap = heapOf(targets, before);
  const picks: CoverPick[] = [];
  while (picks.length < most) {
    const target = heap.first();
    if (target === undefined) break;
    if (at(countedAt, target) < picks.length) {
      gains[target] = gainOf(input, covered, target);
      countedAt[target] = picks.length;
      heap.sinkFirst();
      continue;
    }
    if (at(gains, target) === 0 && at(input.standing, target) === 0) break;
    heap.removeFirst();
    picks.push({ target, gain: at(gains, target), added: take(input, covered, target) });
  }
  return picks;
}

function at(values: Uint8Array | Int32Array | Float64Array, index: number): number {
  return values[index] ?? 0;
}

function gainOf({ starts, files, weights }: CoverInput, covered: Uint8Array, target: number): number {
  let gain = 0;
  const end = at(starts, target + 1);
  for (let place = at(starts, target); place < end; place++) {
    const file = at(files, place);
    if (covered[file] === 0) gain += at(weights, file);
  }
  return gain;
}

function take({ starts, files }: CoverInput, covered: Uint8Array, target: number): number[] {
  const added: number[] = [];
  for (let place = at(starts, target); place < at(starts, target + 1); place++) {
    const file = at(files, place);
    if (covered[file] !== 0) continue;
    covered[file] = 1;
    added.push(file);
  }
  return added;
}

/** A binary heap of all targets, the one that comes before the others first. */
function heapOf(targets: number, before: (a: number, b: number) => boolean) {
  const heap = Int32Array.from({ length: targets }, (_, target) => target);
  let size = targets;
  const sink = (start: number): void => {
    const moved = at(heap, start);
    let place = start;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && before(at(heap, child + 1), at(heap, child))) child++;
      if (!before(at(heap, child), moved)) break;
      heap[place] = at(heap, child);
      place = child;
    }
    heap[place] = moved;
  };
  for (let place = (size >> 1) - 1; place >= 0; place--) sink(place);
  return {
    first: () => (size === 0 ? undefined : heap[0]),
    sinkFirst: () => sink(0),
    removeFirst(): void {
      size--;
      heap[0] = at(heap, size);
      sink(0);
    },
  };
}
