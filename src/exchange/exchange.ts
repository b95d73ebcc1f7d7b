/**
 * The exchange of a node: takes messages in, opens them, hands out what the node sends. What it told
 * anyone is done survives a kill at any instant; the same message, however often it comes, is one.
 */
import { IcarusError } from '#core/errors.ts';
import type { MessageId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { outgoingTo } from '#platform/outgoing.ts';
import { type Connections, createConnections } from './connections.ts';
import { createDispatch } from './dispatch.ts';
import { erase } from './erasure/erase.ts';
import { ERASE } from './erasure/jobs.ts';
import { inGroups } from './group.ts';
import { inboxByIds } from './inbox-store.ts';
import { KIND, type MessageHandler, RECEIPT_KIND } from './kinds.ts';
import { type Arrived, recordArrivals } from './record-arrivals.ts';
import { type Opening, recordOpenings } from './record-openings.ts';
import type { InboxMessage } from './types.ts';

const POLL_MS = 1000;

export interface ExchangeOptions {
  /** Largest message taken over HTTP. A file may be larger. */
  readonly messageLimitBytes: number;
  /** Longest time a peer may stay silent while a message is sent or taken. */
  readonly deliveryTimeoutMs: number;
  /** How often this process looks for what others of the node left to do. Default 1000. */
  readonly pollMs?: number;
  /** Largest file that goes in one request, and size of the parts of larger ones. Default 32 MiB. */
  readonly partBytes?: number;
  /** Peers must show a TLS key that a card pins. Default false: a proxy stands before the node, or all is on one machine. */
  readonly mutualTls?: boolean;
  /** Networks beside the public one where partners may be reached. Default none. */
  readonly outgoingNetworks?: readonly string[] | undefined;
}

export interface Exchange {
  readonly ctx: NodeContext;
  readonly handlers: ReadonlyMap<string, MessageHandler>;
  readonly options: ExchangeOptions;
  readonly connections: Connections;
  /** A message as it stands in the inbox; those who ask at the same time share one look. */
  readonly lookUp: (messageId: MessageId) => Promise<InboxMessage | undefined>;
  /** Records messages that came, many in one transaction. @returns whether it is new */
  readonly arrivals: (arrived: Arrived) => Promise<boolean>;
  /** Records messages that were unpacked, many in one transaction. @returns whether it was this one's to record */
  readonly openings: (opening: Opening) => Promise<boolean>;
  /** Files of which a part is being written now. */
  readonly uploads: Set<string>;
  /** TLS keys on no card that called, and when they were last recorded (by `performance.now`). */
  readonly strangers: Map<string, number>;
}

/**
 * Attaches the exchange to the node's jobs; call it before `jobs.start`, and `resumeExchange` after.
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
  const connections = createConnections(ctx.keys.tls, {
    timeoutMs: options.deliveryTimeoutMs,
    outgoing: outgoingTo(options.outgoingNetworks ?? []),
  });
  const exchange: Exchange = {
    ctx,
    handlers: byKind,
    options,
    connections,
    lookUp: inGroups(async (messageIds: readonly MessageId[]) => {
      const found = new Map((await inboxByIds(ctx.db, messageIds)).map((one) => [one.messageId, one]));
      return messageIds.map((messageId) => found.get(messageId));
    }),
    arrivals: inGroups((arrived: readonly Arrived[]) => recordArrivals(ctx, arrived)),
    openings: inGroups((openings: readonly Opening[]) => recordOpenings(exchange, openings)),
    uploads: new Set(),
    strangers: new Map(),
  };
  ctx.jobs.register(ERASE, (data) => erase(exchange, data));
  ctx.jobs.attach(createDispatch(exchange, options.pollMs ?? POLL_MS));
  return exchange;
}
