/** Categories of data subjects (Directive (EU) 2016/680 Art. 6; Regulation (EU) 2016/794 Annex II), and what follows from one. Pure. */

export const SUBJECT_CATEGORIES = ['potential-offender', 'suspect', 'convicted', 'victim', 'other'] as const;
/** `other`: a party to the case who is no suspect: a witness, a contact, an associate (Art. 6(d)). */
export type SubjectCategory = (typeof SUBJECT_CATEGORIES)[number];

/** The only categories that are cross-matched (Regulation (EU) 2016/794, Annex II.A). */
export const MATCHED_CATEGORIES = ['suspect', 'convicted', 'potential-offender'] as const;
export type MatchedCategory = (typeof MATCHED_CATEGORIES)[number];

export interface DataSubject {
  readonly category: SubjectCategory;
  /** Under 18. */
  readonly minor: boolean;
}

/** Of whom nobody has said anything: a user who was observed is a potential offender until he is worked. */
export const UNSTATED_SUBJECT: DataSubject = { category: 'potential-offender', minor: false };

/**
 * Victims, other parties and persons under 18 are processed only where it is strictly necessary (Regulation (EU)
 * 2016/794 Art. 30(1)): closed to whoever does not need them, and not matched without a justification.
 */
export function isProtected({ category, minor }: DataSubject): boolean {
  return minor || !MATCHED_CATEGORIES.some((matched) => matched === category);
}
