/** Words of the retention clock: a rule says for how long an operator can still name a subscriber. */
import type { Id } from '#core/ids.ts';

export type RetentionRuleId = Id<'retention'>;

/**
 * What an operator keeps: who had an address when (enough where an address serves one line), or every
 * session with its ports (what carrier-grade NAT needs).
 */
export const DATA_CLASSES = ['address-assignment', 'session'] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

/** What a rule states, as a person enters it. */
export interface RetentionRuleContent {
  readonly country: string;
  /** The operator's name as attribution spells it; null: every operator of the country. */
  readonly operator: string | null;
  /** Its autonomous system; null: not told apart by it. */
  readonly asn: number | null;
  readonly dataClass: DataClass;
  readonly daysKept: number;
  /** First instant at which it holds; null: since ever. */
  readonly inForceFrom: Date | null;
  /** First instant at which it holds no more; null: until further notice. */
  readonly inForceUntil: Date | null;
  readonly legalReference: string;
  /** Where this row was taken from. */
  readonly source: string;
  /** Null: nobody has checked it. */
  readonly verifiedBy: string | null;
  readonly verifiedOn: Date | null;
}

/** The version of a rule that stands. */
export interface RetentionRule extends RetentionRuleContent {
  readonly ruleId: RetentionRuleId;
  readonly version: number;
  /** Why this version was entered. */
  readonly reason: string;
  readonly enteredAt: Date;
  readonly enteredBy: string;
}

/** Who held an address, as attribution says; what it does not know is null. */
export interface Holder {
  readonly country: string | null;
  readonly operator: string | null;
  readonly asn: number | null;
}

/** How long a holder keeps its records, and by whose word. */
export interface Keeping {
  readonly days: number;
  /** False where no rule covers the holder: {@link UNKNOWN_DAYS} are assumed. */
  readonly known: boolean;
  /** Somebody checked the rule against its source. */
  readonly verified: boolean;
  readonly ruleId: RetentionRuleId | null;
  readonly words: string;
}

/** Assumed where nobody knows: short enough that such a target is worked first, not last. */
export const UNKNOWN_DAYS = 7;

/** Longest period that a rule may state: ten years and a leap day or more. */
export const MOST_DAYS_KEPT = 3660;

/** A month is 30.4375 days (a year of 365.25 by twelve); part of a day is left out, so that no hour is promised that may not be there. */
const DAYS_A_MONTH = 30.4375;

/** Days of a period that a law gives in months: 6 → 182, 12 → 365, 24 → 730. */
export function daysOfMonths(months: number): number {
  return Math.floor(months * DAYS_A_MONTH);
}
