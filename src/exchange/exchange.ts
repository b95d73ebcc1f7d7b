/**
 * The exchange of a node: takes messages in, opens them, hands out what the node sends. What it told
 * anyone is done survives a kill at any instant; the same message, however often it comes, is one.
 */
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import { deliver } from './deliver.ts';
import { erase } from './erasure/erase.ts';
import { ERASE } from './erasure/jobs.ts';
import { DELIVER, OPEN } from './jobs.ts';
import { KIND, type MessageHandler, RECEIPT_KIND } from './kinds.ts';
import { openMessage } from './open.ts';

export interface ExchangeOptions {
  /** Largest message taken over HTTP. A file may be larger. */
  readonly messageLimitBytes: number;
  /** Longest time a peer may stay silent while a message is sent or taken. */
  readonly deliveryTimeoutMs: number;
}

export interface Exchange {
  readonly ctx: NodeContext;
  readonly handlers: ReadonlyMap<string, MessageHandler>;
  readonly options: ExchangeOptions;
}

/**
 * Registers the exchange's jobs; call it before `jobs.start`, and `resumeExchange` after.
 * @throws exchange/kind-twice, exchange/kind-unknown for a name that is no kind
 */
export async function openExchange(
  ctx: NodeContext,
  handlers: readonly MessageHandler[],
  options: ExchangeOptions,
): Promise<Exchange> {
  const byKind = new Map<string, MessageHandler>();
  for (const handler of handlers) {
    const { kind } = handler;
    if (!KIND.test(kind)) throw new IcarusError('exchange/kind-unknown', { kind });
    if (kind === RECEIPT_KIND || byKind.has(kind)) throw new IcarusError('exchange/kind-twice', { kind });
    byKind.set(kind, handler);
  }
  const exchange: Exchange = { ctx, handlers: byKind, options };
  ctx.jobs.register(DELIVER, (data, signal) => deliver(exchange, data, signal));
  ctx.jobs.register(ERASE, (data) => erase(exchange, data));
  ctx.jobs.register(OPEN, (data, signal) => openMessage(exchange, data, signal));
  return exchange;
}
