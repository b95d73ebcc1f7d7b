/**
 * Which personal data each command shows, or why it shows none: the same declaration for the command line that
 * src/server/personal-data.ts is for the pages. A command that shows some wants `--reason`.
 */

export interface CommandConsults {
  /** What personal data, in the plural. */
  readonly data: string;
  /** Whose: a kind, and the command's first argument. Without it, of the operation: a list. */
  readonly of?: string;
  /** It leaves as a file. */
  readonly act?: 'export';
}

const ACT = 'an act, which has its own event in the custody log';
const FIGURES = 'figures and counts of countries: no person stands in them';
const OFFICIALS = 'officials in their office, and what agencies agreed: no person of a case';
const SEALED = 'ids, sizes and states of sealed messages: nobody can read them here';
const LOG = 'ids, digests and officers of recorded acts: no content of a case';
const SETTINGS = 'how the work is set up: no person stands in it';
const NODE = 'the node and its keys: no case is opened';
const FILE = 'opens a file with the keys that are given, without a node and its log';
const ALARMS =
  'which officers opened an operation at once, and why: an alarm, shown before anybody is asked anything';
const COUNTS = 'names and counts of files: their rows are not shown';

/** By the words of the command. A noun stands for all its commands that are not listed themselves. */
export const COMMAND_DATA: Readonly<Record<string, CommandConsults | string>> = {
  exercise: 'controls of an exercise: no case is opened',
  init: NODE,
  serve: NODE,
  worker: NODE,
  migrate: NODE,
  config: NODE,
  status: NODE,
  officer: OFFICIALS,
  'service-account': OFFICIALS,
  'sign-in': NODE,
  'sign-out': NODE,
  key: 'only what is the officer’s own',
  keys: NODE,
  tls: NODE,
  backup: NODE,
  restore: NODE,
  agency: OFFICIALS,
  programme: OFFICIALS,
  operation: OFFICIALS,
  meeting: OFFICIALS,
  'break-glass': ALARMS,
  observations: ACT,
  'observations list': COUNTS,
  'observations preview': 'reads a file that is not on the node yet',
  'observations rejects': { data: 'refused lines of a log', of: 'import', act: 'export' },
  'observations profile': SETTINGS,
  'observations query': { data: 'observations', act: 'export' },
  severity: ACT,
  attribution: ACT,
  'attribution explain': { data: 'addresses' },
  'attribution sources': SETTINGS,
  retention: 'rules of law and of operators: no person stands in them',
  targets: ACT,
  'targets list': { data: 'targets' },
  'targets show': { data: 'target', of: 'target' },
  'targets links': { data: 'links of targets' },
  'targets link': { data: 'links of targets', of: 'target' },
  'targets merges': { data: 'links of targets' },
  'targets cover': { data: 'targets' },
  'targets export': { data: 'targets', act: 'export' },
  'targets ranking': SETTINGS,
  'targets freeze-curve': FIGURES,
  package: ACT,
  'package list': 'names, counts and states of packages: their targets are not shown',
  'package received': 'names, counts and states of packages: their targets are not shown',
  'package verify': FILE,
  'package inspect': FILE,
  'package open': FILE,
  'package page': FILE,
  preservation: ACT,
  'preservation list': { data: 'preservation requests', of: 'package' },
  'preservation save': { data: 'preservation request', of: 'package', act: 'export' },
  inbox: SEALED,
  outbox: SEALED,
  reconcile: SEALED,
  message: ACT,
  'message list': { data: 'letters' },
  'message show': { data: 'letter', of: 'letter' },
  'message save': { data: 'attachment of a letter', of: 'letter', act: 'export' },
  query: ACT,
  'query list': { data: 'queries' },
  recall: ACT,
  erasure: SEALED,
  casework: ACT,
  'casework list': { data: 'targets to work' },
  'casework show': { data: 'target and its outcomes', of: 'target' },
  report: ACT,
  'report preview': { data: 'outcomes of targets' },
  'report list': 'counts of countries as reported: no target is shown',
  'report show': { data: 'outcomes of targets', of: 'report' },
  board: FIGURES,
  figures: FIGURES,
  'press-note': FIGURES,
  evidence: ACT,
  'evidence list': { data: 'exhibits' },
  'evidence summary': { data: 'examination of an exhibit', of: 'exhibit' },
  'evidence report': { data: 'forensic report', of: 'exhibit', act: 'export' },
  'hash-list': 'lists of digests: no person stands in them',
  holdings: COUNTS,
  selectors: ACT,
  hits: ACT,
  'hits list': { data: 'hits' },
  networks: { data: 'networks' },
  referral: ACT,
  'referral list': { data: 'series for ICSE' },
  'referral show': { data: 'series for ICSE', of: 'series' },
  eurojust: ACT,
  'eurojust list': { data: 'requests to Eurojust' },
  custody: LOG,
  review: 'kinds, ids and days of records: not what they say',
  hold: 'kinds, ids and reasons of holds: not what is held',
  approvals: 'ids, codes and officers of what is proposed: what it is about is read by its own command',
  erase: 'kinds, ids and states of erasures: not what was erased',
  subject: 'the answer to a person on himself: each has its own event with its reason',
  consultations: { data: 'consultation log' },
  'consultations export': { data: 'consultation log', act: 'export' },
  'consultations verify': LOG,
};

/** What the command of these words shows; undefined where nobody declared it. */
export function commandData(words: readonly string[]): CommandConsults | string | undefined {
  for (let length = words.length; length > 0; length--) {
    const declared = COMMAND_DATA[words.slice(0, length).join(' ')];
    if (declared !== undefined) return declared;
  }
  return undefined;
}
