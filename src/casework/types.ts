/**
 * What a country states about its targets: outcomes, their sums, and the pure rules over them.
 * Counts only: no name of a suspect and nothing of a victim but the number safeguarded.
 */
import { type Static, Type } from 'typebox';
import { IcarusError } from '#core/errors.ts';

/**
 * positive: material was confiscated or a suspect identified. negative: worked, and neither.
 * not-actionable: cannot be worked, for instance because the operator kept no record.
 * pending: no result yet.
 */
export const OUTCOMES = ['positive', 'negative', 'not-actionable', 'pending'] as const;
export type OutcomeKind = (typeof OUTCOMES)[number];

export const FLAGS = ['producer', 'hands-on', 'imminent-risk'] as const;
export type Flag = (typeof FLAGS)[number];

/** Above this a number is a slip of the keyboard. Bytes have their own limit: 9 petabytes, the safe integers. */
const MOST = 1_000_000;
const count = (description: string) => Type.Integer({ minimum: 0, maximum: MOST, description });

/** The statement about one target, as it is recorded and as it travels in a report. */
export const Outcome = Type.Object(
  {
    outcome: Type.Enum([...OUTCOMES]),
    subscriberIdentified: Type.Boolean(),
    searchDone: Type.Boolean({ description: 'A search of premises or of a person took place' }),
    suspectsIdentified: count('Includes those arrested or detained'),
    suspectsArrested: count('Arrested or detained; never more than identified'),
    victimsSafeguarded: count('Persons; a number and nothing else'),
    devicesSeized: count('Devices and carriers'),
    bytesSeized: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    flags: Type.Array(Type.Enum([...FLAGS]), { uniqueItems: true, maxItems: FLAGS.length }),
  },
  { additionalProperties: false },
);
export type Outcome = Static<typeof Outcome>;

/** A target without a record. */
export const PENDING: Outcome = {
  outcome: 'pending',
  subscriberIdentified: false,
  searchDone: false,
  suspectsIdentified: 0,
  suspectsArrested: 0,
  victimsSafeguarded: 0,
  devicesSeized: 0,
  bytesSeized: 0,
  flags: [],
};

/** Sums over targets. `targets` = positive + negative + notActionable + pending. */
export const Totals = Type.Object(
  {
    targets: count('Targets stated about'),
    positive: count('Targets'),
    negative: count('Targets'),
    notActionable: count('Targets'),
    pending: count('Targets'),
    subscribersIdentified: count('Targets whose subscriber is identified'),
    searches: count('Targets for which a search was done'),
    suspectsIdentified: Type.Integer({ minimum: 0 }),
    suspectsArrested: Type.Integer({ minimum: 0 }),
    victimsSafeguarded: Type.Integer({ minimum: 0 }),
    devicesSeized: Type.Integer({ minimum: 0 }),
    bytesSeized: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    producers: count('Targets flagged so'),
    handsOn: count('Targets flagged so'),
    imminentRisk: count('Targets flagged so'),
  },
  { additionalProperties: false },
);
export type Totals = Static<typeof Totals>;

const COUNTS = [
  'suspectsIdentified',
  'suspectsArrested',
  'victimsSafeguarded',
  'devicesSeized',
  'bytesSeized',
] as const;

/** Why `outcome` contradicts itself, in words; undefined when it does not. Pure. */
export function outcomeProblem(outcome: Outcome): string | undefined {
  const { suspectsIdentified, devicesSeized } = outcome;
  const wrong = COUNTS.find((name) => !Number.isSafeInteger(outcome[name]) || outcome[name] < 0);
  if (wrong) return `${wrong} is not a whole number from 0 upwards`;
  if (new Set(outcome.flags).size !== outcome.flags.length) return 'a flag is set twice';
  if (outcome.suspectsArrested > suspectsIdentified) return 'more suspects are arrested than identified';
  if (outcome.bytesSeized > 0 && devicesSeized === 0) return 'bytes are seized but no device';
  if (devicesSeized > 0 && !outcome.searchDone) return 'devices are seized but no search is done';
  const found = suspectsIdentified > 0 || devicesSeized > 0;
  if (outcome.outcome === 'positive') {
    return found ? undefined : 'a positive outcome needs a suspect identified or a device seized';
  }
  if (found) return `suspects or seized devices make the outcome positive, not ${outcome.outcome}`;
  if (outcome.outcome === 'negative' && !outcome.searchDone && !outcome.subscriberIdentified) {
    return 'a negative outcome needs a search done or the subscriber identified; without either the target is pending or not actionable';
  }
  if (outcome.outcome === 'not-actionable' && (outcome.searchDone || outcome.victimsSafeguarded > 0)) {
    return 'a target that was searched, or where a victim was safeguarded, was actionable';
  }
  return undefined;
}

/** @throws casework/outcome-invalid with the contradiction in words */
export function checkOutcome(outcome: Outcome): void {
  const reason = outcomeProblem(outcome);
  if (reason) throw new IcarusError('casework/outcome-invalid', { reason });
}

/** Do both say the same? The order of flags says nothing. */
export function sameOutcome(a: Outcome, b: Outcome): boolean {
  return (
    a.outcome === b.outcome &&
    a.subscriberIdentified === b.subscriberIdentified &&
    a.searchDone === b.searchDone &&
    COUNTS.every((name) => a[name] === b[name]) &&
    sortedFlags(a).join() === sortedFlags(b).join()
  );
}

/**
 * Does `after` take back something that `before` stated? Then it is a correction and needs a reason.
 * A result where none was, a larger count, a new flag: that is progress, and needs none.
 */
export function takesBack(before: Outcome, after: Outcome): boolean {
  return (
    (before.outcome !== 'pending' && before.outcome !== after.outcome) ||
    (before.subscriberIdentified && !after.subscriberIdentified) ||
    (before.searchDone && !after.searchDone) ||
    COUNTS.some((name) => after[name] < before[name]) ||
    before.flags.some((flag) => !after.flags.includes(flag))
  );
}

/** The flags in their one order, so that equal outcomes have equal bytes. */
export function sortedFlags(outcome: Pick<Outcome, 'flags'>): Flag[] {
  return FLAGS.filter((flag) => outcome.flags.includes(flag));
}

const NOTHING: Totals = {
  targets: 0,
  positive: 0,
  negative: 0,
  notActionable: 0,
  pending: 0,
  subscribersIdentified: 0,
  searches: 0,
  suspectsIdentified: 0,
  suspectsArrested: 0,
  victimsSafeguarded: 0,
  devicesSeized: 0,
  bytesSeized: 0,
  producers: 0,
  handsOn: 0,
  imminentRisk: 0,
};

/** The sums over `outcomes`, one outcome a target. */
export function totalsOf(outcomes: Iterable<Outcome>): Totals {
  const totals = { ...NOTHING };
  for (const outcome of outcomes) addOutcome(totals, outcome);
  return totals;
}

function addOutcome(totals: Totals, outcome: Outcome): void {
  totals.targets += 1;
  totals[outcome.outcome === 'not-actionable' ? 'notActionable' : outcome.outcome] += 1;
  totals.subscribersIdentified += Number(outcome.subscriberIdentified);
  totals.searches += Number(outcome.searchDone);
  for (const name of COUNTS) totals[name] += outcome[name];
  totals.producers += Number(outcome.flags.includes('producer'));
  totals.handsOn += Number(outcome.flags.includes('hands-on'));
  totals.imminentRisk += Number(outcome.flags.includes('imminent-risk'));
}

export function sumTotals(all: Iterable<Totals>): Totals {
  const sum = { ...NOTHING };
  for (const totals of all) for (const name of TOTAL_NAMES) sum[name] += totals[name];
  return sum;
}

const TOTAL_NAMES = Object.keys(NOTHING) as (keyof Totals)[];

/** The sums that differ; empty where both agree. */
export function differingTotals(a: Totals, b: Totals): (keyof Totals)[] {
  return TOTAL_NAMES.filter((name) => a[name] !== b[name]);
}
