/** The faults of one run, drawn as they strike; after the storm nothing fails any more. */
import { below, type Random, randomFor } from '#exercise/log/random.ts';
import type { ConnectionFault } from './databases.ts';
import { happens, type Plan } from './plan.ts';

export interface Storm {
  readonly plan: Plan;
  readonly random: Random;
  /** What struck, by name. */
  readonly counts: Map<string, number>;
  readonly over: boolean;
  end(): void;
  /** Shall the process end at this step? */
  strikes(): 'end' | 'power cut' | undefined;
  restartDelayMs(): number;
  clockOffset(node: string): number;
  moveClock(node: string, offsetMs: number): void;
  connectionFault(query: string): ConnectionFault;
  diskFault(operation: string): string | undefined;
  roomFails(): boolean;
  refuses(key: string): boolean;
  /** Nodes between which nothing goes. */
  isParted(a: string, b: string): boolean;
  part(nodes: ReadonlySet<string> | undefined): void;
  /** Draws a fault of a transfer. */
  transfer(kind: 'lose' | 'loseAnswer' | 'double' | 'slow' | 'breakOff' | 'replay'): boolean;
  count(what: string): void;
}

const CHANGING = new Set(['write', 'fsync', 'open', 'mkdir']);

export function createStorm(seed: string, plan: Plan): Storm {
  const random = randomFor(seed, 'storm');
  const counts = new Map<string, number>();
  const offsets = new Map<string, number>();
  const refusals = randomFor(seed, 'refusals');
  const refused = new Map<string, boolean>();
  let over = false;
  let island: ReadonlySet<string> | undefined;
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const strike = (what: string, chance: number, of: number): boolean => {
    const struck = !over && happens(random, chance, of);
    if (struck) count(what);
    return struck;
  };
  return {
    plan,
    random,
    counts,
    count,
    get over() {
      return over;
    },
    end() {
      over = true;
      island = undefined;
      offsets.clear();
    },
    strikes() {
      if (over || !happens(random, plan.end, 10_000)) return undefined;
      const kind = happens(random, plan.powerCut, 1000) ? 'power cut' : 'end';
      count(kind === 'end' ? 'processes killed' : 'power cuts');
      return kind;
    },
    restartDelayMs: () => 50 + below(random(), over ? 500 : 15_000),
    clockOffset: (node) => offsets.get(node) ?? 0,
    moveClock(node, offsetMs) {
      offsets.set(node, offsetMs);
      count('clock jumps');
    },
    connectionFault() {
      if (!strike('lost database connections', plan.connectionFault, 10_000)) return undefined;
      return below(random(), 2) === 0 ? 'before' : 'after';
    },
    diskFault(operation) {
      if (!CHANGING.has(operation) || !strike('disk faults', plan.diskFault, 10_000)) return undefined;
      return below(random(), 2) === 0 ? 'ENOSPC' : 'EIO';
    },
    roomFails: () => strike('faults of rooms', plan.roomFault, 10_000),
    refuses(key) {
      if (!refused.has(key)) refused.set(key, happens(refusals, plan.refuse, 1000));
      if (over || !refused.get(key)) return false;
      count('refusals of rooms');
      return true;
    },
    isParted: (a, b) => island !== undefined && island.has(a) !== island.has(b),
    part(nodes) {
      if (over) return;
      island = nodes;
      if (nodes) count('partitions');
    },
    transfer: (kind) => strike(`transfers: ${kind}`, plan[kind], 1000),
  };
}
