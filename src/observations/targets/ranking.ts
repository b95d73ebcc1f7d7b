/**
 * Ranking by urgency: how long an address can still be identified, how grave the known files are, what
 * only this target supplies, how much there is. Whole points only, so that ties are ties everywhere;
 * every score opens into words that sum to it. Imminent risk and prior knowledge are no features: they
 * outrank every score. The same arithmetic stands here for a reader and in `score-sql.ts` for a million
 * targets; a test holds the two together.
 */
import { DAY_MS } from '#core/clock.ts';
import { SEVERITY_CODES, type SeverityCode, type TargetFacts } from '#observations/types.ts';

/** Weights, named and versioned; a change of any number is a new version. */
export interface RankingProfile {
  readonly name: string;
  readonly version: number;
  readonly deadline: {
    /** For a target whose records are gone in at most `soonDays` days. */
    readonly points: number;
    readonly soonDays: number;
    /** Taken off for each full day beyond those. */
    readonly lostPerDay: number;
    /** Not below this, as long as an operator can still answer. */
    readonly least: number;
  };
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
  /** Points for each file that at most so many client ids supply, this one included. */
  readonly rare: { readonly points: number; readonly atMostFiles: number; readonly suppliers: number };
  /** Points for each file that the tool flagged although no list knows it. */
  readonly flagged: { readonly points: number; readonly atMostFiles: number };
  /** Points for each doubling of the number of distinct files. */
  readonly volume: { readonly points: number; readonly atMostDoublings: number };
  readonly activity: { readonly points: number; readonly atMostDays: number };
}

/**
 * The weights that Icarus comes with. The clock leads: operators keep records for days to months, and
 * about 70 % of requests concern data at most three months old (Commission evaluation of Directive
 * 2006/24/EC, 2011). Volume counts in doublings, since ranking by library size alone is beaten (Hurley et
 * al. 2013), and rare files count, since few targets account for most of what only they supply (Wolak et
 * al. 2014).
 */
export const URGENCY: RankingProfile = {
  name: 'urgency',
  version: 2,
  deadline: { points: 300, soonDays: 14, lostPerDay: 1, least: 60 },
  recency: { points: 120, lostPerDay: 2 },
  severity: {
    A: { points: 20, atMostFiles: 15 },
    B: { points: 8, atMostFiles: 15 },
    C: { points: 2, atMostFiles: 15 },
  },
  rare: { points: 6, atMostFiles: 20, suppliers: 3 },
  flagged: { points: 4, atMostFiles: 15 },
  volume: { points: 10, atMostDoublings: 10 },
  activity: { points: 3, atMostDays: 30 },
};

/** Name and version as they are printed: `urgency-2`. */
export function rankingName({ name, version }: Pick<RankingProfile, 'name' | 'version'>): string {
  return `${name}-${version}`;
}

export const SCORE_FEATURES = [
  'deadline',
  'recency',
  'severity-A',
  'severity-B',
  'severity-C',
  'rare',
  'flagged',
  'volume',
  'activity',
] as const;
export type ScoreFeature = (typeof SCORE_FEATURES)[number];

export interface ScorePart {
  readonly feature: ScoreFeature;
  /** The fact that was counted: days, files. */
  readonly value: number;
  readonly points: number;
  readonly words: string;
}

/**
 * The arithmetic of a score.
 * @param rankedAt the instant from which days count
 */
export function explainScore(
  facts: TargetFacts,
  rankedAt: Date,
  profile: RankingProfile = URGENCY,
): ScorePart[] {
  return [
    deadline(facts, rankedAt, profile),
    recency(facts, rankedAt, profile),
    ...SEVERITY_CODES.map((code) => severity(facts, code, profile)),
    rare(facts, profile),
    flagged(facts, profile),
    volume(facts, profile),
    activity(facts, profile),
  ];
}

/** The sum of {@link explainScore}. */
export function scoreOf(facts: TargetFacts, rankedAt: Date, profile: RankingProfile = URGENCY): number {
  return explainScore(facts, rankedAt, profile).reduce((sum, { points }) => sum + points, 0);
}

function fullDays(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / DAY_MS);
}

function deadline({ identifiableUntil }: TargetFacts, rankedAt: Date, profile: RankingProfile): ScorePart {
  const { points, soonDays, lostPerDay, least } = profile.deadline;
  const feature = 'deadline';
  if (!identifiableUntil)
    return { feature, value: 0, points: 0, words: 'no direct observation leads to an operator: none' };
  if (identifiableUntil <= rankedAt)
    return { feature, value: 0, points: 0, words: 'the records that lead to it were gone at ranking: none' };
  const days = fullDays(rankedAt, identifiableUntil);
  return {
    feature,
    value: days,
    points: Math.max(least, points - Math.max(0, days - soonDays) * lostPerDay),
    words: `${days === 0 ? 'less than a day' : plural(days, 'day')} left at ranking to identify it: ${points} within ${soonDays} days, less ${lostPerDay} for each day beyond, not below ${least}`,
  };
}

function recency(
  { lastSeenAt }: TargetFacts,
  rankedAt: Date,
  { recency: weight }: RankingProfile,
): ScorePart {
  const days = Math.max(0, fullDays(lastSeenAt, rankedAt));
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

function rare({ rareFiles }: TargetFacts, { rare: weight }: RankingProfile): ScorePart {
  const others = weight.suppliers - 1;
  return {
    feature: 'rare',
    value: rareFiles,
    points: Math.min(rareFiles, weight.atMostFiles) * weight.points,
    words: `${plural(rareFiles, 'file')} that only it or at most ${plural(others, 'other')} supply: ${weight.points} each for at most ${weight.atMostFiles}`,
  };
}

function flagged({ flaggedFiles }: TargetFacts, { flagged: weight }: RankingProfile): ScorePart {
  return {
    feature: 'flagged',
    value: flaggedFiles,
    points: Math.min(flaggedFiles, weight.atMostFiles) * weight.points,
    words: `${plural(flaggedFiles, 'file')} on no list that the tool flagged: ${weight.points} each for at most ${weight.atMostFiles}`,
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
