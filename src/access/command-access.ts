/**
 * What every command asks of whoever gives it: the same for the command line that route-access.ts is for the pages.
 * A command that is not listed does not run, the matrix test expects what is said here, and docs/access-matrix.md
 * is written from it. Services decide again on the object itself.
 */
import type { Action } from './policy.ts';

export type CommandAccess =
  /** The action, or all of them: on the command's operation, else by a role on any operation of the node. */
  | Action
  | readonly Action[]
  /** The action, and more, which depends on what is asked for: the service refuses it in the same words. */
  | { readonly action: Action; readonly more: string }
  /** The action; and the operator of the machine may do it without being an officer, for this reason. */
  | { readonly action: Action; readonly machine: string }
  /** The operator of the machine alone, for this reason. */
  | { readonly machineOnly: string }
  /** Any officer who has proved who he is, for this reason. */
  | { readonly proved: string }
  /** Nobody is asked who he is, for this reason. */
  | { readonly open: string };

const STORY = 'steers the exercise of this machine; there are no officers in it';
const MACHINE = 'sets up or runs the node itself, which acts under its own name';
const FILE = 'reads a file with the keys that are given, without a node';
const SEALED = 'sealed files and receipts pass through, which nobody can read here';

/** By the words of the command. A noun stands for all its commands that are not listed themselves. */
export const COMMAND_ACCESS: Readonly<Record<string, CommandAccess>> = {
  exercise: { open: STORY },

  // The node
  init: { open: MACHINE },
  serve: { open: MACHINE },
  worker: { open: MACHINE },
  migrate: { open: 'changes the schema by the word of its owner, whose password it wants' },
  config: { open: 'prints the settings of this machine, secrets hidden' },
  status: { open: 'looks whether the node is well, and at nothing of a case' },
  officer: 'node.administer',
  'officer rescue': {
    machineOnly: 'nobody else is left when every administrator lost his way in',
  },
  'sign-in': { open: 'signing in' },
  'sign-out': { open: 'leaving; without a session nothing happens' },
  'key enrol': { open: 'the enrolment code says who may' },
  'key list': { proved: 'only what is the officer’s own' },
  'key revoke': { proved: 'his own; another’s only an administrator' },
  'service-account': 'node.administer',
  'service-account token': { proved: 'only one that he answers for' },
  'service-account revoke': { proved: 'one that he answers for; any only an administrator' },
  keys: { action: 'node.administer', machine: 'the passphrase is typed at the machine' },
  tls: { action: 'node.administer', machine: 'renews the certificate of the machine, unattended' },
  'backup make': { action: 'node.administer', machine: 'copies the node every night, unattended' },
  'backup check': { open: FILE },
  'backup prune': { action: 'node.administer', machine: 'removes what was kept long enough, unattended' },
  'backup archive': { open: FILE },
  'backup retire': 'node.administer',
  restore: { open: 'there is no node yet' },

  // Agencies and operations
  'agency card': { action: 'agencies.read', machine: 'the card is public' },
  'agency add': 'agencies.add',
  'agency list': 'agencies.read',
  'agency rotate': 'node.administer',
  'agency revoke': 'node.administer',
  'agency announce': 'node.administer',
  programme: 'programme.manage',
  'programme list': 'meeting.read',
  'programme show': 'meeting.read',
  'operation create': 'operations.create',
  'operation list': { proved: 'only the operations that he has a role on; an administrator all names' },
  'operation show': { proved: 'only the operations that he has a role on' },
  meeting: 'meeting.manage',
  'meeting list': 'meeting.read',
  'meeting show': 'meeting.read',
  'meeting minutes': 'meeting.read',

  'break-glass open': {
    proved: 'every officer but administrators and those of the press; it alarms at once',
  },
  'break-glass list': {
    proved:
      'his own, those on operations that he answers for or watches over, and for an administrator all without their reasons',
  },
  'break-glass justify': { proved: 'only his own' },
  'break-glass end': { proved: 'only his own' },
  'break-glass review': 'emergencies.review',

  // Observations
  observations: 'observations.import',
  'observations list': 'observations.read',
  'observations rejects': 'observations.read',
  'observations query': 'observations.read',
  'observations profile list': 'observations.read',
  'observations profile show': 'observations.read',
  'observations profile check': 'observations.read',
  'observations profile example': { open: 'prints a profile that comes with the program' },
  severity: 'observations.import',
  attribution: 'observations.attribute',
  'attribution explain': 'targets.read',
  'attribution sources': 'targets.read',
  retention: 'retention.edit',
  'retention list': 'retention.read',
  'retention export': 'retention.read',
  targets: 'targets.read',
  'targets build': 'targets.build',
  'targets flag': 'targets.flag',
  'targets known': 'targets.flag',
  'targets suggest': 'targets.build',
  'targets link': 'observations.read',
  'targets merge': 'targets.merge',
  'targets split': 'targets.merge',
  'targets dismiss': 'targets.merge',
  'targets freeze-curve': { action: 'targets.read', more: '`targets.build` where it is not computed yet' },
  'targets rank': 'targets.build',
  'targets ranking save': 'targets.build',

  // Packages
  package: 'packages.read',
  'package compose': 'packages.compose',
  'package approve': 'packages.approve',
  'package send': 'packages.send',
  'package verify': { open: FILE },
  'package inspect': { open: FILE },
  'package open': { open: FILE },
  'package page': { open: 'writes the page that opens packages, which has no data in it' },
  preservation: 'packages.read',
  'preservation sent': 'preservation.record',

  // Messages
  inbox: 'exchange.read',
  'inbox add': { action: 'exchange.receive', machine: SEALED },
  'inbox note': 'exchange.receive',
  outbox: 'exchange.read',
  'outbox deliver': { action: 'exchange.receive', machine: SEALED },
  'outbox export': 'exchange.send',
  'outbox resend': 'exchange.send',
  reconcile: 'exchange.read',
  message: 'letters.send',
  'message list': 'letters.read',
  'message show': 'letters.read',
  'message save': 'letters.read',
  query: 'letters.send',
  'query list': 'letters.read',
  recall: 'exchange.recall',
  'erasure request': 'erasure.request',
  'erasure decide': 'erasure.decide',
  'erasure list': 'exchange.read',

  // Casework
  casework: 'casework.read',
  'casework record': 'casework.record',
  'casework categorise': 'persons.categorise',
  'casework open': 'persons.ask',
  'report preview': 'casework.read',
  'report send': 'reports.send',
  'report list': 'reports.read',
  'report show': 'reports.read',

  // Results
  board: 'operations.read',
  figures: 'results.read',
  'figures compute': 'results.compute',
  'figures release': 'results.release',
  'press-note': 'results.read',

  // Evidence
  evidence: 'evidence.examine',
  'evidence register': 'evidence.register',
  'evidence act': 'evidence.register',
  'evidence list': 'evidence.read',
  'evidence summary': 'evidence.read',
  'hash-list': 'evidence.hash-lists',
  'hash-list list': 'evidence.read',

  // Cross-matching
  holdings: 'crossmatch.import',
  'holdings list': 'crossmatch.read',
  selectors: 'selectors.send',
  hits: 'crossmatch.read',
  'hits decide': 'crossmatch.decide',
  networks: 'crossmatch.read',

  // Referrals
  referral: 'referrals.send',
  'referral prepare': 'referrals.prepare',
  'referral remainder': 'referrals.prepare',
  'referral list': 'referrals.read',
  'referral show': 'referrals.read',
  'referral approve': 'referrals.approve',
  'eurojust draft': 'referrals.prepare',
  'eurojust approve': 'referrals.approve',
  'eurojust send': 'referrals.send',
  'eurojust list': 'referrals.read',

  // The logs
  custody: 'custody.read',
  'custody status': { action: 'custody.verify', machine: 'sizes, roots and signatures: no content' },
  'custody verify': { action: 'custody.verify', machine: 'sizes, roots and signatures: no content' },
  'custody settle': 'node.administer',
  'custody erase': 'node.administer',
  consultations: 'consultations.read',

  // Data protection
  'review list': 'review.read',
  'review keep': 'review.decide',
  'review rules': 'review.read',
  hold: 'holds.place',
  'hold list': 'review.read',
  approvals: { proved: 'only what he proposed himself, or has the action to decide about' },
  'approvals verify': { action: 'node.administer', machine: 'proves stored signatures again, unattended' },
  erase: 'data.approve-erasure',
  'erase ask': 'data.erase',
  'erase list': 'review.read',
  'erase scrub': { action: 'node.administer', machine: 'writes tables anew that were erased from before' },
  'erase left': { open: 'prints which tables an erasure leaves, and why' },
  subject: 'subject.answer',
};

/**
 * Acts that cannot be taken back. A key signs every command anew; whoever is signed in proves for these again that
 * he is there, as on the pages.
 */
export const GRAVE_COMMANDS: readonly string[] = [
  'officer add',
  'officer grant',
  'officer withdraw',
  'officer enrol',
  'officer confirm',
  'officer retire',
  'service-account add',
  'service-account approve',
  'service-account token',
  'agency add',
  'agency rotate',
  'agency revoke',
  'break-glass open',
  'package approve',
  'package send',
  'figures release',
  'query leave',
  'referral approve',
  'referral claim',
  'referral send',
  'referral confirm',
  'eurojust approve',
  'eurojust send',
  'erasure request',
  'erasure decide',
  'erase ask',
  'erase approve',
  'erase scrub',
  'custody erase',
];

/** What the command of these words asks; undefined where nobody said. */
export function commandAccess(words: readonly string[]): CommandAccess | undefined {
  for (let length = words.length; length > 0; length--) {
    const listed = COMMAND_ACCESS[words.slice(0, length).join(' ')];
    if (listed !== undefined) return listed;
  }
  return undefined;
}

/** The actions of which an officer needs every one. */
export function actionsOfCommand(access: CommandAccess): readonly Action[] {
  if (typeof access === 'string') return [access];
  if ('action' in access) return [access.action];
  return 'open' in access || 'proved' in access || 'machineOnly' in access ? [] : access;
}
