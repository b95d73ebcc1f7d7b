/**
 * Four eyes: a grave act is proposed by one officer and approved by another, over the digest of exactly what will
 * be done. The service that does it takes the approval in its own transaction and compares: what differs needs a
 * new one, and an approval counts once. The database refuses an approval by the officer who proposed it.
 */
import { type Actor, actorName } from '#access/policy.ts';
import { actorById } from '#access/store.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { newId, type OfficerId, type OperationId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { insertProposal, listProposals, markDecided, markUsed, proposalById } from './proposal-store.ts';
import {
  type ActContent,
  type GraveAct,
  isSameAct,
  mayDecide,
  PROPOSAL_LIFE_MS,
  type Proposal,
  type ProposalId,
  type ProposalKind,
  proposalDocument,
  stateOf,
} from './proposal-types.ts';
import { takeWord } from './signatures.ts';

type ProposalContext = Pick<NodeContext, 'db' | 'jobs' | 'clock' | 'node'>;

const REASON = { least: 10, most: 1000 };
const MOST_LISTED = 200;

/**
 * Does what `act` does, or, where it refuses because it needs a second officer, proposes it.
 * @param reason why, in words that the second officer reads; no case data, it is kept
 * @throws what `act` throws; approval/reason-missing
 */
export async function orPropose<T>(
  ctx: ProposalContext,
  actor: Actor,
  { reason, act }: { readonly reason: string | undefined; readonly act: () => Promise<T> },
): Promise<{ readonly done: T } | { readonly proposal: Proposal }> {
  try {
    return { done: await act() };
  } catch (error) {
    if (!isIcarusError(error, 'access/second-officer-needed')) throw error;
    const { kind, operation, act: content } = error.details;
    return {
      proposal: await propose(ctx, actor, {
        kind: kind as ProposalKind,
        operationId: operation === '' ? null : (operation as OperationId),
        act: JSON.parse(String(content)) as ActContent,
        reason: reason ?? '',
      }),
    };
  }
}

/** Proposing again what one has proposed and what is still open gives the same proposal. */
async function propose(
  ctx: ProposalContext,
  actor: Actor,
  { reason: words, ...act }: GraveAct & { readonly reason: string },
): Promise<Proposal> {
  const reason = words.trim();
  if (reason.length < REASON.least || reason.length > REASON.most)
    throw new IcarusError('approval/reason-missing', REASON);
  const proposedAt = ctx.clock.now();
  const proposedBy = actorName(actor);
  const made = {
    ...act,
    proposalId: newId<ProposalId>('proposal', proposedAt),
    reason,
    proposedBy,
    proposedAt,
    expiresAt: new Date(proposedAt.getTime() + PROPOSAL_LIFE_MS),
  };
  const proposal: Proposal = {
    ...made,
    ...proposalDocument({ ...made, agencyId: ctx.node.agencyId }),
    decided: null,
    usedAt: null,
    wordsErasedAt: null,
  };
  return inTransaction(ctx, async (tx) => {
    const open = await listProposals(tx, { open: true, limit: MOST_LISTED }, proposedAt);
    const same = open.find((one) => one.proposedBy === proposedBy && isSameAct(one, act));
    if (same) return same;
    await insertProposal(tx, proposal);
    await record(ctx, tx, proposal, { kind: 'approval.proposed', actor: proposedBy, facts: { reason } });
    return proposal;
  });
}

/** What the officer proposed himself or may decide about; open ones, or those that are over. Newest first. */
export async function proposalsFor(
  ctx: Pick<NodeContext, 'db' | 'clock'>,
  actor: Actor,
  { open }: { readonly open: boolean },
): Promise<Proposal[]> {
  const all = await listProposals(ctx.db, { open, limit: MOST_LISTED }, ctx.clock.now());
  return all.filter((proposal) => concerns(actor, proposal));
}

/** @throws approval/not-found, the same whether there is none or it is not for him */
export async function proposalFor(db: Db, actor: Actor, proposalId: ProposalId): Promise<Proposal> {
  const proposal = await proposalById(db, proposalId);
  if (!proposal || !concerns(actor, proposal)) throw new IcarusError('approval/not-found');
  return proposal;
}

function concerns(actor: Actor, proposal: Proposal): boolean {
  return proposal.proposedBy === actorName(actor) || mayDecide(actor, proposal);
}

export interface ProposalDecision {
  readonly proposalId: ProposalId;
  readonly word: 'approve' | 'refuse';
  /** Of what the officer looked at. */
  readonly digest: string;
  /** Must be said of a refusal. */
  readonly reason?: string | undefined;
}

/**
 * The second officer's word, signed.
 * @throws approval/not-found, access/same-officer, access/signature-needed, approval/decided, approval/expired,
 *   approval/other-digest, approval/reason-missing
 */
export async function decideProposal(
  ctx: ProposalContext,
  actor: Actor,
  { proposalId, word, digest, reason: words }: ProposalDecision,
): Promise<Proposal> {
  const reason = words?.trim() || null;
  if (word === 'refuse' && (reason === null || reason.length < REASON.least || reason.length > REASON.most))
    throw new IcarusError('approval/reason-missing', REASON);
  return inTransaction(ctx, async (tx) => {
    await proposalById(tx, proposalId, { lock: true });
    const proposal = await proposalFor(tx, actor, proposalId);
    await checkDecider(tx, actor, proposal);
    checkOpen(proposal, ctx.clock.now());
    if (proposal.digest !== digest) throw new IcarusError('approval/other-digest');
    const things = [{ kind: 'proposal', id: proposalId, digest }] as const;
    const [signature] = await takeWord(tx, ctx, actor, { word, things, operationId: proposal.operationId });
    const by = actorName(actor);
    const signatureId = signature?.signatureId ?? null;
    await markDecided(tx, proposal, { word, by, at: ctx.clock.now(), reason, signatureId });
    await record(ctx, tx, proposal, {
      kind: word === 'approve' ? 'approval.given' : 'approval.refused',
      actor: by,
      facts: { signature: signatureId, signed: signature?.way ?? null, reason },
    });
    return proposalFor(tx, actor, proposalId);
  });
}

/** Taking back what one has proposed. @throws approval/not-found, approval/decided */
export async function withdrawProposal(
  ctx: ProposalContext,
  actor: Actor,
  proposalId: ProposalId,
): Promise<Proposal> {
  return inTransaction(ctx, async (tx) => {
    const proposal = await proposalById(tx, proposalId, { lock: true });
    if (proposal?.proposedBy !== actorName(actor)) throw new IcarusError('approval/not-found');
    if (proposal.decided) throw new IcarusError('approval/decided', { by: proposal.decided.by });
    const by = actorName(actor);
    const at = ctx.clock.now();
    await markDecided(tx, proposal, { word: 'withdraw', by, at, reason: null, signatureId: null });
    await record(ctx, tx, proposal, { kind: 'approval.withdrawn', actor: by, facts: {} });
    return proposalFor(tx, actor, proposalId);
  });
}

/**
 * Takes the approval of what is about to be done, in the transaction that does it.
 * @param proposalId undefined where nobody has approved anything: the refusal then says what to propose
 * @returns the second officer
 * @throws access/second-officer-needed, approval/differs, approval/missing, approval/expired, approval/used
 */
export async function useApproval(
  tx: Tx,
  ctx: Pick<NodeContext, 'clock'>,
  { proposalId, by, ...act }: GraveAct & { readonly proposalId: ProposalId | undefined; readonly by: Actor },
): Promise<{ readonly proposal: ProposalId; readonly approvedBy: string }> {
  if (proposalId === undefined) throw secondOfficerNeeded(act);
  const proposal = await proposalById(tx, proposalId, { lock: true });
  if (proposal?.decided?.word !== 'approve') throw new IcarusError('approval/missing');
  if (proposal.usedAt) throw new IcarusError('approval/used');
  if (stateOf(proposal, ctx.clock.now()) === 'expired') throw new IcarusError('approval/expired');
  if (proposal.proposedBy !== actorName(by) || !isSameAct(proposal, act))
    throw new IcarusError('approval/differs');
  await markUsed(tx, proposalId, ctx.clock.now());
  const approvedBy = proposal.decided.by;
  await record(ctx, tx, proposal, { kind: 'approval.used', actor: actorName(by), facts: { approvedBy } });
  return { proposal: proposalId, approvedBy };
}

/** The refusal of an act that nobody has approved; its details carry what {@link orPropose} proposes. */
function secondOfficerNeeded({ kind, operationId, act }: GraveAct): IcarusError {
  return new IcarusError('access/second-officer-needed', {
    kind,
    operation: operationId ?? '',
    act: canonicalJson(act),
  });
}

/** Who proposed it, with his roles as they stand now: in his name it is done. */
export async function proposerOf(db: Db, { proposedBy }: Proposal): Promise<Actor> {
  if (proposedBy.startsWith('system:'))
    return { kind: 'system', process: proposedBy.slice('system:'.length) };
  const officer = await actorById(db, proposedBy as OfficerId);
  if (officer) return officer;
  if (proposedBy !== 'operator') throw new IcarusError('access/officer-not-found', { officer: proposedBy });
  // The operator of the machine, who sets the node up and is no officer in service.
  const grants = [{ role: 'administrator', operationId: null }] as const;
  return { kind: 'officer', officerId: proposedBy as OfficerId, name: 'Operator of this machine', grants };
}

/** An approval is the word of a person who serves here, and not of the one who proposed. */
async function checkDecider(tx: Tx, actor: Actor, proposal: Proposal): Promise<void> {
  if (proposal.proposedBy === actorName(actor)) throw new IcarusError('access/same-officer');
  if (actor.kind !== 'officer' || !(await actorById(tx, actor.officerId)))
    throw new IcarusError('access/denied', { reason: 'an approval needs an officer in service' });
}

function checkOpen(proposal: Proposal, now: Date): void {
  if (proposal.decided) throw new IcarusError('approval/decided', { by: proposal.decided.by });
  if (stateOf(proposal, now) === 'expired') throw new IcarusError('approval/expired');
}

async function record(
  { clock }: Pick<NodeContext, 'clock'>,
  tx: Tx,
  { proposalId, kind: what, operationId, digest }: Proposal,
  { kind, actor, facts }: { kind: EventKind; actor: string; facts: ActContent },
): Promise<void> {
  await recordEvent(tx, {
    at: clock.now(),
    kind,
    actor,
    ...(operationId ? { operationId } : {}),
    subject: { kind: 'proposal', id: proposalId },
    facts: { what, digest, ...facts },
  });
}
