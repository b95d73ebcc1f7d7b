/**
 * Officers and what they are granted. Every change is an event in the custody log; an officer is
 * never deleted, since the log names him.
 */
import { IcarusError } from '#core/errors.ts';
import type { OfficerId, OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { type Actor, actorName, authorize, type Role } from './policy.ts';
import { insertGrant, insertOfficer, listOfficers } from './store.ts';

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

/** Grants a role; granting it again changes nothing. */
export async function grantRole(ctx: NodeContext, actor: Actor, grant: RoleGrant): Promise<void> {
  authorize(actor, 'node.administer');
  if ((grant.role === 'administrator') !== (grant.operationId === null)) {
    throw new IcarusError('access/grant-needs-operation', { role: grant.role });
  }
  const at = ctx.clock.now();
  await inTransaction(ctx, async (tx) => {
    const officers = await listOfficers(tx);
    if (!officers.some(({ officerId }) => officerId === grant.officerId)) {
      throw new IcarusError('access/officer-not-found', { officer: grant.officerId });
    }
    await insertGrant(tx, { ...grant, at });
    await recordEvent(tx, {
      at,
      kind: 'officer.granted',
      actor: actorName(actor),
      ...(grant.operationId ? { operationId: grant.operationId } : {}),
      subject: { kind: 'officer', id: grant.officerId },
      facts: { role: grant.role },
    });
  });
}
