import fc from 'fast-check';
import { expect, test } from 'vitest';
import { components } from './components.ts';

const id = fc.integer({ min: 0, max: 15 }).map(String);
const links = fc.array(fc.tuple(id, id), { maxLength: 30 });

/** By walking from id to id: slow, and plainly right. */
function reachable(from: string, all: readonly (readonly [string, string])[]): string[] {
  const seen = new Set([from]);
  for (const next of seen)
    for (const [a, b] of all) {
      if (a === next) seen.add(b);
      if (b === next) seen.add(a);
    }
  return [...seen].sort();
}

test('every id is in one group, together with exactly those that it can reach', () => {
  fc.assert(
    fc.property(links, (all) => {
      const groups = components(all);
      expect(groups.flat().sort()).toEqual([...new Set(all.flat())].sort());
      for (const group of groups) for (const member of group) expect(reachable(member, all)).toEqual(group);
    }),
  );
});

test('the order and the direction of the links say nothing', () => {
  fc.assert(
    fc.property(
      links.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        expect(components(shuffled.map(([a, b]) => [b, a] as const))).toEqual(components(all));
      },
    ),
  );
});

test('a chain of many thousand links is one group', () => {
  const chain = Array.from({ length: 50_000 }, (_, n): [string, string] => [String(n), String(n + 1)]);
  expect(components(chain)).toHaveLength(1);
});
