/** What an attempt to hand a message over leaves: the delivery's row, its custody event, a courier's notices. */
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId } from '#core/ids.ts';
import { type CustodyEvent, recordEvents } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { EXCHANGE_ACTOR } from './actor.ts';
import { delayHop, type HeldHop, makeHopDue } from './claim-store.ts';
import { endHops, hopFailed } from './outbox-store.ts';
import { postMessage, type SealedMessage } from './send.ts';
import { retryDelaySeconds } from './types.ts';

/** An attempt that ended for good. */
export interface Ended {
  readonly held: HeldHop;
  /** Null: the hop has it. */
  readonly code: ErrorCode | null;
  readonly notices: readonly SealedMessage[];
}

/** Records ends of hand-overs in one transaction; what another worker recorded first stays as it is. */
export async function recordEnds(ctx: NodeContext, ends: readonly Ended[]): Promise<readonly void[]> {
  const at = ctx.clock.now();
  await inTransaction(ctx, async (tx) => {
    const changed = await endHops(
      tx,
      ends.map(({ held: { messageId, hop }, code }) => ({ messageId, hop, code, at })),
    );
    const attempts = new Map(changed.map((row) => [`${row.messageId} ${row.hop}`, row.attempts]));
    const mine = ends.flatMap((end) => {
      const made = attempts.get(`${end.held.messageId} ${end.held.hop}`);
      return made === undefined ? [] : [{ ...end, attempts: made }];
    });
    await recordEvents(
      tx,
      mine.map((end) => eventOf(end, at)),
    );
    for (const { notices } of mine)
      for (const notice of notices) await postMessage(ctx, tx, notice, { actor: EXCHANGE_ACTOR });
  });
  return ends.map(() => undefined);
}

function eventOf({ held, code, attempts }: Ended & { attempts: number }, at: Date): CustodyEvent {
  const { messageId, hop, recipients, operationId } = held;
  return {
    at,
    kind: code === null ? 'message.sent' : 'message.refused-by-hop',
    actor: 'system:exchange',
    ...(operationId !== null && { operationId }),
    subject: { kind: 'message', id: messageId },
    facts: { hop, recipients, attempts, ...(code !== null && { code }) },
  };
}

/** Failures of the peer or the way to it, not of one message: what else waits for it would fail as well. */
const WAY_FAILURES = [
  'exchange/peer-silent',
  'exchange/peer-unreachable',
  'transport/tls-failed',
  'transport/tls-required',
  'transport/pin-mismatch',
  'transport/pin-without-tls',
  'transport/no-tls-key',
  'transport/address-refused',
  'transport/no-certificate',
  'transport/unknown-peer',
] as const;

export function isWayFailure(code: ErrorCode): boolean {
  return (WAY_FAILURES as readonly ErrorCode[]).includes(code);
}

/**
 * Records a failed attempt, and where the peer itself failed, spares what else is due the same failure.
 * @param failures of this peer in a row, this one included
 * @returns seconds until the next try; undefined where there is nothing to try
 */
export async function recordFailure(
  ctx: NodeContext,
  { messageId, hop, attempts }: HeldHop,
  { code, failures }: { code: ErrorCode; failures: number },
): Promise<number | undefined> {
  const fileOnly = code === 'exchange/file-only';
  const ofWay = isWayFailure(code);
  const delaySeconds = retryDelaySeconds(ofWay ? Math.max(failures, 1) : attempts + 1);
  const nextAttemptAt = new Date(ctx.clock.now().getTime() + delaySeconds * 1000);
  const again = fileOnly ? null : { delaySeconds, nextAttemptAt };
  await inTransaction(ctx, async (tx) => {
    await hopFailed(tx, { messageId, hop }, { code, again });
    if (ofWay) await delayHop(tx, hop, { code, delaySeconds, nextAttemptAt });
    // Somebody else may answer there: an alarm, once for each time that it begins.
    if (code === 'transport/pin-mismatch' && failures === 1) {
      await recordEvents(tx, [
        {
          at: ctx.clock.now(),
          kind: 'peer.pin-mismatch',
          actor: 'system:exchange',
          subject: { kind: 'agency', id: hop },
          facts: { messageId },
        },
      ]);
    }
  });
  return fileOnly ? undefined : delaySeconds;
}

/** The peer answers again after failures: what waited for that need not wait longer. */
export async function peerIsBack(ctx: NodeContext, hop: AgencyId): Promise<void> {
  await makeHopDue(ctx.db, hop, WAY_FAILURES);
}
