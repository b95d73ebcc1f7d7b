/**
 * The way out: what waits for each next hop is handed over beside what waits for the others, so that a
 * peer that is silent holds up nobody else. A peer that failed gets one message at a time until it answers.
 */
import { isIcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { type HeldHop, type Room, takeHops } from './claim-store.ts';
import { handOver, type Outcome, refusalNotices } from './deliver.ts';
import type { Exchange } from './exchange.ts';
import { inGroups } from './group.ts';
import { agenciesNow } from './keyring.ts';
import { type Ended, isWayFailure, peerIsBack, recordEnds, recordFailure } from './outcome.ts';
import type { Lane } from './pump.ts';

/** Messages under way to one peer at a time: small ones, and those that take a connection for a while. */
const PLACES = { small: 32, bulk: 2 };
/** An end only makes a place free, and nobody waits for its row. */
const ENDS_REST_MS = 10;

interface Peer {
  small: number;
  bulk: number;
  /** Failures of the way in a row. */
  failures: number;
}

export interface LaneContext {
  readonly exchange: Exchange;
  /** Name of this process on what it holds. */
  readonly holder: string;
  readonly signal: AbortSignal;
  /** A place became free, now or after so long. */
  wake(delayMs?: number): void;
}

export function handOverLane(lane: LaneContext): Lane {
  const { exchange, holder, wake } = lane;
  const { ctx } = exchange;
  const peers = new Map<AgencyId, Peer>();
  const running = new Set<Promise<void>>();
  const end = inGroups<Ended, void>((ends) => recordEnds(ctx, ends), { restMs: ENDS_REST_MS });

  const peerOf = (hop: AgencyId): Peer => {
    const peer = peers.get(hop) ?? { small: 0, bulk: 0, failures: 0 };
    peers.set(hop, peer);
    return peer;
  };

  async function rooms(): Promise<Room[]> {
    return (await agenciesNow(ctx.db)).flatMap((hop) => roomsOf(hop as AgencyId, peerOf(hop as AgencyId)));
  }

  function begin(held: HeldHop): void {
    const peer = peerOf(held.hop);
    const place = held.bulk ? 'bulk' : 'small';
    peer[place] += 1;
    const work = attempt(held, peer).finally(() => {
      peer[place] -= 1;
      running.delete(work);
      wake();
    });
    running.add(work);
  }

  /** Never throws: what fails here is free again when its holding ends. */
  async function attempt(held: HeldHop, peer: Peer): Promise<void> {
    try {
      const outcome = await handOver(exchange, held, lane.signal);
      await (outcome.state === 'failed' ? failed(held, peer, outcome) : ended(held, peer, outcome));
    } catch (error) {
      if (lane.signal.aborted) return;
      const code = isIcarusError(error) ? error.code : 'internal/unexpected';
      ctx.log.warn({ code, hop: held.hop, err: error }, 'a message could not be handed over');
      await failed(held, peer, { code }).catch(() => {});
    }
  }

  async function ended(held: HeldHop, peer: Peer, outcome: Outcome): Promise<void> {
    const code = outcome.state === 'sent' ? null : outcome.code;
    const notices = code === null ? [] : await refusalNotices(ctx, held, code);
    const wasDown = peer.failures > 0;
    peer.failures = 0;
    await end({ held, code, notices });
    if (wasDown) await peerIsBack(ctx, held.hop);
  }

  async function failed(held: HeldHop, peer: Peer, { code }: Failure): Promise<void> {
    if (isWayFailure(code)) peer.failures += 1;
    const delaySeconds = await recordFailure(ctx, held, { code, failures: peer.failures });
    if (delaySeconds !== undefined) wake(delaySeconds * 1000);
  }

  return {
    async fill() {
      const free = (await rooms()).filter(({ count }) => count > 0);
      if (free.length === 0) return false;
      const held = await takeHops(ctx.db, free, holder);
      for (const one of held) begin(one);
      return false;
    },
    running: () => running,
  };
}

type Failure = Pick<Extract<Outcome, { state: 'failed' | 'refused' }>, 'code'>;

function roomsOf(hop: AgencyId, { small, bulk, failures }: Peer): Room[] {
  const one = 1 - small - bulk;
  const free =
    failures > 0 ? { small: one, bulk: one } : { small: PLACES.small - small, bulk: PLACES.bulk - bulk };
  return [
    { hop, bulk: false, count: free.small },
    { hop, bulk: true, count: free.bulk },
  ];
}
