/** How long a holder keeps its records, by day of dispatch: what the curve's SQL joins the log with. Pure. */
import { DAY_MS } from '#core/clock.ts';
import type { DayNumber } from './curve.ts';
import { keepingOf } from './keeping.ts';
import type { Holder, RetentionRule } from './rule-types.ts';

/** Days of dispatch on whose arrival one rule is in force. */
export interface Regime {
  readonly from: DayNumber;
  /** The last of them. */
  readonly to: DayNumber;
  readonly days: number;
}

/** Before and after everything that a log can hold. */
const FIRST_DAY: DayNumber = -1_000_000;
const LAST_DAY: DayNumber = 1_000_000;

/** The regimes of a holder, in order and without a gap: the rule counts that is in force on arrival. */
export function regimesOf(rules: readonly RetentionRule[], holder: Holder, transitDays: number): Regime[] {
  const ofCountry = rules.filter(({ country }) => country === holder.country);
  const instants = ofCountry
    .flatMap(({ inForceFrom, inForceUntil }) => [inForceFrom, inForceUntil])
    .filter((at) => at !== null)
    .map((at) => Math.ceil(at.getTime() / DAY_MS) - transitDays);
  const starts = [FIRST_DAY, ...[...new Set(instants)].sort((a, b) => a - b)];
  return starts.map((from, i) => ({
    from,
    to: (starts[i + 1] ?? LAST_DAY + 1) - 1,
    days: keepingOf(ofCountry, holder, new Date((from + transitDays) * DAY_MS)).days,
  }));
}
