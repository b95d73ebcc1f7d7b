/**
 * The rules by which two client ids are suggested as one, and what a suggestion scores. Every score is
 * whole points that open into words and sum to it. The numbers were set by measuring against the
 * generator's truth (`npm run bench -- links` measures them again): a rule of which fewer than nine in ten
 * suggestions were right is not here.
 */
import type { LinkFacts, LinkType } from './types.ts';

/** Thresholds and points, named by version; a change of any number is a new version. */
export interface LinkRules {
  readonly version: string;
  /** An address (with port, where one is meant) that more ids use links nothing: NAT, a household, a rented server. */
  readonly crowd: {
    /** Most ids in use at once; uses less than `hours` apart are at once. */
    readonly mostAtOnce: number;
    readonly hours: number;
    /** Most ids over the whole log. */
    readonly mostEver: number;
  };
  /** Longest time between the two ids, by type. */
  readonly longestGapHours: Readonly<Record<Exclude<LinkType, 'same-files'>, number>>;
  /** A file is rare while at most so many ids hold it. */
  readonly rareFileHolders: number;
  /** Fewest rare files in common, and their least share of the rare files that either holds. */
  readonly files: Readonly<
    Record<
      'same-address-same-files' | 'same-files',
      { readonly inCommon: number; readonly sharePerCent: number }
    >
  >;
  readonly points: {
    readonly type: Readonly<Record<LinkType, number>>;
    readonly gap: { readonly points: number; readonly lostPerDay: number };
    readonly inTurn: number;
    readonly sameSoftware: number;
    readonly file: { readonly points: number; readonly atMostFiles: number };
  };
}

export const LINKS_1: LinkRules = {
  version: 'links-1',
  crowd: { mostAtOnce: 2, hours: 6, mostEver: 8 },
  longestGapHours: { 'same-address-and-port': 720, 'id-replaced': 96, 'same-address-same-files': 48 },
  rareFileHolders: 40,
  files: {
    'same-address-same-files': { inCommon: 2, sharePerCent: 5 },
    'same-files': { inCommon: 5, sharePerCent: 10 },
  },
  points: {
    type: {
      'same-address-and-port': 55,
      'id-replaced': 50,
      'same-address-same-files': 55,
      'same-files': 40,
    },
    gap: { points: 15, lostPerDay: 1 },
    inTurn: 10,
    sameSoftware: 10,
    file: { points: 2, atMostFiles: 5 },
  },
};

export interface LinkScorePart {
  readonly feature: 'type' | 'gap' | 'in-turn' | 'software' | 'files';
  readonly points: number;
  readonly words: string;
}

const MINUTES_PER_DAY = 1440;

/** The arithmetic of a link's score. */
export function explainLink(facts: LinkFacts, rules: LinkRules = LINKS_1): LinkScorePart[] {
  const { points } = rules;
  const days = Math.floor(facts.gapMinutes / MINUTES_PER_DAY);
  return [
    { feature: 'type', points: points.type[facts.type], words: typeWords(facts.type, rules) },
    {
      feature: 'gap',
      points: Math.max(0, points.gap.points - days * points.gap.lostPerDay),
      words: `${gapWords(facts.gapMinutes)}: ${points.gap.points} less ${points.gap.lostPerDay} a full day, not below 0`,
    },
    {
      feature: 'in-turn',
      points: facts.inTurn ? points.inTurn : 0,
      words: facts.inTurn
        ? 'the first was not seen again anywhere once the second had begun'
        : 'both were seen in the same time: two installations, or two people',
    },
    {
      feature: 'software',
      points: facts.sameSoftware ? points.sameSoftware : 0,
      words: facts.sameSoftware
        ? 'the same client software, whichever version'
        : 'no client software in common',
    },
    {
      feature: 'files',
      points: Math.min(facts.filesInCommon, points.file.atMostFiles) * points.file.points,
      words: `${facts.filesInCommon} rare ${facts.filesInCommon === 1 ? 'file' : 'files'} in common of ${facts.filesOfBoth} that either holds: ${points.file.points} each for at most ${points.file.atMostFiles}`,
    },
  ];
}

/** The sum of {@link explainLink}. */
export function linkScore(facts: LinkFacts, rules: LinkRules = LINKS_1): number {
  return explainLink(facts, rules).reduce((sum, { points }) => sum + points, 0);
}

/** SQL: the same score over columns `type`, `gap_minutes`, `in_turn`, `same_software`, `files_in_common`. */
export function linkScoreSql({ points }: LinkRules): string {
  const types = Object.entries(points.type).map(([type, base]) => `WHEN '${type}' THEN ${base}`);
  return `(CASE type ${types.join(' ')} END
    + greatest(0, ${points.gap.points} - (gap_minutes // ${MINUTES_PER_DAY}) * ${points.gap.lostPerDay})
    + in_turn::INTEGER * ${points.inTurn} + same_software::INTEGER * ${points.sameSoftware}
    + least(files_in_common, ${points.file.atMostFiles}) * ${points.file.points})::INTEGER`;
}

/** What the rule says, in words. */
export function typeWords(type: LinkType, rules: LinkRules = LINKS_1): string {
  const { longestGapHours: hours, rareFileHolders } = rules;
  const rare = `rare files (of at most ${rareFileHolders} ids)`;
  switch (type) {
    case 'same-address-and-port':
      return `one followed the other at one address and port, at most ${hours[type] / 24} days apart`;
    case 'id-replaced':
      return `the second began at an address within ${hours[type]} hours of the last sight of the first, which had ended for good`;
    case 'same-address-same-files':
      return `both at one address, at most ${hours[type] / 24} days apart, with ${rare} in common`;
    case 'same-files':
      return `one ended before the other began, with ${rare} in common`;
  }
}

function gapWords(minutes: number): string {
  if (minutes === 0) return 'in use at the same time';
  if (minutes < 60) return `${minutes} min between them`;
  if (minutes < 2 * MINUTES_PER_DAY) return `${Math.floor(minutes / 60)} h between them`;
  return `${Math.floor(minutes / MINUTES_PER_DAY)} days between them`;
}
