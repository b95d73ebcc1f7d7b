/** Grave acts that one officer proposes and another approves: what they are, and their pure decisions. */
import { type Action, type Actor, decide } from '#access/policy.ts';
import { sha256 } from '#access/sign-in/secret.ts';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { DAY_MS } from '#core/clock.ts';
import type { AgencyId, Id, OperationId } from '#core/ids.ts';

export type ProposalId = Id<'proposal'>;

/** Every kind of act that waits for a second officer, with the action that he needs. */
export const PROPOSAL_KINDS = {
  'role.grant': 'node.administer',
  'role.withdraw': 'node.administer',
  /** A letter that its provider's code keeps, beyond whom he sent it to (docs/handling.md). */
  'letter.disclose': 'letters.permit',
  /** Targets that lie in different countries. */
  'targets.merge': 'merges.approve',
  /** What this node has of messages that it sent. */
  'message.erase': 'data.approve-erasure',
  /** A victim, another party or a minor is matched all the same (docs/categories.md). */
  'person.strict-necessity': 'persons.approve',
  /** The record of one such person is opened to one officer. */
  'person.opening': 'persons.approve',
} as const satisfies Record<string, Action>;
export type ProposalKind = keyof typeof PROPOSAL_KINDS;

/** How long a proposal may be approved, and an approval used. */
export const PROPOSAL_LIFE_MS = 7 * DAY_MS;

/** Exactly what will be done: ids, codes and words, by which the service knows its own act again. */
export type ActContent = { readonly [key: string]: Json | undefined };

export interface GraveAct {
  readonly kind: ProposalKind;
  /** Null: of the node. */
  readonly operationId: OperationId | null;
  readonly act: ActContent;
}

export type ProposalState = 'open' | 'approved' | 'done' | 'refused' | 'withdrawn' | 'expired';

export interface Proposal extends GraveAct {
  readonly proposalId: ProposalId;
  /** Why, in the words of who proposed it. */
  readonly reason: string;
  /** The bytes that the digest is of. */
  readonly document: string;
  readonly digest: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly expiresAt: Date;
  readonly decided: {
    readonly word: 'approve' | 'refuse' | 'withdraw';
    readonly by: string;
    readonly at: Date;
    readonly reason: string | null;
    readonly signatureId: string | null;
  } | null;
  readonly usedAt: Date | null;
  /** When what it says in free words was erased, with the case or the person; the digest is of the whole. */
  readonly wordsErasedAt: Date | null;
}

/** The canonical JSON that is digested, signed and kept. */
export function proposalDocument(
  proposal: Pick<Proposal, 'proposalId' | 'kind' | 'operationId' | 'act' | 'reason' | 'proposedBy'> & {
    readonly agencyId: AgencyId;
    readonly proposedAt: Date;
    readonly expiresAt: Date;
  },
): { document: string; digest: string } {
  const document = canonicalJson({
    format: 'icarus-proposal/1',
    agency: proposal.agencyId,
    proposal: proposal.proposalId,
    kind: proposal.kind,
    operation: proposal.operationId,
    act: proposal.act,
    reason: proposal.reason,
    proposedBy: proposal.proposedBy,
    proposedAt: proposal.proposedAt.toISOString(),
    expiresAt: proposal.expiresAt.toISOString(),
  });
  return { document, digest: sha256(document) };
}

/** Is what is about to be done the very act that was proposed? */
export function isSameAct(proposal: GraveAct, act: GraveAct): boolean {
  const text = ({ kind, operationId, act: content }: GraveAct) =>
    canonicalJson({ kind, operationId, act: content });
  return text(proposal) === text(act);
}

export function stateOf(
  proposal: Pick<Proposal, 'decided' | 'usedAt' | 'expiresAt' | 'wordsErasedAt'>,
  now: Date,
): ProposalState {
  if (proposal.usedAt) return 'done';
  if (proposal.decided?.word === 'refuse') return 'refused';
  if (proposal.decided?.word === 'withdraw') return 'withdrawn';
  if (proposal.expiresAt <= now || proposal.wordsErasedAt) return 'expired';
  return proposal.decided ? 'approved' : 'open';
}

/** May the officer decide about acts of this kind there? Whoever proposed it is asked elsewhere. */
export function mayDecide(
  actor: Actor,
  { kind, operationId }: Pick<Proposal, 'kind' | 'operationId'>,
): boolean {
  return decide(actor, PROPOSAL_KINDS[kind], operationId ? { operationId } : {}).allowed;
}
