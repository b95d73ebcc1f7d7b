import { expect, it } from 'vitest';
import { LAYOUT, placesOf } from './network-layout.ts';

it('no two members of a network stand on each other, and all stand inside the picture', () => {
  for (const size of [1, 2, 3, 7, 40, 200]) {
    const ids = Array.from({ length: size }, (_, index) => `m${index}`);
    const { places, width, height } = placesOf(ids);
    const all = [...places.values()];
    expect(all).toHaveLength(size);
    for (const [index, one] of all.entries()) {
      expect(one.x).toBeGreaterThanOrEqual(LAYOUT.radius);
      expect(one.x).toBeLessThanOrEqual(width - LAYOUT.radius);
      expect(one.y).toBeGreaterThanOrEqual(LAYOUT.radius);
      expect(one.y).toBeLessThanOrEqual(height - LAYOUT.radius);
      for (const other of all.slice(index + 1))
        expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(2 * LAYOUT.radius);
    }
  }
});
