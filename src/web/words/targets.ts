/** What lists of targets are narrowed and ordered by. */
import type { TargetsQuery } from '#observations/schemas.ts';

export const MARKS = [
  'imminent-risk',
  'known',
  'direct',
  'identifiable',
  'expired',
  'disagreement',
  'carrier-nat',
  'hosting',
  'merged',
] as const satisfies NonNullable<TargetsQuery['mark']>;
export const SEVERITIES = ['A', 'B', 'C'] as const satisfies NonNullable<TargetsQuery['severity']>[];
export const SORTS = [
  'urgency',
  'deadline',
  'last-seen',
  'first-seen',
  'files',
  'rare-files',
  'rows',
  'addresses',
] as const satisfies NonNullable<TargetsQuery['sort']>[];

/** Targets that can be worked, where nobody says how many; and the most that the node answers for. */
export const COVER_USUAL = 25;
export const COVER_MOST = 1000;
