/** Killing at random: which, how many at once, and in which moment of their lives. */
import { setTimeout as sleep } from 'node:timers/promises';
import { below, type Random, shuffled } from '#exercise/log/random.ts';
import type { KillableDatabase } from './database.ts';
import type { Supervised } from './processes.ts';

export const VICTIMS = ['node', 'worker', 'database'] as const;
export type Victim = (typeof VICTIMS)[number];
/** `starting`: not yet ready; `alone`, `together`: at work, alone or in the same instant with others. */
export const PHASES = ['starting', 'alone', 'together'] as const;
export type Phase = (typeof PHASES)[number];

export interface Kills {
  readonly total: number;
  of(victim: Victim, phase: Phase): number;
  /** One round: waits a random time, kills, starts the database again. Not beyond `limit` kills in all. */
  round(limit: number): Promise<void>;
}

export interface KillOptions {
  readonly processes: readonly Supervised[];
  readonly database: KillableDatabase;
  readonly random: Random;
}

/** Longest that a round waits for somebody to be ready; on a busy machine a start takes seconds. */
const READY_WITHIN_MS = 120_000;

export function createKills({ processes, database, random }: KillOptions): Kills {
  const counts = new Map<string, number>();
  let total = 0;
  const count = (victim: Victim, phase: Phase): void => {
    counts.set(`${victim} ${phase}`, (counts.get(`${victim} ${phase}`) ?? 0) + 1);
    total += 1;
  };
  /** Two rounds in three strike when all are at work, the third while those killed before are starting. */
  const moment = async (): Promise<void> => {
    if (below(random(), 3) > 0) await Promise.all(processes.map((each) => each.untilReady(READY_WITHIN_MS)));
    await sleep(below(random(), 700));
  };
  return {
    get total() {
      return total;
    },
    of: (victim, phase) => counts.get(`${victim} ${phase}`) ?? 0,
    async round(limit) {
      await moment();
      const wanted = Math.min(limit - total, 1 + below(random(), processes.length + 1));
      const strikeDatabase = below(random(), 5) < 2;
      const victims = shuffled(
        processes.filter(({ alive }) => alive),
        random,
      ).slice(0, wanted - (strikeDatabase ? 1 : 0));
      const together = victims.length + (strikeDatabase ? 1 : 0) > 1;
      const fallen = strikeDatabase ? database.kill() : undefined;
      for (const victim of victims) {
        const phase = victim.ready ? (together ? 'together' : 'alone') : 'starting';
        if (victim.kill()) count(victim.role, phase);
      }
      if (!fallen) return;
      await fallen;
      count('database', together ? 'together' : 'alone');
      // For a while there is no database at all, and whoever starts meets that.
      await sleep(below(random(), 400));
      if (total < limit && below(random(), 3) === 0 && (await database.killInRecovery(below(random(), 120))))
        count('database', 'starting');
      await database.start();
    },
  };
}
