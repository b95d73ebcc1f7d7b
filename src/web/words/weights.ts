/** The weights of a ranking profile as words and as fields of a form. */
import type { RankingProfile, ScoreFeature } from '#observations/targets/ranking.ts';
import type { RankingBody } from '#observations/targets/schemas.ts';
import { t } from '#web/messages/messages.ts';

type Weights = RankingBody['weights'];

/** What each feature is counted as, in the order of the arithmetic. */
export function weightWords(weights: Weights): readonly { feature: ScoreFeature; words: string }[] {
  const { deadline, recency, severity, rare, flagged, volume, activity } = weights;
  return [
    { feature: 'deadline', words: t('ranking.deadline', deadline) },
    { feature: 'recency', words: t('ranking.recency', recency) },
    { feature: 'severity-A', words: t('ranking.severity', severity.A) },
    { feature: 'severity-B', words: t('ranking.severity', severity.B) },
    { feature: 'severity-C', words: t('ranking.severity', severity.C) },
    { feature: 'rare', words: t('ranking.rare', rare) },
    { feature: 'flagged', words: t('ranking.flagged', flagged) },
    { feature: 'volume', words: t('ranking.volume', volume) },
    { feature: 'activity', words: t('ranking.activity', activity) },
  ];
}

type Part =
  | 'points'
  | 'soonDays'
  | 'lostPerDay'
  | 'least'
  | 'atMostFiles'
  | 'suppliers'
  | 'atMostDoublings'
  | 'atMostDays';

/** What a number may be: the limits that the node checks. */
export const LIMITS: Readonly<Record<Part, readonly [least: number, most: number]>> = {
  points: [0, 10_000],
  soonDays: [0, 1_000_000],
  lostPerDay: [0, 10_000],
  least: [0, 10_000],
  atMostFiles: [0, 1_000_000],
  suppliers: [1, 100],
  atMostDoublings: [0, 53],
  atMostDays: [0, 1_000_000],
};

/** The fields of each feature. */
export const WEIGHT_FIELDS: readonly { readonly feature: ScoreFeature; readonly parts: readonly Part[] }[] = [
  { feature: 'deadline', parts: ['points', 'soonDays', 'lostPerDay', 'least'] },
  { feature: 'recency', parts: ['points', 'lostPerDay'] },
  { feature: 'severity-A', parts: ['points', 'atMostFiles'] },
  { feature: 'severity-B', parts: ['points', 'atMostFiles'] },
  { feature: 'severity-C', parts: ['points', 'atMostFiles'] },
  { feature: 'rare', parts: ['points', 'suppliers', 'atMostFiles'] },
  { feature: 'flagged', parts: ['points', 'atMostFiles'] },
  { feature: 'volume', parts: ['points', 'atMostDoublings'] },
  { feature: 'activity', parts: ['points', 'atMostDays'] },
];

export type WeightForm = Record<string, string>;

export const weightField = (feature: ScoreFeature, part: Part) => `${feature} ${part}`;

/** A profile as what stands in the fields. */
export function weightForm(profile: RankingProfile): WeightForm {
  const { A, B, C } = profile.severity;
  const flat: Readonly<Record<string, unknown>> = {
    ...profile,
    'severity-A': A,
    'severity-B': B,
    'severity-C': C,
  };
  return Object.fromEntries(
    WEIGHT_FIELDS.flatMap(({ feature, parts }) =>
      parts.map((part) => [
        weightField(feature, part),
        String((flat[feature] as Readonly<Partial<Record<Part, number>>>)[part]),
      ]),
    ),
  );
}

/** Is it a whole number that the node takes there? */
export function fits(part: Part, text: string | undefined): boolean {
  const [least, most] = LIMITS[part];
  return text !== undefined && /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
}

/** What the fields say, once all of them fit. */
export function weightsOf(form: WeightForm): Weights {
  const number = (feature: ScoreFeature, part: Part) => Number(form[weightField(feature, part)]);
  const files = (feature: ScoreFeature) => ({
    points: number(feature, 'points'),
    atMostFiles: number(feature, 'atMostFiles'),
  });
  return {
    deadline: {
      points: number('deadline', 'points'),
      soonDays: number('deadline', 'soonDays'),
      lostPerDay: number('deadline', 'lostPerDay'),
      least: number('deadline', 'least'),
    },
    recency: { points: number('recency', 'points'), lostPerDay: number('recency', 'lostPerDay') },
    severity: { A: files('severity-A'), B: files('severity-B'), C: files('severity-C') },
    rare: { ...files('rare'), suppliers: number('rare', 'suppliers') },
    flagged: files('flagged'),
    volume: {
      points: number('volume', 'points'),
      atMostDoublings: number('volume', 'atMostDoublings'),
    },
    activity: { points: number('activity', 'points'), atMostDays: number('activity', 'atMostDays') },
  };
}
