/** A few DuckDB instances that stay open between questions, for answers that a person waits for. */
import type { DuckDb } from './duckdb.ts';

export interface DuckPool {
  /** Lends an instance to `act`; others that come meanwhile get another, or wait. */
  use<T>(act: (duck: DuckDb) => Promise<T>): Promise<T>;
  /** Closes the instances once they are given back. */
  close(): Promise<void>;
}

export interface DuckPoolOptions {
  open(): Promise<DuckDb>;
  /** Most instances at once. Default 2. */
  readonly most?: number;
  /** An instance that nobody used for so long is closed. Default 60 000. */
  readonly idleMs?: number;
}

export function createDuckPool({ open, most = 2, idleMs = 60_000 }: DuckPoolOptions): DuckPool {
  const idle = new Map<DuckDb, NodeJS.Timeout>();
  const waiting: ((duck: DuckDb | undefined) => void)[] = [];
  let opened = 0;
  let closed = false;

  const end = async (duck: DuckDb) => {
    opened--;
    await duck[Symbol.asyncDispose]();
  };
  const take = async (): Promise<DuckDb> => {
    const [free] = idle;
    if (free) {
      clearTimeout(free[1]);
      idle.delete(free[0]);
      return free[0];
    }
    if (opened < most) {
      opened++;
      try {
        return await open();
      } catch (error) {
        opened--;
        waiting.shift()?.(undefined);
        throw error;
      }
    }
    return (await new Promise<DuckDb | undefined>((resolve) => waiting.push(resolve))) ?? take();
  };
  const giveBack = async (duck: DuckDb) => {
    const next = waiting.shift();
    if (next) return next(duck);
    if (closed) return end(duck);
    const timer = setTimeout(() => {
      idle.delete(duck);
      void end(duck);
    }, idleMs);
    timer.unref();
    idle.set(duck, timer);
  };

  return {
    async use(act) {
      const duck = await take();
      try {
        return await act(duck);
      } finally {
        await giveBack(duck);
      }
    },
    async close() {
      closed = true;
      for (const [duck, timer] of idle) {
        clearTimeout(timer);
        idle.delete(duck);
        await end(duck);
      }
    },
  };
}
