/**
 * The Permissible Actions Protocol: what may be done with information, as TLP says to whom it may go. Levels and
 * their meaning: MISP taxonomy PAP, version 1 (`PAP/machinetag.json`), whose WHITE is called CLEAR here as in TLP 2.0.
 * RED: nothing that is detectable from the outside. AMBER: passive checks, also with third parties. GREEN: active
 * measures that the target may notice. CLEAR: no restriction. Set by the provider; receivers cannot change it.
 */

/** Strictest first. */
export const PAP_LEVELS = ['RED', 'AMBER', 'GREEN', 'CLEAR'] as const;
export type PapLevel = (typeof PAP_LEVELS)[number];

/** What a message says that says nothing: those of before it was there were given to be acted on. */
export const PAP_WHEN_ABSENT: PapLevel = 'GREEN';

/** Acts of this program that somebody outside the agency notices. */
export const PAP_ACTS = ['selectors', 'eurojust', 'icse', 'preservation'] as const;
export type PapAct = (typeof PAP_ACTS)[number];

/**
 * The strictest level that allows the act. Selectors to the coordinator, requests to Eurojust and series for ICSE are
 * checks with third parties, bound as this agency is. A preservation request goes to an operator, who is not, and
 * acts on the account: that is an active measure.
 */
const STRICTEST: Readonly<Record<PapAct, PapLevel>> = {
  selectors: 'AMBER',
  eurojust: 'AMBER',
  icse: 'AMBER',
  preservation: 'GREEN',
};

export function papAllows(level: PapLevel, act: PapAct): boolean {
  return PAP_LEVELS.indexOf(level) >= PAP_LEVELS.indexOf(STRICTEST[act]);
}

/** Of information put together the strictest level holds; undefined of none. */
export function strictestPap(levels: Iterable<PapLevel>): PapLevel | undefined {
  const given = new Set(levels);
  return PAP_LEVELS.find((level) => given.has(level));
}
