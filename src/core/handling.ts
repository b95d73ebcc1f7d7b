/** Handling codes and the 4x4 evaluation (Europol/SIENA, Council doc 6243/18; Regulation (EU) 2016/794 Art. 29). */

/**
 * H0 only for preventing and combating crime; H1 not in judicial proceedings without the provider's
 * permission; H2 no further dissemination without permission; H3 other restrictions, as free text.
 * A set plus text, not a ladder.
 */
export const HANDLING_CODES = ['H0', 'H1', 'H2', 'H3'] as const;
export type HandlingCode = (typeof HANDLING_CODES)[number];

/** Source: A reliable in all instances, B in most, C unreliable in most, X cannot be assessed. */
export const SOURCE_GRADES = ['A', 'B', 'C', 'X'] as const;
/** Information: 1 not in doubt, 2 known personally to the source, 3 corroborated, 4 cannot be corroborated. */
export const INFORMATION_GRADES = ['1', '2', '3', '4'] as const;

export interface Evaluation {
  readonly source: (typeof SOURCE_GRADES)[number];
  readonly information: (typeof INFORMATION_GRADES)[number];
}

export interface Handling {
  readonly codes: readonly HandlingCode[];
  /** The restriction in words; required with H3, empty otherwise. */
  readonly text: string;
}
