/** How each country's package stands, and the clock of dissemination, from what this node knows. Pure. */
import { sentenceOf } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import type { Delivery } from '#exchange/types.ts';
import type { BoardCountry, DisseminationClock } from './schemas.ts';

export type PackageStanding = BoardCountry['package'];

/** What is known here of one country's package; members are undefined where this node does not know. */
export interface PackageKnowledge {
  /** As this node composed it: the newest version. */
  readonly composed?: {
    readonly state: 'composed' | 'approved' | 'sent';
    readonly at: Date;
    readonly targets: number;
  };
  /** As it came here: the newest version. */
  readonly received?: { readonly at: Date; readonly targets: number; readonly own: boolean };
  /** Of its newest message, to the country's agency. */
  readonly delivery?: Delivery;
}

export function packageStanding(known: PackageKnowledge): PackageStanding {
  const { composed, received, delivery } = known;
  const targets = composed?.targets ?? received?.targets ?? null;
  const as = (
    state: PackageStanding['state'],
    at: Date | null,
    refusal: string | null = null,
  ): PackageStanding => ({
    state,
    at: at?.toISOString() ?? null,
    targets,
    refusal,
  });
  // A version that is composed or approved replaces, for its makers, the one that was sent before.
  if (composed && composed.state !== 'sent') return as(composed.state, composed.at);
  if (delivery) return deliveryStanding(delivery, as);
  if (received) return as(received.own ? 'acknowledged' : 'received', received.at);
  return as('none', null);
}

function deliveryStanding(
  delivery: Delivery,
  as: (state: PackageStanding['state'], at: Date | null, refusal?: string | null) => PackageStanding,
): PackageStanding {
  const handedOn = delivery.sentAt ?? delivery.exportedAt ?? delivery.createdAt;
  if (delivery.state === 'acknowledged') return as('acknowledged', delivery.acknowledgedAt);
  if (delivery.state === 'refused') {
    return as(
      'refused',
      delivery.receiptCameAt ?? handedOn,
      delivery.code ? sentenceOf(delivery.code) : null,
    );
  }
  if (delivery.overdue) return as('overdue', delivery.deadlineAt);
  return as(delivery.state === 'queued' && delivery.role !== 'sender' ? 'received' : 'sent', handedOn);
}

/** The newest message to each agency: the first ones may have been replaced. */
export function newestByRecipient(deliveries: readonly Delivery[]): Map<AgencyId, Delivery> {
  return new Map(
    deliveries
      .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
      .map((delivery) => [delivery.recipient, delivery]),
  );
}

/**
 * The clock: from the first package sealed to the last first acknowledgement of all `participants`.
 * Versions that replace a package do not start it again.
 */
export function disseminationClock(
  deliveries: readonly Delivery[],
  participants: readonly AgencyId[],
  now: Date,
): DisseminationClock {
  const own = deliveries.filter(({ recipient }) => participants.includes(recipient));
  const acknowledged = new Map<AgencyId, number>();
  for (const { recipient, acknowledgedAt } of own) {
    if (acknowledgedAt)
      acknowledged.set(
        recipient,
        Math.min(acknowledged.get(recipient) ?? Infinity, acknowledgedAt.getTime()),
      );
  }
  const stopped =
    participants.length > 0 && acknowledged.size === participants.length
      ? Math.max(...acknowledged.values())
      : undefined;
  const deadline = least(own.map(({ deadlineAt }) => deadlineAt));
  return {
    startedAt: isoOf(least(own.map(({ createdAt }) => createdAt))),
    deadlineAt: isoOf(deadline),
    stoppedAt: isoOf(stopped),
    remainingMs: deadline === undefined ? null : deadline - (stopped ?? now.getTime()),
    acknowledged: acknowledged.size,
    expected: participants.length,
  };
}

function least(times: readonly (Date | null)[]): number | undefined {
  const known = times.filter((time) => time !== null).map((time) => time.getTime());
  return known.length === 0 ? undefined : Math.min(...known);
}

function isoOf(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
