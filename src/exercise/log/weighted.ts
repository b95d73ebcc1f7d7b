/**
 * Weighted choice in constant time (Walker's alias method, Vose 1991): member i stands in slot i with
 * chance `keep[i]` / 2^32, otherwise `other[i]` stands there. Division and multiplication only, which
 * IEEE 754 makes exact and equal everywhere.
 */
export interface WeightedChoice {
  readonly size: number;
  readonly keep: Float64Array;
  readonly other: Int32Array;
}

/** @param weights positive; at least one */
export function weightedChoice(weights: Float64Array): WeightedChoice {
  const size = weights.length;
  const keep = new Float64Array(size);
  const other = new Int32Array(size);
  let total = 0;
  for (let i = 0; i < size; i++) total += weights[i] as number;
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < size; i++) {
    keep[i] = ((weights[i] as number) * size) / total;
    ((keep[i] as number) < 1 ? small : large).push(i);
  }
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop() as number;
    const rich = large[large.length - 1] as number;
    other[poor] = rich;
    keep[rich] = (keep[rich] as number) - (1 - (keep[poor] as number));
    if ((keep[rich] as number) < 1) small.push(large.pop() as number);
  }
  // What is left is 1 but for rounding.
  for (const i of [...small, ...large]) keep[i] = 1;
  for (let i = 0; i < size; i++) keep[i] = (keep[i] as number) * 4_294_967_296;
  return { size, keep, other };
}
