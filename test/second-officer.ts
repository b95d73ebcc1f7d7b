/** A second officer for tests: in service, and with his word where an act needs it. */
import type { ProposalId } from '#access/approvals/proposal-types.ts';
import { decideProposal, orPropose } from '#access/approvals/proposals.ts';
import type { Actor, Role } from '#access/policy.ts';
import { actorById, insertGrant, insertOfficer } from '#access/store.ts';
import type { OfficerId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { arrangeUnlogged } from './custody-probe.ts';

/** An officer in service with this role, who has no passkey. */
export async function servingOfficer(
  ctx: Pick<NodeContext, 'db' | 'clock'>,
  role: Role,
  operationId: OperationId | null,
  name = `serving ${role}`,
): Promise<Actor> {
  const officerId = `officer_${name.replaceAll(/[^a-z0-9]+/g, '-')}` as OfficerId;
  const at = ctx.clock.now();
  await arrangeUnlogged(ctx.db, async (tx) => {
    await insertOfficer(tx, { id: officerId, name, at });
    await insertGrant(tx, { officerId, role, operationId, at });
  });
  const actor = await actorById(ctx.db, officerId);
  if (!actor) throw new Error(`${officerId} does not serve`);
  return actor;
}

/** Does `act`, and where it needs a second officer, proposes it, has it approved by `second`, and does it. */
export async function withSecond<T>(
  ctx: NodeContext,
  { by, second }: { readonly by: Actor; readonly second: Actor },
  act: (approved: { proposalId?: ProposalId }) => Promise<T>,
): Promise<T> {
  const made = await orPropose(ctx, by, { reason: 'needed for the case', act: () => act({}) });
  if ('done' in made) throw new Error('nobody else was needed');
  const { proposalId, digest } = made.proposal;
  await decideProposal(ctx, second, { proposalId, digest, word: 'approve' });
  return act({ proposalId });
}
