/**
 * Doing what a second officer approved. Each kind has one handler, from the room whose act it is; it does the act in
 * the name of who proposed it, with his roles as they stand, and takes the approval in its own transaction.
 */
import type { Actor } from '#access/policy.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Proposal, ProposalId, ProposalKind } from './proposal-types.ts';
import { stateOf } from './proposal-types.ts';
import { decideProposal, type ProposalDecision, proposalFor, proposerOf } from './proposals.ts';

/** What the act changes, as a reader compares it: roles, targets or agencies. */
export interface Difference {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface ActHandler {
  readonly carryOut: (ctx: NodeContext, proposer: Actor, proposal: Proposal) => Promise<unknown>;
  readonly difference: (ctx: NodeContext, proposal: Proposal) => Promise<Difference>;
}
export type ActHandlers = Readonly<Record<ProposalKind, ActHandler>>;

export interface Decided {
  readonly proposal: Proposal;
  /** Why what was approved could not be done now; the approval stands until its end. */
  readonly problem: IcarusError | null;
}

/** The second officer's word; what he approves is done at once. @throws what {@link decideProposal} throws */
export async function decideAndDo(
  ctx: NodeContext,
  actor: Actor,
  { handlers, ...decision }: ProposalDecision & { readonly handlers: ActHandlers },
): Promise<Decided> {
  const proposal = await decideProposal(ctx, actor, decision);
  if (decision.word === 'refuse') return { proposal, problem: null };
  try {
    return { proposal: await carryOut(ctx, actor, { handlers, proposal }), problem: null };
  } catch (error) {
    if (!isIcarusError(error)) throw error;
    return { proposal, problem: error };
  }
}

/**
 * Does again what was approved and could not be done then.
 * @throws approval/not-found, approval/missing, approval/expired, approval/used, and what the act throws
 */
export async function doApproved(
  ctx: NodeContext,
  actor: Actor,
  { handlers, proposalId }: { readonly handlers: ActHandlers; readonly proposalId: ProposalId },
): Promise<Proposal> {
  const proposal = await proposalFor(ctx.db, actor, proposalId);
  const state = stateOf(proposal, ctx.clock.now());
  if (state === 'done') throw new IcarusError('approval/used');
  if (state === 'expired') throw new IcarusError('approval/expired');
  if (state !== 'approved') throw new IcarusError('approval/missing');
  return carryOut(ctx, actor, { handlers, proposal });
}

async function carryOut(
  ctx: NodeContext,
  actor: Actor,
  { handlers, proposal }: { readonly handlers: ActHandlers; readonly proposal: Proposal },
): Promise<Proposal> {
  await handlers[proposal.kind].carryOut(ctx, await proposerOf(ctx.db, proposal), proposal);
  return proposalFor(ctx.db, actor, proposal.proposalId);
}
