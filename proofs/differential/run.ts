/** A number of packages, half of them damaged, each of them judged by us and by the officer's tools. */
import { type Random, randomFor } from '#exercise/log/random.ts';
import { type Comparison, compared } from './compare.ts';
import type { Damage } from './damage.ts';
import { ENVELOPE_DAMAGES } from './envelope-damages.ts';
import { INNER_DAMAGES } from './inner-damages.ts';
import { OUTER_DAMAGES } from './outer-damages.ts';
import { goodArrival, makeScene, type Scene } from './scene.ts';

export const DAMAGES: readonly Damage[] = [...OUTER_DAMAGES, ...ENVELOPE_DAMAGES, ...INNER_DAMAGES];

/** Processes of one procedure wait for each other: two at a time keep two processors busy. */
const AT_ONCE = 2;

export interface DifferentialRequest {
  readonly packages: number;
  readonly seed: string;
  /** Called with each comparison, and with the package where the two disagree. */
  readonly onCompared?: (comparison: Comparison, bytes: Uint8Array) => void;
}

export async function runDifferential({
  packages,
  seed,
  onCompared,
}: DifferentialRequest): Promise<Comparison[]> {
  const scene = await makeScene();
  const comparisons: Comparison[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let number = next++; number < packages; number = next++) {
      const { arrival, damage } = await packageNumber(number, {
        scene,
        random: randomFor(seed, `package ${number}`),
      });
      const comparison = await compared(arrival, damage);
      comparisons.push(comparison);
      onCompared?.(comparison, arrival.bytes);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return comparisons;
}

/** Every second one is damaged, by each damage in turn. */
async function packageNumber(number: number, { scene, random }: { scene: Scene; random: Random }) {
  const damage = number % 2 === 0 ? undefined : DAMAGES[Math.floor(number / 2) % DAMAGES.length];
  const arrival = damage === undefined ? await goodArrival(scene, random) : await damage.make(scene, random);
  return { arrival, damage };
}
