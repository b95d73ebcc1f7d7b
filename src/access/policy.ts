/**
 * Need to know, as a table: deny by default. An officer may do what one of his roles on that
 * operation allows; the pure decision is here, and only it can mint the proof that a service asks for.
 */
import { IcarusError } from '#core/errors.ts';
import type { OfficerId, OperationId } from '#core/ids.ts';

export const ROLES = [
  /** Of the node, not of an operation: officers, cards and the machine. Opens no case data. */
  'administrator',
  'lead-analyst',
  'coordinator',
  'investigator',
  'approver',
  'liaison',
  'examiner',
  'press',
  'auditor',
  /** Watches over what is kept of persons, and why (Directive (EU) 2016/680 Art. 34): the log and the messages, no case. */
  'data-protection-officer',
  /** Held for an hour by who opened an operation at once (break-glass): reads, and raises an alarm. Never granted. */
  'imminent-risk',
] as const;
export type Role = (typeof ROLES)[number];

/** Roles that an administrator grants. */
export type GrantableRole = Exclude<Role, 'imminent-risk'>;
export const GRANTABLE_ROLES = ROLES.filter((role): role is GrantableRole => role !== 'imminent-risk');

/** Every act and every reading that a role can allow, with the roles that do. */
export const ACTIONS = {
  'node.administer': ['administrator'],
  'agencies.read': [
    'administrator',
    'lead-analyst',
    'coordinator',
    'liaison',
    'investigator',
    'auditor',
    'data-protection-officer',
  ],
  'agencies.add': ['administrator'],
  'operations.create': ['administrator', 'lead-analyst'],
  'operations.read': [
    'lead-analyst',
    'coordinator',
    'investigator',
    'approver',
    'liaison',
    'examiner',
    'press',
    'auditor',
    'data-protection-officer',
    'imminent-risk',
  ],
  'observations.import': ['lead-analyst'],
  'observations.attribute': ['lead-analyst'],
  'observations.read': ['lead-analyst', 'approver', 'auditor', 'imminent-risk'],
  'targets.build': ['lead-analyst'],
  'targets.read': [
    'lead-analyst',
    'approver',
    'coordinator',
    'liaison',
    'investigator',
    'auditor',
    'imminent-risk',
  ],
  'targets.merge': ['lead-analyst'],
  /** The second officer's word on merging targets of different countries. */
  'merges.approve': ['approver'],
  'targets.flag': ['lead-analyst', 'investigator', 'coordinator', 'liaison'],
  'risks.raise': ['lead-analyst', 'investigator', 'coordinator', 'liaison', 'imminent-risk'],
  'risks.clear': ['lead-analyst', 'investigator', 'coordinator', 'liaison'],
  'retention.read': ['lead-analyst', 'approver', 'coordinator', 'liaison', 'investigator', 'auditor'],
  'retention.edit': ['lead-analyst', 'coordinator', 'liaison', 'investigator'],
  'preservation.record': ['lead-analyst', 'liaison', 'investigator'],
  'packages.compose': ['lead-analyst'],
  'packages.approve': ['approver'],
  'packages.send': ['lead-analyst'],
  'packages.read': [
    'lead-analyst',
    'approver',
    'coordinator',
    'liaison',
    'investigator',
    'auditor',
    'imminent-risk',
  ],
  'exchange.read': [
    'lead-analyst',
    'approver',
    'coordinator',
    'liaison',
    'investigator',
    'auditor',
    'data-protection-officer',
  ],
  'exchange.send': ['lead-analyst', 'coordinator', 'liaison', 'investigator'],
  'exchange.recall': ['lead-analyst', 'coordinator', 'liaison', 'investigator'],
  'erasure.request': ['lead-analyst', 'coordinator', 'liaison', 'approver'],
  'erasure.decide': ['coordinator', 'liaison', 'approver'],
  'exchange.receive': ['administrator', 'lead-analyst', 'coordinator', 'liaison', 'investigator'],
  'letters.read': [
    'lead-analyst',
    'approver',
    'coordinator',
    'liaison',
    'investigator',
    'auditor',
    'imminent-risk',
  ],
  'letters.send': ['lead-analyst', 'approver', 'coordinator', 'liaison', 'investigator'],
  'letters.permit': ['approver'],
  'casework.read': ['investigator', 'liaison', 'approver', 'auditor', 'examiner', 'imminent-risk'],
  'casework.record': ['investigator'],
  /** Who the person behind a target is to the case. */
  'persons.categorise': ['investigator', 'lead-analyst'],
  /** That a victim, another party or a minor is matched, or his record opened to one more officer, is strictly necessary. */
  'persons.approve': ['approver'],
  /** Records of victims, other parties and minors: of who works the case, examines its exhibits or watches over it by law. */
  'persons.read-protected': [
    'lead-analyst',
    'investigator',
    'approver',
    'examiner',
    'data-protection-officer',
    'imminent-risk',
  ],
  /** That such a record is opened to him. */
  'persons.ask': ['coordinator', 'liaison', 'auditor'],
  'reports.send': ['investigator', 'liaison'],
  'reports.read': ['coordinator', 'investigator', 'liaison', 'approver', 'press', 'auditor', 'lead-analyst'],
  'crossmatch.import': ['coordinator'],
  'crossmatch.read': ['coordinator', 'auditor'],
  'crossmatch.decide': ['coordinator'],
  'selectors.send': ['investigator', 'liaison'],
  'results.compute': ['coordinator'],
  'results.release': ['press'],
  'results.read': ['coordinator', 'press', 'approver', 'auditor', 'lead-analyst'],
  'evidence.register': ['investigator', 'examiner'],
  'evidence.examine': ['examiner'],
  'evidence.read': ['examiner', 'investigator', 'auditor', 'imminent-risk'],
  'evidence.hash-lists': ['examiner'],
  'programme.manage': ['coordinator', 'lead-analyst'],
  'meeting.manage': ['coordinator', 'lead-analyst'],
  'meeting.read': [
    'lead-analyst',
    'coordinator',
    'investigator',
    'approver',
    'liaison',
    'examiner',
    'press',
    'auditor',
  ],
  'referrals.prepare': ['investigator', 'coordinator'],
  'referrals.approve': ['approver'],
  'referrals.send': ['investigator', 'coordinator'],
  'referrals.read': ['investigator', 'coordinator', 'approver', 'auditor'],
  /** Who read what of persons, and why (Directive (EU) 2016/680 Art. 25). */
  'consultations.read': ['auditor', 'data-protection-officer'],
  /** Size, roots and signatures of the log: no content. */
  'custody.verify': [
    'administrator',
    'auditor',
    'lead-analyst',
    'coordinator',
    'approver',
    'liaison',
    'investigator',
    'press',
    'data-protection-officer',
  ],
  'custody.read': [
    'auditor',
    'lead-analyst',
    'coordinator',
    'approver',
    'liaison',
    'investigator',
    'press',
    'data-protection-officer',
  ],
  'review.read': [
    'lead-analyst',
    'approver',
    'coordinator',
    'liaison',
    'investigator',
    'auditor',
    'data-protection-officer',
  ],
  'review.rules': ['approver', 'coordinator', 'lead-analyst'],
  'review.decide': ['lead-analyst', 'approver', 'coordinator', 'investigator'],
  'holds.read': [
    'lead-analyst',
    'approver',
    'coordinator',
    'liaison',
    'investigator',
    'examiner',
    'auditor',
    'data-protection-officer',
  ],
  'holds.place': ['lead-analyst', 'approver', 'coordinator', 'investigator'],
  'data.erase': ['lead-analyst', 'approver', 'coordinator', 'investigator', 'liaison'],
  'data.approve-erasure': ['approver'],
  /** Who opened the operation at once, why, and what came of it. */
  'emergencies.read': [
    'lead-analyst',
    'coordinator',
    'approver',
    'liaison',
    'auditor',
    'data-protection-officer',
  ],
  'emergencies.review': ['auditor', 'data-protection-officer'],
  'subject.answer': [
    'lead-analyst',
    'approver',
    'coordinator',
    'investigator',
    'liaison',
    'data-protection-officer',
  ],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ACTIONS;

export interface Grant {
  readonly role: Role;
  /** Null only for the administrator, whose role is of the node and opens no case data. */
  readonly operationId: OperationId | null;
  /** When it ends by itself; only for imminent risk. */
  readonly until?: Date | undefined;
}

/** Who acts: an officer with what was granted to him, or a process of the node itself. */
export type Actor =
  | {
      readonly kind: 'officer';
      readonly officerId: OfficerId;
      readonly name: string;
      readonly grants: readonly Grant[];
      /** A service account acts under its own id, with its owner's roles on its operations, and only in this scope. */
      readonly service?: ServiceScope;
    }
  | { readonly kind: 'system'; readonly process: string };

/** What a service account was made for. */
export interface ServiceScope {
  readonly ownerId: OfficerId;
  readonly actions: readonly Action[];
}

export interface Subject {
  readonly operationId?: OperationId;
}

export interface Decision {
  readonly allowed: boolean;
  /** In words, for the person and the log. */
  readonly reason: string;
}

/** May `actor` do `action` on something of that operation? Pure; deny by default. */
export function decide(actor: Actor, action: Action, subject: Subject): Decision {
  if (actor.kind === 'system') return { allowed: true, reason: `process ${actor.process}` };
  if (actor.service && !actor.service.actions.includes(action))
    return { allowed: false, reason: `${action} is not what the service account was made for` };
  const roles: readonly Role[] = ACTIONS[action];
  // A role of the node counts for what is of the node, a role on an operation for what is of that operation.
  const held = actor.grants.find(
    (grant) => roles.includes(grant.role) && (grant.operationId ?? undefined) === subject.operationId,
  );
  if (held) return { allowed: true, reason: `role ${held.role}` };
  return { allowed: false, reason: `${action} needs the role ${roles.join(' or ')} on this operation` };
}

declare const proven: unique symbol;
/** Proof that {@link authorize} allowed the action: only it can make one. */
export interface Authorized<A extends Action> {
  readonly actor: Actor;
  readonly action: A;
  readonly [proven]: true;
}

/** Returns the proof, or throws `access/denied` with the reason. */
export function authorize<A extends Action>(actor: Actor, action: A, subject: Subject = {}): Authorized<A> {
  const decision = decide(actor, action, subject);
  if (!decision.allowed) throw new IcarusError('access/denied', { reason: decision.reason });
  return { actor, action } as Authorized<A>;
}

/**
 * For what belongs to the node and opens no case data (the list of agencies, a sealed file that comes
 * in): one of the action's roles on any operation is enough.
 */
export function authorizeOnNode<A extends Action>(actor: Actor, action: A): Authorized<A> {
  const held =
    actor.kind === 'officer' ? actor.grants.map(({ operationId }) => operationId ?? undefined) : [];
  const operationId = held.find(
    (candidate) => decide(actor, action, { ...(candidate && { operationId: candidate }) }).allowed,
  );
  return authorize(actor, action, { ...(operationId && { operationId }) });
}

/** Operations on which the actor may do that; null for a process of the node, which works on all. */
export function operationsFor(actor: Actor, action: Action): readonly OperationId[] | null {
  if (actor.kind === 'system') return null;
  const held = new Set(actor.grants.flatMap(({ operationId }) => operationId ?? []));
  return [...held].filter((operationId) => decide(actor, action, { operationId }).allowed);
}

/** The actor's name in the custody log: an officer's id, or `system:` and the process. */
export function actorName(actor: Actor): string {
  return actor.kind === 'officer' ? actor.officerId : `system:${actor.process}`;
}
