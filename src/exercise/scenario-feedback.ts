/**
 * The feedback of the story as a list of acts in order of time: which outcome each country records for which
 * target, and when it reports. Pure: the same targets and seed give the same list.
 *
 * What always holds: the reports as they stand at the provisional and at the final moment sum exactly to the
 * published totals; a country's suspects and arrests never fall; Malta and Croatia change their first
 * answer only by a correction with a reason.
 */
import type { Outcome } from '#casework/types.ts';
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { TargetId } from '#core/ids.ts';
import { type Random, randomFor } from './log/random.ts';
import { isInvented, PROVISIONAL, SYNTHETIC_NOTE } from './scenario.ts';
import { COUNTRY_SPLITS, type CountrySplit } from './scenario-splits.ts';
import { outcomesOf, type Step } from './scenario-steps.ts';
import { correctedSteps, neverPositiveSteps, positiveSteps } from './scenario-work.ts';

export interface OutcomeAct {
  readonly kind: 'outcome';
  readonly at: Date;
  readonly country: CountryCode;
  readonly targetId: TargetId;
  /** The whole statement about the target from now on. */
  readonly outcome: Outcome;
  /** Stays in the country; says that it is synthetic. */
  readonly note: string;
  /** Where an earlier statement is taken back: why. */
  readonly reason?: string;
}

export interface ReportAct {
  readonly kind: 'report';
  readonly at: Date;
  readonly country: CountryCode;
  /** Where the report takes something back: why. */
  readonly reason?: string;
}

/** Imminent risk: raised, and cleared once the danger is over. */
export interface RiskAct {
  readonly kind: 'risk';
  readonly at: Date;
  readonly country: CountryCode;
  readonly targetId: TargetId;
  readonly state: 'raised' | 'cleared';
  /** Goes to every agency concerned. */
  readonly reason: string;
}

export type FeedbackAct = OutcomeAct | ReportAct | RiskAct;

/** The days on which countries report; each at an hour of its own. */
const REPORT_DAYS = ['2011-10-07', '2011-10-28', '2011-11-18', '2011-12-02', '2011-12-14'] as const;

/**
 * @param options `targetsByCountry`: each country's targets in rank order; countries that are missing have none
 * @throws IcarusError `exercise/too-few-targets` when a country must identify suspects and has no target
 */
export function feedbackPlan(options: {
  readonly targetsByCountry: ReadonlyMap<CountryCode, readonly TargetId[]>;
  readonly seed: string | number;
}): FeedbackAct[] {
  return COUNTRY_SPLITS.flatMap((split) => {
    const targets = options.targetsByCountry.get(split.country) ?? [];
    return countryActs(split, targets, randomFor(options.seed, `feedback/${split.country}`));
  }).sort((a, b) => a.at.getTime() - b.at.getTime());
}

function countryActs(split: CountrySplit, targets: readonly TargetId[], random: Random): FeedbackAct[] {
  const { country } = split;
  if (targets.length === 0) {
    if (split.final.identified === 0) return [];
    throw new IcarusError('exercise/too-few-targets', { country });
  }
  const outcomes = outcomesOf(stepsOf(split, targets, random)).map(
    (act): OutcomeAct => ({ kind: 'outcome', country, ...act, note: `${SYNTHETIC_NOTE} ${act.note}`.trim() }),
  );
  return [...outcomes, ...risksIn(outcomes), ...reportsOn(country, outcomes, random)];
}

/** Between the arrest and the word that the danger is over. */
const CLEARED_AFTER_MS = 40 * 60_000;

/** An alarm for each target flagged so, from the outcome that flags it until after the arrest. */
function risksIn(outcomes: readonly OutcomeAct[]): RiskAct[] {
  const flagged = outcomes.filter(({ outcome }) => outcome.flags.includes('imminent-risk'));
  return [...Map.groupBy(flagged, ({ targetId }) => targetId)].flatMap(([targetId, acts]): RiskAct[] => {
    const arrest = acts.find(({ outcome }) => outcome.suspectsArrested > 0);
    const [seen] = acts;
    if (!seen || !arrest) return [];
    const { country } = seen;
    const cleared = new Date(arrest.at.getTime() + CLEARED_AFTER_MS);
    return [
      { kind: 'risk', at: seen.at, country, targetId, state: 'raised', reason: RISK_RAISED },
      { kind: 'risk', at: cleared, country, targetId, state: 'cleared', reason: RISK_CLEARED },
    ];
  });
}

const RISK_RAISED = 'The user has agreed to meet a child on 23 September. Synthetic.';
const RISK_CLEARED = 'Arrested at 04:30 before the meeting; the child is safe. Synthetic.';

function stepsOf(split: CountrySplit, targets: readonly TargetId[], random: Random): Step[] {
  if (isInvented(split.country)) return neverPositiveSteps(split.country, targets, random);
  if (split.country === PROVISIONAL.notActionable) return correctedSteps(split, targets, random);
  if (split.country === PROVISIONAL.negative) return correctedSteps(split, targets, random);
  return positiveSteps(split, targets, random);
}

/** A report on each report day before which something new was recorded. */
function reportsOn(country: CountryCode, outcomes: readonly OutcomeAct[], random: Random): ReportAct[] {
  const minute = random() % 480;
  let before = 0;
  return REPORT_DAYS.flatMap((day) => {
    const at = new Date(Date.parse(`${day}T08:00:00Z`) + minute * 60_000);
    const since = outcomes.filter((act) => act.at.getTime() > before && act.at <= at);
    before = at.getTime();
    if (since.length === 0) return [];
    const reason = since.find((act) => act.reason !== undefined)?.reason;
    return [{ kind: 'report' as const, at, country, ...(reason !== undefined && { reason }) }];
  });
}
