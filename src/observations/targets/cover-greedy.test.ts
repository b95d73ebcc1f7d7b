import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CoverInput, greedyCover } from './cover-greedy.ts';

interface Instance {
  readonly weights: readonly number[];
  readonly targets: readonly { readonly standing: number; readonly files: readonly number[] }[];
}

const FILES = 12;
const instance: fc.Arbitrary<Instance> = fc.record({
  weights: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: FILES, maxLength: FILES }),
  targets: fc.array(
    fc.record({
      standing: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 2 })),
      files: fc.uniqueArray(fc.integer({ min: 0, max: FILES - 1 }), { maxLength: FILES }),
    }),
    { maxLength: 10 },
  ),
});

function inputOf({ weights, targets }: Instance): CoverInput {
  const starts = new Float64Array(targets.length + 1);
  for (const [n, { files }] of targets.entries()) starts[n + 1] = (starts[n] ?? 0) + files.length;
  return {
    standing: Uint8Array.from(targets, ({ standing }) => standing),
    starts,
    files: Int32Array.from(targets.flatMap(({ files }) => files)),
    weights: Int32Array.from(weights),
  };
}

/** Each time the best of all that are left, counted anew. */
function simpleGreedy({ weights, targets }: Instance, most: number): [number, number][] {
  const covered = new Set<number>();
  const left = new Set(targets.keys());
  const picks: [number, number][] = [];
  while (picks.length < most && left.size > 0) {
    const all = [...left].map((target) => {
      const { standing = 0, files = [] } = targets[target] ?? {};
      const gain = files
        .filter((file) => !covered.has(file))
        .reduce((sum, file) => sum + (weights[file] ?? 0), 0);
      return { target, standing, gain };
    });
    all.sort((a, b) => b.standing - a.standing || b.gain - a.gain || a.target - b.target);
    const best = all[0];
    if (!best || (best.gain === 0 && best.standing === 0)) break;
    left.delete(best.target);
    for (const file of targets[best.target]?.files ?? []) covered.add(file);
    picks.push([best.target, best.gain]);
  }
  return picks;
}

test('the lazy choice is the simple one, ties and standing included', () => {
  fc.assert(
    fc.property(instance, fc.integer({ min: 0, max: 10 }), (one, most) => {
      const picks = greedyCover(inputOf(one), most);
      expect(picks.map(({ target, gain }) => [target, gain])).toEqual(simpleGreedy(one, most));
    }),
  );
});

test('no file is counted twice, and what each adds is what its files weigh', () => {
  fc.assert(
    fc.property(instance, (one) => {
      const picks = greedyCover(inputOf(one), 10);
      const added = picks.flatMap((pick) => pick.added);
      expect(new Set(added).size).toBe(added.length);
      for (const pick of picks)
        expect(pick.added.reduce((sum, file) => sum + (one.weights[file] ?? 0), 0)).toBe(pick.gain);
    }),
  );
});

test('among targets of which nobody said anything, the heaviest comes first and each adds no more than the one before', () => {
  fc.assert(
    fc.property(instance, (one) => {
      const quiet = { ...one, targets: one.targets.map((target) => ({ ...target, standing: 0 })) };
      const gains = greedyCover(inputOf(quiet), 10).map(({ gain }) => gain);
      const heaviest = Math.max(
        0,
        ...quiet.targets.map(({ files }) => files.reduce((sum, file) => sum + (one.weights[file] ?? 0), 0)),
      );
      expect(gains[0] ?? 0).toBe(heaviest);
      expect(gains).toEqual(gains.toSorted((a, b) => b - a));
    }),
  );
});
