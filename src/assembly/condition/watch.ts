/**
 * Looks after a node while it runs: says in the log when its condition changes, and raises an alarm in the custody
 * log when its clock jumps or is apart from others'.
 */
import { recordEvent } from '#custody/record.ts';
import { type ClockWatch, disagreeing, type Jump } from '#platform/clock-watch.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { type Look, type LookOptions, lookAt } from './look.ts';

export interface ConditionWatch {
  /** At most a second old. */
  look(): Promise<Look>;
  readonly clocks: ClockWatch;
  readonly ctx: NodeContext;
  stop(): Promise<void>;
}

export interface WatchOptions extends LookOptions {
  /** Between two looks that nobody asked for. Default 5 s. */
  readonly everyMs?: number;
}

const FRESH_MS = 1000;
const LOOK_MS = 5000;

/** Begins to look; whoever began it stops it before the database is closed. */
export function watchCondition(ctx: NodeContext, options: WatchOptions): ConditionWatch {
  const { clocks, toleranceMs, everyMs = LOOK_MS } = options;
  let last: { readonly at: number; readonly look: Promise<Look> } | undefined;
  let said: string | undefined;
  const told = new Set<string>();
  // Kept until the log has it: the database may be away.
  let untold: Jump | undefined;
  const alarm = (kind: 'node.clock-jumped' | 'node.clock-differs', facts: Record<string, string | number>) =>
    inTransaction(ctx, (tx) =>
      recordEvent(tx, {
        at: ctx.clock.now(),
        kind,
        actor: 'system:condition',
        subject: { kind: 'agency', id: ctx.node.agencyId },
        facts,
      }),
    );
  const alarms = async (): Promise<void> => {
    const jump = clocks.sample();
    if (jump) ctx.log.warn({ byMs: Math.round(jump.byMs) }, 'the clock of this machine jumped');
    if (jump && Math.abs(jump.byMs) > toleranceMs) untold = jump;
    if (untold) await alarm('node.clock-jumped', { bySeconds: Math.round(untold.byMs / 1000) });
    untold = undefined;
    const apart = disagreeing(clocks.state(), toleranceMs);
    for (const from of told) if (!apart.some((one) => one.from === from)) told.delete(from);
    for (const { from, aheadMs } of apart) {
      if (told.has(from)) continue;
      await alarm('node.clock-differs', { from, aheadSeconds: Math.round(aheadMs / 1000) });
      told.add(from);
      ctx.log.warn({ from, aheadSeconds: Math.round(aheadMs / 1000) }, 'clocks are apart');
    }
  };
  const look = (): Promise<Look> => {
    const at = performance.now();
    if (!last || at - last.at > FRESH_MS) last = { at, look: lookAt(ctx, options) };
    return last.look;
  };
  const round = async (): Promise<void> => {
    try {
      const { condition } = await look();
      const { standing, checks } = condition;
      const wrong = checks.filter(({ state }) => state !== 'ok').map(({ name }) => name);
      const now = `${standing} ${wrong.join(' ')}`;
      if (now !== said && (said !== undefined || standing !== 'ready'))
        ctx.log.warn({ standing, wrong }, 'the condition of the node changed');
      said = now;
      await alarms();
    } catch (error) {
      ctx.log.warn({ err: error instanceof Error ? error.name : 'unknown' }, 'cannot look after the node');
    }
  };
  let rounds: Promise<void> = round();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    rounds = round().finally(() => {
      busy = false;
    });
  }, everyMs);
  timer.unref();
  return {
    look,
    clocks,
    ctx,
    async stop() {
      clearInterval(timer);
      await rounds;
    },
  };
}
