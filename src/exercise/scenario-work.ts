/** How a country works its targets in the story: three courses, all synthetic, drawn from the seed. */

import type { OutcomeKind } from '#casework/types.ts';
import { DAY_MS } from '#core/clock.ts';
import type { CountryCode } from '#core/countries.ts';
import type { TargetId } from '#core/ids.ts';
import { below, oneOf, type Random, shuffled } from './log/random.ts';
import { notableCase } from './scenario-cases.ts';
import type { CountrySplit } from './scenario-splits.ts';
import type { Step } from './scenario-steps.ts';

/** First and last day of work: after dissemination, before the report on which each moment rests. */
interface Period {
  readonly first: string;
  readonly last: string;
}
const BEFORE_PROVISIONAL: Period = { first: '2011-09-23', last: '2011-12-01' };
const BEFORE_FINAL: Period = { first: '2011-12-07', last: '2011-12-13' };

/** The imminent risk could not wait: flagged on the evening of the meeting's next day, arrested at dawn. */
const RISK_SEEN = new Date('2011-09-22T19:40:00Z');
const RISK_ENDED = new Date('2011-09-23T04:30:00Z');

/** Of targets without a suspect that are worked, what becomes of ten. */
const WITHOUT_SUSPECT: readonly OutcomeKind[] = [
  'negative',
  'negative',
  'negative',
  'negative',
  'negative',
  'not-actionable',
  'not-actionable',
  'not-actionable',
  'pending',
  'pending',
];

/** Most targets that a country without suspects works. */
const FEW = 8;
const GIGABYTE = 1_000_000_000;

/** A country that finds suspects: so many by the provisional moment, so many more by the final one. */
export function positiveSteps(split: CountrySplit, targets: readonly TargetId[], random: Random): Step[] {
  const { identified } = split.final;
  const worked = shuffled(targets.slice(0, identified + Math.ceil(identified * 0.4) + 2), random);
  const period = split.provisional.identified > 0 ? BEFORE_PROVISIONAL : BEFORE_FINAL;
  const spare = worked.slice(identified).map((targetId): Step => {
    const outcome = oneOf(random(), WITHOUT_SUSPECT);
    return {
      at: timeIn(period, random),
      targetId,
      outcome,
      searchDone: outcome === 'negative' && random() % 2 === 0,
    };
  });
  return [...suspectSteps(split, worked, random), ...spare];
}

/** A country whose first answer was "negative" or "not actionable", and which corrects it later. */
export function correctedSteps(split: CountrySplit, targets: readonly TargetId[], random: Random): Step[] {
  const onlyTarget = split.final.identified === 1;
  const worked = targets.slice(0, onlyTarget ? 1 : FEW);
  const first = worked.map(
    (targetId): Step => ({
      at: timeIn(BEFORE_PROVISIONAL, random),
      targetId,
      outcome: onlyTarget ? 'not-actionable' : 'negative',
      searchDone: !onlyTarget,
    }),
  );
  const reason = onlyTarget
    ? 'The operator found the subscriber record after all; the target could be worked.'
    : 'Further inquiries led to another household of the same subscriber; the first answer was negative.';
  const corrected = new Set<TargetId>();
  const later = suspectSteps(split, worked, random)
    .filter((step) => step.suspects !== undefined)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  return [
    ...first,
    ...later.map((step): Step => {
      if (corrected.has(step.targetId)) return step;
      corrected.add(step.targetId);
      return { ...step, reason };
    }),
  ];
}

/** One of the four invented participants: work, but never a suspect. */
export function neverPositiveSteps(
  country: CountryCode,
  targets: readonly TargetId[],
  random: Random,
): Step[] {
  const only: Partial<Record<CountryCode, OutcomeKind>> = {
    GR: 'negative',
    HU: 'not-actionable',
    PT: 'pending',
  };
  return targets.slice(0, FEW).map((targetId): Step => {
    const outcome = only[country] ?? oneOf(random(), WITHOUT_SUSPECT);
    return { at: timeIn(BEFORE_PROVISIONAL, random), targetId, outcome, searchDone: outcome === 'negative' };
  });
}

/** Suspect number n falls on target number n, and again on the first where targets are fewer than suspects. */
function suspectSteps(split: CountrySplit, worked: readonly TargetId[], random: Random): Step[] {
  const seized = new Map<TargetId, { devices: number; bytes: number }>();
  for (let suspect = 0; suspect < split.final.identified; suspect++) {
    const targetId = worked[suspect % worked.length] as TargetId;
    const drawn = { devices: 1 + below(random(), 6), bytes: (20 + below(random(), 3980)) * GIGABYTE };
    const known = notableCase(split.country, suspect)?.seized;
    if (known !== undefined || !seized.has(targetId)) seized.set(targetId, known ?? drawn);
  }
  return Array.from({ length: split.final.identified }, (_, suspect) => {
    const targetId = worked[suspect % worked.length] as TargetId;
    const steps = oneSuspect(split, { suspect, targetId, seized: seized.get(targetId) }, random);
    seized.delete(targetId);
    return steps;
  }).flat();
}

interface Suspect {
  readonly suspect: number;
  readonly targetId: TargetId;
  /** What the search of the target yields; undefined when an earlier suspect's search took it. */
  readonly seized: { readonly devices: number; readonly bytes: number } | undefined;
}

/** Subscriber identified, search, suspect; the first of each country are arrested, others in the last days. */
function oneSuspect(split: CountrySplit, { suspect, targetId, seized }: Suspect, random: Random): Step[] {
  const { provisional, final, country } = split;
  const period = suspect < provisional.identified ? BEFORE_PROVISIONAL : BEFORE_FINAL;
  const notable = notableCase(country, suspect);
  const urgent = notable?.flags.includes('imminent-risk') ?? false;
  const at = urgent ? RISK_ENDED : timeIn(period, random);
  const arrestedAtOnce = suspect < (suspect < provisional.identified ? provisional.arrested : final.arrested);
  const steps: Step[] = [
    {
      at,
      targetId,
      outcome: 'positive',
      suspects: 1,
      arrests: arrestedAtOnce ? 1 : 0,
      ...seized,
      ...(notable && { victims: notable.victimsSafeguarded, flags: notable.flags, note: notable.note }),
    },
  ];
  const known = urgent ? RISK_SEEN : new Date(at.getTime() - (1 + below(random(), 6)) * DAY_MS);
  if (urgent || (random() % 5 < 2 && known >= startOf(period))) {
    steps.push({ at: known, targetId, ...(urgent && notable && { flags: notable.flags }) });
  }
  if (!arrestedAtOnce && suspect < final.arrested) {
    steps.push({ at: timeIn(BEFORE_FINAL, random), targetId, arrests: 1, note: 'Arrested later.' });
  }
  return steps;
}

function startOf(period: Period): Date {
  return new Date(`${period.first}T00:00:00Z`);
}

/** A working hour within the period, on the minute. */
function timeIn(period: Period, random: Random): Date {
  const start = startOf(period).getTime();
  const days = Math.round((Date.parse(`${period.last}T00:00:00Z`) - start) / DAY_MS) + 1;
  return new Date(start + below(random(), days) * DAY_MS + (300 + below(random(), 720)) * 60_000);
}
