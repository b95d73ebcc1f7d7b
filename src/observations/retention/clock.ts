/**
 * The retention clock of a target: until when an operator can still say who had one of its addresses.
 * An address counts only where a direct grade saw it; the last of the instants is the target's. Pure.
 */

import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { countryName } from '#core/countries.ts';
import type { TargetId } from '#core/ids.ts';
import { keepingOf, sameOperator } from './keeping.ts';
import type { PreservationSent } from './preservation-store.ts';
import type { Holder, Keeping, RetentionRule } from './rule-types.ts';

/** One address of a target, seen by a direct grade. */
export interface PlaceSeen {
  readonly holder: Holder;
  readonly lastSeenAt: Date;
}

export interface PlaceClock {
  readonly keeping: Keeping;
  /** Until when the holder's records reach back to it. */
  readonly until: Date;
  /** The request that stops the clock; null where none does. */
  readonly preservation: PreservationSent | null;
}

export interface TargetClock {
  /** Null where no direct grade saw the target at an address: nothing leads to a subscriber. */
  readonly until: Date | null;
  /** From `at`, rounded down; negative once it is too late. Null as `until`. */
  readonly hoursLeft: number | null;
  /** For the target's page and the dossier. */
  readonly words: string;
}

export interface ClockSources {
  readonly rules: readonly RetentionRule[];
  /** Requests that were sent, of this operation. */
  readonly preservations: readonly PreservationSent[];
  /** Now. Rules count as they are in force then. */
  readonly at: Date;
}

/** The clock of a target over its direct-grade addresses. */
export function clockOf(
  targetId: TargetId,
  places: readonly PlaceSeen[],
  sources: ClockSources,
): TargetClock {
  const own = sources.preservations.filter(({ targetIds }) => targetIds.includes(targetId));
  let last: PlaceClock | undefined;
  let holder: Holder | undefined;
  for (const place of places) {
    const clock = clockOfPlace(place, { ...sources, preservations: own });
    if (last !== undefined && clock.until <= last.until) continue;
    last = clock;
    holder = place.holder;
  }
  if (!last || !holder)
    return {
      until: null,
      hoursLeft: null,
      words: 'No direct observation names an address: no operator can be asked.',
    };
  const hoursLeft = Math.floor((last.until.getTime() - sources.at.getTime()) / HOUR_MS);
  return { until: last.until, hoursLeft, words: clockWords(last, holder, hoursLeft) };
}

/** Until when one address can still be identified. `preservations`: those that name its target. */
export function clockOfPlace({ holder, lastSeenAt }: PlaceSeen, sources: ClockSources): PlaceClock {
  const keeping = keepingOf(sources.rules, holder, sources.at);
  const ends = new Date(lastSeenAt.getTime() + keeping.days * DAY_MS);
  const sent = sources.preservations.filter((one) => sameHolder(one.holder, holder));
  return { keeping, ...preservedUntil(ends, sent) };
}

/**
 * The end of the clock once requests were sent: each holds what was still there when it was sent. One
 * that was sent too late holds nothing; a renewal counts if it was sent before the one before it ran out.
 *
 * @param ends when the records would be gone without any request
 */
export function preservedUntil(
  ends: Date,
  sent: readonly PreservationSent[],
): Pick<PlaceClock, 'until' | 'preservation'> {
  let until = ends;
  let preservation: PreservationSent | null = null;
  for (const request of sent.toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime())) {
    if (request.sentAt > until || request.until <= until) continue;
    until = request.until;
    preservation = request;
  }
  return { until, preservation };
}

/** A time through which one operator keeps what leads to one target, from the first request to the last renewal's end. */
export interface PreservedSpan {
  readonly targetId: TargetId;
  readonly holder: Holder;
  readonly from: Date;
  readonly until: Date;
}

/**
 * Requests as spans, for counting over many targets at once: records that would be gone at `ends` are kept until
 * the latest `until` of the spans of their target and holder that begin no later than `ends`, or until `ends`
 * where that is later. The same as {@link preservedUntil}.
 */
export function preservedSpans(sent: readonly PreservationSent[]): PreservedSpan[] {
  const spans: PreservedSpan[] = [];
  for (const { holder, targetIds, sentAt, until } of sent.toSorted(
    (a, b) => a.sentAt.getTime() - b.sentAt.getTime(),
  )) {
    for (const targetId of targetIds) {
      const at = spans.findLastIndex((span) => span.targetId === targetId && sameHolder(span.holder, holder));
      const before = spans[at];
      if (before && sentAt <= before.until)
        spans[at] = { ...before, until: until > before.until ? until : before.until };
      else spans.push({ targetId, holder, from: sentAt, until });
    }
  }
  return spans;
}

/** Is an address of `holder` covered by a request to `asked`? */
export function sameHolder(asked: Holder, holder: Holder): boolean {
  return (
    asked.country === holder.country &&
    asked.asn === holder.asn &&
    (asked.operator === null ? holder.operator === null : sameOperator(asked.operator, holder.operator))
  );
}

/** `Operator X in Poland keeps 730 days (…, verified): until 14 Nov 2011 09:00 UTC; 212 hours left`. */
function clockWords({ keeping, until, preservation }: PlaceClock, holder: Holder, hoursLeft: number): string {
  const end = `until ${minuteWords(until)}; ${leftWords(hoursLeft)}`;
  if (!preservation) return `${keeping.words}: ${end}`;
  const who = holder.operator ?? (holder.asn === null ? 'the operator' : `AS${holder.asn}`);
  const where = holder.country === null ? '' : ` in ${countryName(holder.country)}`;
  return `Preservation was asked of ${who}${where} on ${minuteWords(preservation.sentAt)}: ${end}`;
}

function leftWords(hours: number): string {
  if (hours < 0) return 'its records are gone';
  return hours === 1 ? '1 hour left' : `${hours} hours left`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14 Nov 2011 09:00 UTC`. */
export function minuteWords(at: Date): string {
  return `${dayWords(at)} ${at.toISOString().slice(11, 16)} UTC`;
}

/** `14 Nov 2011`, in UTC. */
export function dayWords(at: Date): string {
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}
