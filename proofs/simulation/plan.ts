/** What a seed makes of a run: which faults it knows, and how often they strike. Most seeds know only some. */
import { below, oneOf, type Random, randomFor } from '#exercise/log/random.ts';

export interface Plan {
  /** How long messages are sent and faults strike. */
  readonly stormMs: number;
  readonly messages: number;
  /** Processes of each node. */
  readonly processes: 1 | 2;
  /** Chances of each transfer, in 1/1000. */
  readonly lose: number;
  readonly loseAnswer: number;
  readonly double: number;
  readonly slow: number;
  readonly breakOff: number;
  /** A transfer comes once more, much later. */
  readonly replay: number;
  /** Chance of each step that its process ends there, in 1/10 000. */
  readonly end: number;
  /** How many of those ends are power cuts of the machine, in 1/1000. */
  readonly powerCut: number;
  readonly partitions: number;
  readonly clockJumps: number;
  /** Chances of each query, file operation, and receiving room, in 1/10 000. */
  readonly connectionFault: number;
  readonly diskFault: number;
  readonly roomFault: number;
  /** Messages that their room refuses until the storm is over, in 1/1000. */
  readonly refuse: number;
  /** Officers who send again though nothing is wrong. */
  readonly resends: number;
  /** Another message under the id of one that is there. */
  readonly conflicts: number;
  /** Largest file that goes in one request; larger ones go in parts of it. */
  readonly partBytes: number;
  /** Processes of a node see whether others of it have ended. */
  readonly seesEnds: boolean;
}

export function planOf(seed: string): Plan {
  const random = randomFor(seed, 'plan');
  const some = (...values: readonly number[]): number => oneOf(random(), values);
  return {
    stormMs: 20_000 + below(random(), 100_000),
    messages: some(1, 1, 2, 2, 3, 6),
    processes: below(random(), 3) === 0 ? 2 : 1,
    lose: some(0, 50, 200, 500),
    loseAnswer: some(0, 0, 100, 400),
    double: some(0, 0, 100, 400),
    slow: some(0, 0, 100, 400),
    breakOff: some(0, 0, 100, 300),
    replay: some(0, 0, 200),
    end: some(0, 5, 20, 60),
    powerCut: some(0, 500, 1000),
    partitions: some(0, 0, 1, 3),
    clockJumps: some(0, 0, 1, 4),
    connectionFault: some(0, 0, 20, 80),
    diskFault: some(0, 0, 20, 80),
    roomFault: some(0, 0, 1000, 4000),
    refuse: some(0, 0, 200),
    resends: some(0, 0, 2),
    conflicts: some(0, 0, 1),
    partBytes: some(3000, 6000, 1_000_000),
    seesEnds: below(random(), 2) === 0,
  };
}

/** True in `chance` of `of` cases. */
export function happens(random: Random, chance: number, of: number): boolean {
  return chance > 0 && below(random(), of) < chance;
}
