/**
 * Who calls: the agencies whose cards pin the TLS key that the connection showed. TLS has proved that the
 * caller holds the key; everything else in its certificate is its own word.
 */
import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { pinShownBy } from './connections.ts';
import type { Exchange } from './exchange.ts';
import { agenciesWithPin } from './keyring.ts';

/** Who may hand over on a connection. */
export interface Peer {
  /** '' where a proxy stands before this node. */
  readonly pin: string;
  /** More than one where one machine hosts several nodes; undefined where a proxy stands before this node. */
  readonly agencies: readonly AgencyId[] | undefined;
}

/**
 * @throws transport/tls-required, transport/no-certificate, transport/unknown-peer; the last is in the
 *   custody log
 */
export async function requirePeer(exchange: Exchange, request: FastifyRequest): Promise<Peer> {
  const { socket } = request.raw;
  if (!exchange.options.mutualTls) return { pin: '', agencies: undefined };
  if (!(socket instanceof TLSSocket)) throw new IcarusError('transport/tls-required');
  const pin = pinShownBy(socket);
  if (pin === undefined) throw new IcarusError('transport/no-certificate');
  const agencies = await agenciesWithPin(exchange.ctx.db, pin);
  if (agencies.length > 0) return { pin, agencies };
  await recordStranger(exchange, pin);
  throw new IcarusError('transport/unknown-peer');
}

/** The log grows by a stranger's key once an hour, and by no more than so many strangers. */
const SILENCE_MS = 3_600_000;
const MOST_STRANGERS = 100;

async function recordStranger({ ctx, strangers }: Exchange, pin: string): Promise<void> {
  const now = performance.now();
  for (const [other, at] of strangers) if (now - at > SILENCE_MS) strangers.delete(other);
  if (strangers.has(pin) || strangers.size >= MOST_STRANGERS) return;
  strangers.set(pin, now);
  await recordRefusedPeer(ctx, pin);
}

async function recordRefusedPeer(ctx: NodeContext, pin: string): Promise<void> {
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'peer.refused',
      actor: 'system:exchange',
      subject: { kind: 'tls-key', id: pin },
      facts: { code: 'transport/unknown-peer' },
    }),
  );
}
