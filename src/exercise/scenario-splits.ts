/**
 * Synthetic: how the published totals fall on the countries. Only the totals, the list of positive
 * countries, Malta's one target and Croatia's negative result are public; no split is.
 * The figures of a country never fall, and they sum to
 * the totals at both moments (see scenario.test.ts).
 */
import type { CountryCode } from '#core/countries.ts';
import type { LogPlan } from './log/plan.ts';
import {
  INVENTED_PARTICIPANTS,
  PROVISIONAL,
  PUBLISHED_PARTICIPANTS,
  SYNTHETIC_NOTE,
  type Synthetic,
} from './scenario.ts';

interface SuspectCount {
  /** Includes those arrested or detained. */
  readonly identified: number;
  readonly arrested: number;
}

export interface CountrySplit extends Synthetic {
  readonly country: CountryCode;
  readonly provisional: SuspectCount;
  readonly final: SuspectCount;
}

/** Country: identified and arrested at the provisional moment, then at the final one. */
const SPLITS: Record<(typeof PUBLISHED_PARTICIPANTS)[number], readonly [number, number, number, number]> = {
  AT: [9, 3, 10, 3],
  BE: [14, 7, 15, 7],
  BG: [8, 4, 8, 4],
  HR: [0, 0, 4, 1],
  CY: [3, 1, 3, 1],
  CZ: [0, 0, 6, 1],
  DK: [18, 10, 19, 10],
  EE: [5, 2, 5, 2],
  FI: [10, 4, 11, 4],
  FR: [28, 14, 30, 15],
  DE: [35, 13, 38, 14],
  IE: [8, 3, 8, 3],
  IT: [0, 0, 14, 4],
  LU: [2, 1, 2, 1],
  MT: [0, 0, 1, 0],
  NL: [0, 0, 10, 2],
  NO: [13, 6, 14, 6],
  PL: [19, 10, 20, 10],
  SK: [6, 3, 6, 3],
  ES: [22, 12, 24, 13],
  SE: [14, 6, 15, 6],
  CH: [6, 2, 6, 2],
};
const NONE: SuspectCount = { identified: 0, arrested: 0 };

/** All 26 participants; the four invented ones never have a suspect. */
export const COUNTRY_SPLITS: readonly CountrySplit[] = [
  ...PUBLISHED_PARTICIPANTS.map((country): CountrySplit => {
    const [identified, arrested, identifiedAtLast, arrestedAtLast] = SPLITS[country];
    return {
      country,
      provisional: { identified, arrested },
      final: { identified: identifiedAtLast, arrested: arrestedAtLast },
      synthetic: true,
      note: SYNTHETIC_NOTE,
    };
  }),
  ...INVENTED_PARTICIPANTS.map(
    (country): CountrySplit => ({
      country,
      provisional: NONE,
      final: NONE,
      synthetic: true,
      note: SYNTHETIC_NOTE,
    }),
  ),
];

/** Targets that a country without suspects gets. */
const FEW_TARGETS = 8;

/**
 * What the log must hold for the story: a quarter more targets than suspects in each country, because some
 * turn out negative, and exactly one in Malta, as published.
 */
export function scenarioLogPlan(): LogPlan {
  return {
    countries: COUNTRY_SPLITS.map(({ country, final }) => {
      const onlyOne = country === PROVISIONAL.notActionable;
      const wanted = final.identified === 0 ? FEW_TARGETS : Math.ceil(final.identified * 1.25) + 2;
      return { country, minimumTargets: onlyOne ? 1 : wanted, onlyOne };
    }),
  };
}
