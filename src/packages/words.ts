/** How times, numbers and codes are written on paper and in CSV: one way for all of a package. */
import type { Evaluation, HandlingCode } from '#core/handling.ts';
import type { PapLevel } from '#core/pap.ts';

/** `2011-09-14 21:03:07`, UTC. */
export function utcSecond(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}`;
}

/** `2011-09-14 21:03`, UTC. */
export function utcMinute(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)}`;
}

/** `1 234 567`, with spaces that do not break. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}

/** `1 target`, `2 targets`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Regulation (EU) 2016/794 Art. 29, in words. */
const SOURCE_WORDS: Record<Evaluation['source'], string> = {
  A: 'the source is beyond doubt or has been reliable in all instances',
  B: 'the source has been reliable in most instances',
  C: 'the source has been unreliable in most instances',
  X: 'the source cannot be assessed',
};
const INFORMATION_WORDS: Record<Evaluation['information'], string> = {
  '1': 'the accuracy of the information is not in doubt',
  '2': 'the source knows it personally, the official who passes it on does not',
  '3': 'the source does not know it personally, other information corroborates it',
  '4': 'the source does not know it personally and it cannot be corroborated',
};

export function evaluationWords(evaluation: Evaluation): string {
  return `${evaluation.source}${evaluation.information}: ${SOURCE_WORDS[evaluation.source]}; ${INFORMATION_WORDS[evaluation.information]}.`;
}

/** Europol handling codes (Council document 6243/18), in words. */
const HANDLING_WORDS: Record<HandlingCode, string> = {
  H0: 'only for preventing and combating crime',
  H1: 'not to be disclosed in judicial proceedings without the permission of the provider',
  H2: 'not to be disseminated further without the permission of the provider',
  H3: 'other restrictions',
};

export function handlingWords(codes: readonly HandlingCode[], text: string): string {
  return codes
    .map((code) => `${code}: ${HANDLING_WORDS[code]}${code === 'H3' ? ` (${text})` : ''}.`)
    .join(' ');
}

const PAP_WORDS: Readonly<Record<PapLevel, string>> = {
  RED: 'nothing that anybody outside the agency could notice',
  AMBER: 'checks, also with partner agencies; nothing that reaches the operator or the target',
  GREEN: 'active measures are allowed',
  CLEAR: 'no restriction',
};

/** Permissible Actions Protocol, in words. */
export function papWords(level: PapLevel): string {
  return `PAP:${level}: ${PAP_WORDS[level]}.`;
}

const FLAG_WORDS: Record<string, string> = {
  'imminent-risk': 'imminent risk',
  'hands-on': 'hands-on',
};

export function flagWords(flag: string): string {
  return FLAG_WORDS[flag] ?? flag;
}

export function severityWords(severity: string | null): string {
  return severity === null ? 'not on the list' : `code ${severity}`;
}
