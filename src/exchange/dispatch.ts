/**
 * What drives the exchange of a process: hands out and opens what waits in the rows. Processes of one node
 * share the work; each holds what it is at, and what a dead one held comes free. It is woken by commits of this
 * process and looks by itself for those of others.
 */
import { randomBytes } from 'node:crypto';
import { HOUR_MS } from '#core/clock.ts';
import type { WorkSource } from '#platform/jobs.ts';
import { hasEnded, processName } from '#platform/process-name.ts';
import { DISPATCH } from './call-dispatch.ts';
import { countWaiting, HOLD_SECONDS, holders, holdOn, letGo } from './claim-store.ts';
import type { Exchange } from './exchange.ts';
import { handOverLane } from './hand-over-lane.ts';
import { openingLane } from './opening-lane.ts';
import { type Lane, type Pump, startPump } from './pump.ts';
import { sweepPartials } from './take-part.ts';

/** Two processes may have one number in turn. */
const RUN = randomBytes(4).toString('hex');

/** @param pollMs how often it looks for what other processes of the node left to do */
export function createDispatch(exchange: Exchange, pollMs: number): WorkSource {
  const { db, log } = exchange.ctx;
  const holder = `${processName()}-${RUN}`;
  const abort = new AbortController();
  const pumps: Pump[] = [];
  let keepHolding: NodeJS.Timeout | undefined;
  let sweeping: NodeJS.Timeout | undefined;
  const onError = (error: unknown): void => {
    if (!abort.signal.aborted) log.error({ err: error }, 'the exchange could not look for what waits');
  };
  const startLane = (make: (lane: Parameters<typeof handOverLane>[0]) => Lane): void => {
    const { signal } = abort;
    const wake = (delayMs?: number): void => (delayMs === undefined ? pump.wake() : pump.wakeIn(delayMs));
    const pump = startPump(make({ exchange, holder, signal, wake }), { everyMs: pollMs, onError });
    pumps.push(pump);
  };
  return {
    name: DISPATCH,
    async start() {
      for (const other of await holders(db)) if (hasEnded(other, RUN)) await letGo(db, other);
      startLane(handOverLane);
      startLane(openingLane);
      keepHolding = setInterval(() => void holdOn(db, holder).catch(onError), (HOLD_SECONDS * 1000) / 3);
      sweeping = setInterval(() => void sweepPartials(exchange).catch(onError), HOUR_MS);
      for (const pump of pumps) pump.wake();
    },
    wake() {
      for (const pump of pumps) pump.wake();
    },
    pending: () => countWaiting(db),
    async stop() {
      abort.abort();
      clearInterval(keepHolding);
      clearInterval(sweeping);
      await Promise.all(pumps.splice(0).map((pump) => pump.stop()));
      exchange.connections.close();
      // A database that is gone leaves the rows to come free by themselves.
      await letGo(db, holder).catch(() => {});
    },
  };
}
