/** Ending what an officer has: a role, a passkey, his service. What he did stays in the log under his name. */
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { revokeKeys } from './command/key-store.ts';
import { type Approved, type RoleGrant, secondAdministrator } from './officers.ts';
import { type Actor, actorName, authorize, decide } from './policy.ts';
import { cancelOpen } from './sign-in/enrolment.ts';
import { revokeIdentities } from './sign-in/identity-store.ts';
import { passkeysOf, revokePasskeys } from './sign-in/passkey-store.ts';
import { deleteSessions } from './sign-in/sessions.ts';
import { deleteGrant, hasGrant, listOfficers, markRetired } from './store.ts';

/**
 * Takes a role back. Open pages of the officer lose it with their next request. Where it cannot wait for a second
 * administrator, an officer's service is ended by one alone.
 * @throws access/last-administrator, access/second-officer-needed, and what `useApproval` throws
 */
export async function withdrawRole(
  ctx: NodeContext,
  actor: Actor,
  grant: RoleGrant,
  approved: Approved = {},
): Promise<void> {
  authorize(actor, 'node.administer');
  await inTransaction(ctx, async (tx) => {
    if (grant.role === 'administrator') await requireAnotherAdministrator(tx, grant.officerId);
    if (!(await hasGrant(tx, grant))) return;
    const approval = await secondAdministrator(tx, ctx, {
      by: actor,
      kind: 'role.withdraw',
      grant,
      ...approved,
    });
    await deleteGrant(tx, grant);
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'officer.role-withdrawn',
      actor: actorName(actor),
      ...(grant.operationId ? { operationId: grant.operationId } : {}),
      subject: { kind: 'officer', id: grant.officerId },
      facts: { role: grant.role, ...approval },
    });
  });
}

/**
 * Takes an officer out of service: no sign-in, no act from now on.
 * @throws access/officer-not-found, access/last-administrator
 */
export async function retireOfficer(ctx: NodeContext, actor: Actor, officerId: OfficerId): Promise<void> {
  authorize(actor, 'node.administer');
  await inTransaction(ctx, async (tx) => {
    const at = new Date();
    await requireAnotherAdministrator(tx, officerId);
    if (!(await markRetired(tx, officerId, at)))
      throw new IcarusError('access/officer-not-found', { officer: officerId });
    const sessions = await deleteSessions(tx, { officerId });
    await revokeIdentities(tx, officerId, { at, by: actorName(actor) });
    const passkeys = await revokePasskeys(tx, { officerId }, { at, by: actorName(actor) });
    const keys = await revokeKeys(tx, { officerId }, { at, by: actorName(actor) });
    await cancelOpen(tx, officerId, at);
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'officer.retired',
      actor: actorName(actor),
      subject: { kind: 'officer', id: officerId },
      facts: { sessions: sessions.length, passkeys, keys },
    });
  });
}

/**
 * Revokes a passkey and ends the sessions that it began: the officer's own, or, by an administrator, another's.
 * @throws access/denied, access/passkey-unknown, access/passkey-last where an officer would shut himself out
 */
export async function revokePasskey(
  ctx: NodeContext,
  actor: Actor,
  { officerId, passkeyId }: { officerId: OfficerId; passkeyId: string },
): Promise<void> {
  const own = actor.kind === 'officer' && actor.officerId === officerId;
  if (!own && !decide(actor, 'node.administer', {}).allowed)
    throw new IcarusError('access/denied', { reason: 'the passkey is another officer’s' });
  await inTransaction(ctx, async (tx) => {
    if (own && (await passkeysOf(tx, officerId)).length === 1) throw new IcarusError('access/passkey-last');
    const by = actorName(actor);
    const revoked = await revokePasskeys(tx, { officerId, passkeyId }, { at: new Date(), by });
    if (revoked.length === 0) throw new IcarusError('access/passkey-unknown');
    // A terminal was confirmed with some passkey: with any of them gone it is confirmed anew.
    const terminals = await deleteSessions(tx, { officerId, way: 'terminal' });
    const sessions = [...terminals, ...(await deleteSessions(tx, { officerId, passkeyId }))];
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'officer.passkey-revoked',
      actor: by,
      subject: { kind: 'officer', id: officerId },
      facts: { passkey: passkeyId, sessions: sessions.length },
    });
  });
}

/** A node without an administrator could be brought back only by whoever has its machine. */
async function requireAnotherAdministrator(tx: Tx, officerId: OfficerId): Promise<void> {
  const administrators = (await listOfficers(tx)).filter(({ grants }) =>
    grants.some(({ role }) => role === 'administrator'),
  );
  if (administrators.length === 1 && administrators[0]?.officerId === officerId)
    throw new IcarusError('access/last-administrator');
}
