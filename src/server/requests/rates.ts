/**
 * How often one account, or one machine that nobody has signed in from, may ask for what is guessed at or costs
 * much. Counted in memory, each process for itself: a limit keeps a node usable, it is no proof of anything.
 */
import type { FastifyRequest } from 'fastify';
import type { App, RateClass } from '#access/http.ts';
import { IcarusError } from '#core/errors.ts';

interface Rate {
  /** At once, after a rest. */
  readonly burst: number;
  /** And then steadily. */
  readonly perMinute: number;
}

export type Rates = Readonly<Record<RateClass, Rate>>;

/** A morning in which a whole agency signs in through one address stays within these. */
export const RATES: Rates = {
  'sign-in': { burst: 60, perMinute: 60 },
  code: { burst: 10, perMinute: 10 },
  document: { burst: 60, perMinute: 120 },
  upload: { burst: 60, perMinute: 60 },
  service: { burst: 120, perMinute: 300 },
};

/** More are not remembered at once; whoever asked longest ago is forgotten first. */
const MOST_ASKERS = 20_000;

export interface RateLimiter {
  /** Counts one request. @returns milliseconds until it would be taken; 0: it is */
  ask(rate: RateClass, asker: string): number;
}

/**
 * @param now in milliseconds, never backwards
 * @see ITU-T I.371, generic cell rate algorithm: one time an asker says all
 */
export function rateLimiter(rates: Rates, now: () => number = () => performance.now()): RateLimiter {
  const restedAt = new Map<string, number>();
  return {
    ask(rate, asker) {
      const { burst, perMinute } = rates[rate];
      const spacing = 60_000 / perMinute;
      const key = `${rate} ${asker}`;
      const at = now();
      const rested = Math.max(restedAt.get(key) ?? 0, at);
      const wait = rested - at - (burst - 1) * spacing;
      if (wait > 0) return Math.ceil(wait);
      restedAt.delete(key);
      restedAt.set(key, rested + spacing);
      const [oldest] = restedAt.keys();
      if (restedAt.size > MOST_ASKERS && oldest !== undefined) restedAt.delete(oldest);
      return 0;
    },
  };
}

/** After the hook that says who asks. */
export function limitRates(app: App, rates: Rates): void {
  const limiter = rateLimiter(rates);
  app.addHook('onRequest', async (request) => {
    const { rate } = request.routeOptions.config;
    for (const one of isService(request) ? (['service', rate] as const) : [rate]) {
      if (one === undefined) continue;
      const waitMs = limiter.ask(one, askerOf(request));
      if (waitMs > 0) throw new IcarusError('request/too-many', { seconds: Math.ceil(waitMs / 1000) });
    }
  });
}

function isService({ actor }: FastifyRequest): boolean {
  return actor?.kind === 'officer' && actor.service !== undefined;
}

/** The account; before there is one, the machine: of IPv6 the network of 64 bits that one household has (RFC 6177). */
function askerOf({ actor, ip }: FastifyRequest): string {
  if (actor?.kind === 'officer') return actor.officerId;
  return ip.includes(':') && !ip.startsWith('::ffff:') ? ip.split(':').slice(0, 4).join(':') : ip;
}
