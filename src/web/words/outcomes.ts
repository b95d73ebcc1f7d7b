/** Outcomes and flags as casework names them; the compiler holds both lists together. */
import type { Flag, OutcomeKind } from '#casework/types.ts';

export const OUTCOMES = [
  'positive',
  'negative',
  'not-actionable',
  'pending',
] as const satisfies readonly OutcomeKind[];
export const FLAGS = ['imminent-risk', 'hands-on', 'producer'] as const satisfies readonly Flag[];
