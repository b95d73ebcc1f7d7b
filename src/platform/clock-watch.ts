/**
 * Is this machine's clock right? It is compared with itself (a clock that is set jumps against the one that only
 * counts), with the database's, and with what partners' clocks show: in the Date field of their answers, and in
 * what they sign. A message that was signed after it came, or received before it was sealed, proves that two clocks
 * are apart by so much at least.
 */
import type { AgencyId } from '#core/ids.ts';

/** `now`: their clock while they answer. `signed`: times that contradict each other by so much at least. */
export type ClockWord = 'now' | 'signed';

/** Takes what partners' clocks show. */
export interface ClockListener {
  /** @param aheadMs of ours; negative: behind */
  heard(agencyId: AgencyId, word: ClockWord, aheadMs: number): void;
}

export interface Difference {
  /** An agency's id, or `database`. */
  readonly from: string;
  /** Theirs ahead of ours. */
  readonly aheadMs: number;
  /** By the clock that only counts. */
  readonly heardAt: number;
}

export interface Jump {
  readonly byMs: number;
  readonly seenAt: number;
}

export interface ClockState {
  /** Newest word of each whose clock is known. */
  readonly differences: readonly Difference[];
  /** The last jump; undefined: none since the start. */
  readonly jump: Jump | undefined;
  readonly jumps: number;
}

/** A correction by a time service is slower, or smaller. */
const JUMP_MS = 2000;
/** A word about a clock is forgotten, since the clock may have been set. */
const REMEMBERED_MS = 3_600_000;
/** More partners than an operation has. */
const MOST_PARTNERS = 200;

export interface ClockWatch extends ClockListener {
  /** Compares wall and counting clock with the last time. @returns a jump since then */
  sample(): Jump | undefined;
  /** The database's clock, as it stood halfway through the asking. */
  compareDatabase(aheadMs: number): void;
  state(): ClockState;
}

export interface Clocks {
  /** Milliseconds of the day's clock. */
  wall(): number;
  /** Milliseconds that only count. */
  counting(): number;
}

export const MACHINE_CLOCKS: Clocks = { wall: () => Date.now(), counting: () => performance.now() };

export function clockWatch(clocks: Clocks = MACHINE_CLOCKS): ClockWatch {
  const words = new Map<string, Difference>();
  let offset = clocks.wall() - clocks.counting();
  let jump: Jump | undefined;
  let jumps = 0;
  const remember = (from: string, aheadMs: number): void => {
    words.delete(from);
    words.set(from, { from, aheadMs, heardAt: clocks.counting() });
    const [oldest] = words.keys();
    if (words.size > MOST_PARTNERS && oldest !== undefined) words.delete(oldest);
  };
  const recent = (): Difference[] =>
    [...words.values()].filter(({ heardAt }) => clocks.counting() - heardAt < REMEMBERED_MS);
  return {
    heard(agencyId, word, aheadMs) {
      const known = recent().find(({ from }) => from === agencyId);
      // A signed time is a bound: one that says less than what is known says nothing.
      if (word === 'signed' && known && Math.abs(known.aheadMs) >= Math.abs(aheadMs)) return;
      remember(agencyId, aheadMs);
    },
    compareDatabase: (aheadMs) => remember('database', aheadMs),
    sample() {
      const now = clocks.wall() - clocks.counting();
      const byMs = now - offset;
      offset = now;
      if (Math.abs(byMs) < JUMP_MS) return undefined;
      jump = { byMs, seenAt: clocks.counting() };
      jumps++;
      // What was heard was heard by the clock as it stood before.
      words.clear();
      return jump;
    },
    state: () => ({ differences: recent(), jump, jumps }),
  };
}

/** Those whose clock is further from ours than `toleranceMs`. */
export function disagreeing({ differences }: ClockState, toleranceMs: number): readonly Difference[] {
  return differences.filter(({ aheadMs }) => Math.abs(aheadMs) > toleranceMs);
}

/**
 * What to make of it: two and more who say the same, and most of those who were heard, speak against this clock.
 * @returns undefined where nobody disagrees
 */
export function blame(state: ClockState, toleranceMs: number): 'this-node' | 'one-of-two' | undefined {
  const apart = disagreeing(state, toleranceMs);
  if (apart.length === 0) return undefined;
  const ahead = apart.filter(({ aheadMs }) => aheadMs > 0).length;
  const most = Math.max(ahead, apart.length - ahead);
  return most >= 2 && most * 2 > state.differences.length ? 'this-node' : 'one-of-two';
}
