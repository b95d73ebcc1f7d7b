/** Outcomes and flags as casework names them; the compiler holds both lists together. */
import type { Flag, OutcomeKind } from '#casework/types.ts';
import type { SubjectCategory } from '#core/data-subjects.ts';

export const OUTCOMES = [
  'positive',
  'negative',
  'not-actionable',
  'pending',
] as const satisfies readonly OutcomeKind[];
export const FLAGS = ['imminent-risk', 'hands-on', 'producer'] as const satisfies readonly Flag[];
export const CATEGORIES = [
  'potential-offender',
  'suspect',
  'convicted',
  'victim',
  'other',
] as const satisfies readonly SubjectCategory[];
