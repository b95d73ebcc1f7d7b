/**
 * Officers and what they are granted. Every change is an event in the custody log; an officer is
 * never deleted, since the log names him.
 */
import { IcarusError } from '#core/errors.ts';
import type { OfficerId, OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import type { ProposalId } from './approvals/proposal-types.ts';
import { useApproval } from './approvals/proposals.ts';
import { type Actor, actorName, authorize, type Role } from './policy.ts';
import { countAdministrators, insertGrant, insertOfficer, listOfficers } from './store.ts';

export async function addOfficer(
  ctx: NodeContext,
  actor: Actor,
  officer: { officerId: OfficerId; name: string },
): Promise<void> {
  authorize(actor, 'node.administer');
  const at = ctx.clock.now();
  await inTransaction(ctx, async (tx) => {
    await insertOfficer(tx, { id: officer.officerId, name: officer.name, at });
    await recordEvent(tx, {
      at,
      kind: 'officer.added',
      actor: actorName(actor),
      subject: { kind: 'officer', id: officer.officerId },
    });
  });
}

export interface RoleGrant {
  readonly officerId: OfficerId;
  readonly role: Role;
  /** Null only for the administrator. */
  readonly operationId: OperationId | null;
}

/** What a service is told of the approval that its act has; none: it refuses where it needs one. */
export interface Approved {
  readonly proposalId?: ProposalId | undefined;
}

/**
 * Grants a role; granting it again changes nothing. Once a node has two administrators, one of them alone cannot.
 * @throws access/grant-needs-operation, access/role-not-granted, access/officer-not-found,
 *   access/second-officer-needed, and what `useApproval` throws
 */
export async function grantRole(
  ctx: NodeContext,
  actor: Actor,
  grant: RoleGrant,
  approved: Approved = {},
): Promise<void> {
  authorize(actor, 'node.administer');
  if (grant.role === 'imminent-risk') throw new IcarusError('access/role-not-granted', { role: grant.role });
  if ((grant.role === 'administrator') !== (grant.operationId === null)) {
    throw new IcarusError('access/grant-needs-operation', { role: grant.role });
  }
  const at = ctx.clock.now();
  await inTransaction(ctx, async (tx) => {
    const officer = (await listOfficers(tx)).find(({ officerId }) => officerId === grant.officerId);
    if (!officer) throw new IcarusError('access/officer-not-found', { officer: grant.officerId });
    if (
      officer.grants.some(({ role, operationId }) => role === grant.role && operationId === grant.operationId)
    )
      return;
    const approval = await secondAdministrator(tx, ctx, {
      by: actor,
      kind: 'role.grant',
      grant,
      ...approved,
    });
    await insertGrant(tx, { ...grant, at });
    await recordEvent(tx, {
      at,
      kind: 'officer.granted',
      actor: actorName(actor),
      ...(grant.operationId ? { operationId: grant.operationId } : {}),
      subject: { kind: 'officer', id: grant.officerId },
      facts: { role: grant.role, ...approval },
    });
  });
}

/**
 * The other administrator's approval of a change of roles. While a node is set up, until it has had two
 * administrators, there is nobody to give it, and the one does it alone.
 */
export async function secondAdministrator(
  tx: Tx,
  ctx: Pick<NodeContext, 'clock'>,
  change: Approved & {
    readonly by: Actor;
    readonly kind: 'role.grant' | 'role.withdraw';
    readonly grant: RoleGrant;
  },
): Promise<{ readonly proposal?: string; readonly approvedBy?: string }> {
  if (change.by.kind === 'system' || (await countAdministrators(tx)) < 2) return {};
  const { officerId, role, operationId } = change.grant;
  return useApproval(tx, ctx, {
    proposalId: change.proposalId,
    by: change.by,
    kind: change.kind,
    operationId: null,
    act: { officer: officerId, role, on: operationId },
  });
}
