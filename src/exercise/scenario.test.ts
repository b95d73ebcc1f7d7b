import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Outcome, outcomeProblem, takesBack, totalsOf } from '#casework/types.ts';
import type { CountryCode } from '#core/countries.ts';
import type { TargetId } from '#core/ids.ts';
import { AGENCIES, FINAL, MOMENTS, PARTICIPANTS, PROVISIONAL } from './scenario.ts';
import { NOTABLE_CASES, TERABYTE } from './scenario-cases.ts';
import { EXAMINED, seizureOf } from './scenario-exhibits.ts';
import { type FeedbackAct, feedbackPlan } from './scenario-feedback.ts';
import { COMMON_SUSPECT, PLANTED_HITS } from './scenario-matches.ts';
import { COUNTRY_SPLITS, scenarioLogPlan } from './scenario-splits.ts';
import { suspectsIn } from './scenario-suspects.ts';

type Targets = Map<CountryCode, TargetId[]>;

function targetsWith(count: (country: CountryCode) => number): Targets {
  return new Map(
    PARTICIPANTS.map((country) => [
      country,
      Array.from({ length: count(country) }, (_, i) => `target_${country}-${i}` as TargetId),
    ]),
  );
}

const asPlanned = targetsWith((country) => {
  return scenarioLogPlan().countries.find((one) => one.country === country)?.minimumTargets ?? 0;
});

/** Plays the acts: each country's report states its outcomes as recorded by then; the last one stands. */
function reportsAsTheyStand(plan: readonly FeedbackAct[], moment: Date): Map<CountryCode, Outcome[]> {
  const recorded = new Map<CountryCode, Map<TargetId, Outcome>>();
  const standing = new Map<CountryCode, Outcome[]>();
  for (const act of plan.filter((one) => one.at <= moment)) {
    const outcomes = recorded.get(act.country) ?? new Map<TargetId, Outcome>();
    recorded.set(act.country, outcomes);
    if (act.kind === 'outcome') outcomes.set(act.targetId, act.outcome);
    else if (act.kind === 'report') standing.set(act.country, [...outcomes.values()]);
  }
  return standing;
}

function countriesWith(reports: Map<CountryCode, Outcome[]>, kind: Outcome['outcome']): CountryCode[] {
  return [...reports]
    .filter(([, outcomes]) => outcomes.some((one) => one.outcome === kind))
    .map(([country]) => country);
}

const anySituation = fc.record({
  seed: fc.integer(),
  sizes: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 26, maxLength: 26 }),
});
const situationTargets = (sizes: readonly number[]): Targets =>
  targetsWith((country) => (country === 'MT' ? 1 : (sizes[PARTICIPANTS.indexOf(country)] ?? 1)));

describe('the published story', () => {
  it('has 26 participants, 22 of them published, and no agency twice', () => {
    expect(PARTICIPANTS).toHaveLength(26);
    expect(AGENCIES.filter((agency) => agency.synthetic !== null)).toHaveLength(4);
    expect(new Set(AGENCIES.map((agency) => agency.agencyId)).size).toBe(29);
  });

  it('splits the published totals without a remainder, and no country falls', () => {
    const sum = (moment: 'provisional' | 'final', what: 'identified' | 'arrested'): number =>
      COUNTRY_SPLITS.reduce((total, split) => total + split[moment][what], 0);
    expect([sum('provisional', 'identified'), sum('provisional', 'arrested')]).toEqual([220, 101]);
    expect([sum('final', 'identified'), sum('final', 'arrested')]).toEqual([269, 112]);
    for (const { provisional, final } of COUNTRY_SPLITS) {
      expect(provisional.arrested).toBeLessThanOrEqual(provisional.identified);
      expect(final.arrested).toBeLessThanOrEqual(final.identified);
      expect(final.identified).toBeGreaterThanOrEqual(provisional.identified);
      expect(final.arrested).toBeGreaterThanOrEqual(provisional.arrested);
    }
  });

  it('asks the log for at least as many targets as each country has suspects, and for one in Malta', () => {
    for (const { country, minimumTargets } of scenarioLogPlan().countries) {
      const suspects = COUNTRY_SPLITS.find((split) => split.country === country)?.final.identified ?? 0;
      expect(minimumTargets).toBeGreaterThanOrEqual(suspects);
    }
    expect(asPlanned.get('MT')).toHaveLength(1);
  });
});

describe('the feedback plan', () => {
  it('reaches the provisional figures: 17 countries, 220 suspects, 101 arrests, whatever the seed and targets', () => {
    fc.assert(
      fc.property(anySituation, ({ seed, sizes }) => {
        const plan = feedbackPlan({ targetsByCountry: situationTargets(sizes), seed });
        const reports = reportsAsTheyStand(plan, MOMENTS.provisional);
        const totals = totalsOf([...reports.values()].flat());
        expect(totals.suspectsIdentified).toBe(PROVISIONAL.suspectsIdentified);
        expect(totals.suspectsArrested).toBe(PROVISIONAL.suspectsArrested);
        expect(countriesWith(reports, 'positive').sort()).toEqual([...PROVISIONAL.positiveCountries].sort());
        expect(reports.get('MT')?.map((one) => one.outcome)).toEqual(['not-actionable']);
        expect(new Set(reports.get('HR')?.map((one) => one.outcome))).toEqual(new Set(['negative']));
      }),
      { numRuns: 40 },
    );
  });

  it('reaches the final figures: 22 countries, 269 suspects, 112 arrests, one suspect with 29 TB', () => {
    fc.assert(
      fc.property(anySituation, ({ seed, sizes }) => {
        const plan = feedbackPlan({ targetsByCountry: situationTargets(sizes), seed });
        const reports = reportsAsTheyStand(plan, MOMENTS.final);
        const outcomes = [...reports.values()].flat();
        expect(totalsOf(outcomes).suspectsIdentified).toBe(FINAL.suspectsIdentified);
        expect(totalsOf(outcomes).suspectsArrested).toBe(FINAL.suspectsArrested);
        expect(countriesWith(reports, 'positive').sort()).toEqual([...FINAL.countries].sort());
        expect(outcomes.filter((one) => one.bytesSeized === 29 * TERABYTE)).toHaveLength(1);
        expect(totalsOf(outcomes).imminentRisk).toBe(1);
        expect(totalsOf(outcomes).victimsSafeguarded).toBe(
          NOTABLE_CASES.reduce((sum, one) => sum + one.victimsSafeguarded, 0),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('is in order of time, between dissemination and the final moment, and the same for the same seed', () => {
    const plan = feedbackPlan({ targetsByCountry: asPlanned, seed: 7 });
    expect(feedbackPlan({ targetsByCountry: asPlanned, seed: 7 })).toEqual(plan);
    expect(feedbackPlan({ targetsByCountry: asPlanned, seed: 8 })).not.toEqual(plan);
    const times = plan.map((act) => act.at.getTime());
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(times[0]).toBeGreaterThan(MOMENTS.dissemination.getTime());
    expect(times.at(-1)).toBeLessThan(MOMENTS.final.getTime());
  });

  it('records only outcomes that the casework accepts, and gives a reason wherever one takes back another', () => {
    fc.assert(
      fc.property(anySituation, ({ seed, sizes }) => {
        const last = new Map<TargetId, Outcome>();
        for (const act of feedbackPlan({ targetsByCountry: situationTargets(sizes), seed })) {
          if (act.kind !== 'outcome') continue;
          expect(outcomeProblem(act.outcome)).toBeUndefined();
          const before = last.get(act.targetId);
          expect(act.reason !== undefined).toBe(before !== undefined && takesBack(before, act.outcome));
          last.set(act.targetId, act.outcome);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('lets every country report more than once where it has news, and corrects Malta and Croatia with a reason', () => {
    const reports = feedbackPlan({ targetsByCountry: asPlanned, seed: 1 }).filter(
      (act) => act.kind === 'report',
    );
    const of = (country: CountryCode) => reports.filter((act) => act.country === country);
    expect(of('DE').length).toBeGreaterThan(2);
    for (const country of ['MT', 'HR'] as const) {
      expect(of(country).some((act) => act.reason !== undefined && act.at > MOMENTS.provisional)).toBe(true);
    }
    for (const country of ['IT', 'NL', 'CZ'] as const) {
      expect(of(country).every((act) => act.at > MOMENTS.provisional)).toBe(true);
    }
  });

  it('gives one suspect to a target as long as there are targets enough', () => {
    const last = new Map<TargetId, Outcome>();
    for (const act of feedbackPlan({ targetsByCountry: asPlanned, seed: 3 })) {
      if (act.kind === 'outcome') last.set(act.targetId, act.outcome);
    }
    expect(Math.max(...[...last.values()].map((one) => one.suspectsIdentified))).toBe(1);
  });

  it('arrests the imminent risk before any other arrest', () => {
    const arrests = feedbackPlan({ targetsByCountry: asPlanned, seed: 5 }).filter(
      (act) => act.kind === 'outcome' && act.outcome.suspectsArrested > 0,
    );
    expect(arrests[0]).toMatchObject({
      country: 'BE',
      outcome: { flags: expect.arrayContaining(['imminent-risk']) },
    });
  });

  it('raises imminent risk when it is seen and clears it after the arrest, once', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const acts = feedbackPlan({ targetsByCountry: asPlanned, seed });
        const risks = acts.filter((act) => act.kind === 'risk');
        expect(risks.map(({ state, country }) => [state, country])).toEqual([
          ['raised', 'BE'],
          ['cleared', 'BE'],
        ]);
        const [raised, cleared] = risks;
        const arrest = acts.find((act) => act.kind === 'outcome' && act.outcome.suspectsArrested > 0);
        expect(arrest).toMatchObject({ targetId: raised?.targetId });
        expect(raised && arrest && raised.at < arrest.at).toBe(true);
        expect(cleared && arrest && cleared.at > arrest.at).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('names each suspect once, in the order of the country, and has those whom the cross-match plants', () => {
    const before = feedbackPlan({ targetsByCountry: asPlanned, seed: 1 }).filter(
      ({ at }) => at <= MOMENTS.matches,
    );
    const suspects = suspectsIn(before);
    const references = [...suspects.values()].flat().map(({ reference }) => reference);
    expect(references).toHaveLength(PROVISIONAL.suspectsIdentified);
    expect(new Set(references).size).toBe(references.length);
    expect([...suspects.keys()].sort()).toEqual([...PROVISIONAL.positiveCountries].sort());
    const planted = PLANTED_HITS.flatMap(({ sides }) => sides).filter((side) => !side.startsWith('Person'));
    expect(references).toEqual(expect.arrayContaining([...planted, COMMON_SUSPECT]));
  });

  it('has seized devices to examine, whatever the seed, and lets nothing fall on the day of examination', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const acts = feedbackPlan({ targetsByCountry: asPlanned, seed });
        for (const { country } of EXAMINED) {
          const { devices, seizedAt } = seizureOf(country, acts);
          expect(devices).toBeGreaterThan(0);
          expect(seizedAt < MOMENTS.exhibits).toBe(true);
        }
        expect(acts.filter(({ at }) => at > MOMENTS.exhibits && at <= MOMENTS.provisional)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses a country that must identify suspects and has no target', () => {
    const targets = new Map(asPlanned).set('FR', []);
    expect(() => feedbackPlan({ targetsByCountry: targets, seed: 1 })).toThrow(/no target in FR/);
  });
});
