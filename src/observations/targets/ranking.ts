/**
 * Ranking by urgency: how soon an address can still be identified, how grave the known files are, how
 * much there is. Whole points only, so that ties are ties everywhere; every score opens into words
 * that sum to it. Imminent risk is no feature: it outranks every score.
 */
import { DAY_MS } from '#core/clock.ts';
import { SEVERITY_CODES, type SeverityCode, type TargetFacts } from '#observations/types.ts';

/** Weights, named by version; a change of any number is a new version. */
export interface RankingProfile {
  readonly version: string;
  readonly recency: {
    /** For a target seen in the last day. */
    readonly points: number;
    /** Taken off for each full day since it was last seen. */
    readonly lostPerDay: number;
  };
  /** Points for each distinct file with the code, up to so many files. */
  readonly severity: Readonly<
    Record<SeverityCode, { readonly points: number; readonly atMostFiles: number }>
  >;
  /** Points for each doubling of the number of distinct files. */
  readonly volume: { readonly points: number; readonly atMostDoublings: number };
  readonly activity: { readonly points: number; readonly atMostDays: number };
}

/**
 * First weights. Recency leads, because operators keep subscriber records for days to months and about
 * 70 % of requests concern data at most three months old (Commission evaluation of Directive 2006/24/EC,
 * 2011); volume counts in doublings, since ranking by library size alone is beaten (Hurley et al. 2013).
 */
export const URGENCY_1: RankingProfile = {
  version: 'urgency-1',
  recency: { points: 360, lostPerDay: 4 },
  severity: {
    A: { points: 20, atMostFiles: 15 },
    B: { points: 8, atMostFiles: 15 },
    C: { points: 2, atMostFiles: 15 },
  },
  volume: { points: 10, atMostDoublings: 10 },
  activity: { points: 3, atMostDays: 30 },
};

export interface ScorePart {
  readonly feature: 'recency' | 'severity-A' | 'severity-B' | 'severity-C' | 'volume' | 'activity';
  /** The fact that was counted: days, files. */
  readonly value: number;
  readonly points: number;
  readonly words: string;
}

/**
 * The arithmetic of a score.
 * @param rankedAt the instant from which recency counts
 */
export function explainScore(
  facts: TargetFacts,
  rankedAt: Date,
  profile: RankingProfile = URGENCY_1,
): ScorePart[] {
  return [
    recency(facts, rankedAt, profile),
    ...SEVERITY_CODES.map((code) => severity(facts, code, profile)),
    volume(facts, profile),
    activity(facts, profile),
  ];
}

/** The sum of {@link explainScore}. */
export function scoreOf(facts: TargetFacts, rankedAt: Date, profile: RankingProfile = URGENCY_1): number {
  return explainScore(facts, rankedAt, profile).reduce((sum, { points }) => sum + points, 0);
}

function recency(
  { lastSeenAt }: TargetFacts,
  rankedAt: Date,
  { recency: weight }: RankingProfile,
): ScorePart {
  const days = Math.max(0, Math.floor((rankedAt.getTime() - lastSeenAt.getTime()) / DAY_MS));
  const points = Math.max(0, weight.points - days * weight.lostPerDay);
  return {
    feature: 'recency',
    value: days,
    points,
    words: `last seen ${days === 0 ? 'less than a day' : plural(days, 'day')} before ranking: ${weight.points} less ${weight.lostPerDay} a day, not below 0`,
  };
}

function severity({ filesByCode }: TargetFacts, code: SeverityCode, profile: RankingProfile): ScorePart {
  const weight = profile.severity[code];
  const files = filesByCode[code];
  return {
    feature: `severity-${code}`,
    value: files,
    points: Math.min(files, weight.atMostFiles) * weight.points,
    words: `${plural(files, 'distinct file')} with code ${code}: ${weight.points} each for at most ${weight.atMostFiles}`,
  };
}

function volume({ distinctFiles }: TargetFacts, { volume: weight }: RankingProfile): ScorePart {
  // The number of binary digits, exact for every count that is a safe integer.
  const doublings = distinctFiles === 0 ? 0 : distinctFiles.toString(2).length;
  return {
    feature: 'volume',
    value: distinctFiles,
    points: Math.min(doublings, weight.atMostDoublings) * weight.points,
    words: `${plural(distinctFiles, 'distinct file')}: ${weight.points} for the first and for each doubling, at most ${weight.atMostDoublings} times`,
  };
}

function activity({ activeDays }: TargetFacts, { activity: weight }: RankingProfile): ScorePart {
  return {
    feature: 'activity',
    value: activeDays,
    points: Math.min(activeDays, weight.atMostDays) * weight.points,
    words: `active on ${plural(activeDays, 'day')}: ${weight.points} each for at most ${weight.atMostDays}`,
  };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
