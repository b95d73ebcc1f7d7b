/**
 * Service accounts: an administrator makes one for an officer who answers for it, a second administrator approves it,
 * and only that officer draws its token, so that no administrator comes to see a case by it. It may never do what its
 * owner may not; it ends by itself.
 */
import { insertReason } from '#access/consultation/reason.ts';
import { type Actor, actorName, authorize, decide } from '#access/policy.ts';
import { newToken, sha256 } from '#access/sign-in/secret.ts';
import { actorById } from '#access/store.ts';
import { DAY_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OfficerId, type OperationId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { MOST_DAYS, type ServiceAction } from './scope.ts';
import {
  changeAccount,
  insertAccount,
  lockAccount,
  type ServiceAccount,
  type ServiceAccountId,
} from './store.ts';

export interface NewAccount {
  readonly name: string;
  readonly ownerId: OfficerId;
  /** The reason under which its readings are written down. */
  readonly purpose: string;
  readonly actions: readonly ServiceAction[];
  readonly operations: readonly OperationId[];
  readonly expiresAt: Date;
}

/**
 * Makes an account that works once it is approved and its token is drawn.
 * @throws access/officer-not-found, access/service-account-scope, access/service-account-expiry,
 *   access/service-account-name
 */
export async function makeAccount(
  ctx: NodeContext,
  actor: Actor,
  wanted: NewAccount,
): Promise<ServiceAccountId> {
  authorize(actor, 'node.administer');
  const now = new Date();
  const lastsMs = wanted.expiresAt.getTime() - now.getTime();
  if (!(lastsMs > 0 && lastsMs <= MOST_DAYS * DAY_MS)) throw new IcarusError('access/service-account-expiry');
  await requireOwned(ctx.db, wanted);
  const accountId = newId<ServiceAccountId>('service', now);
  const { name, ownerId, purpose } = wanted;
  const [actions, operations] = [[...new Set(wanted.actions)].sort(), [...new Set(wanted.operations)].sort()];
  await inTransaction(ctx, async (tx) => {
    const account = { ...wanted, actions, operations, accountId, madeBy: actorName(actor), madeAt: now };
    if (!(await insertAccount(tx, account))) throw new IcarusError('access/service-account-name', { name });
    const facts = {
      name,
      owner: ownerId,
      purpose,
      actions,
      operations,
      until: wanted.expiresAt.toISOString(),
    };
    await record(ctx, tx, { kind: 'service-account.made', actor, accountId, facts });
  });
  return accountId;
}

/**
 * The second administrator's word; from now on its readings have their reason.
 * @throws access/service-account-not-found, access/same-administrator
 */
export async function approveAccount(ctx: NodeContext, actor: Actor, accountId: string): Promise<void> {
  authorize(actor, 'node.administer');
  await inTransaction(ctx, async (tx) => {
    const account = await required(tx, accountId);
    if (account.approvedBy !== null) throw new IcarusError('access/service-account-not-found');
    const by = actorName(actor);
    if (by === account.madeBy) throw new IcarusError('access/same-administrator');
    await changeAccount(tx, account.accountId, { approved_by: by, approved_at: new Date() });
    await record(ctx, tx, {
      kind: 'service-account.approved',
      actor,
      accountId: account.accountId,
      facts: { madeBy: account.madeBy },
    });
    const as = account.accountId as string as OfficerId;
    for (const operationId of account.operations) {
      const reason = { sessionId: as, operationId, reason: account.purpose };
      await insertReason(tx, as, reason, ctx.clock.now());
    }
  });
}

/**
 * Makes the token anew for the officer who answers for the account.
 * @returns the token, which is kept nowhere else; an earlier one counts no more
 * @throws access/service-account-not-found where it is not his, not approved, or over
 */
export async function drawToken(ctx: NodeContext, actor: Actor, accountId: string): Promise<string> {
  const token = newToken();
  await inTransaction(ctx, async (tx) => {
    const account = await required(tx, accountId);
    const own = actor.kind === 'officer' && actor.officerId === account.ownerId;
    if (!own || account.approvedBy === null || account.expiresAt <= new Date())
      throw new IcarusError('access/service-account-not-found');
    await changeAccount(tx, account.accountId, {
      token_sha256: sha256(token),
      drawn_at: new Date(),
      first_used_at: null,
    });
    await record(ctx, tx, {
      kind: 'service-account.token-drawn',
      actor,
      accountId: account.accountId,
      facts: { again: account.drawnAt !== null },
    });
  });
  return token;
}

/** Ends an account: its owner's own, or, by an administrator, any. @throws access/service-account-not-found */
export async function revokeAccount(ctx: NodeContext, actor: Actor, accountId: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const account = await required(tx, accountId);
    const own = actor.kind === 'officer' && actor.officerId === account.ownerId;
    if (!own && !decide(actor, 'node.administer', {}).allowed)
      throw new IcarusError('access/service-account-not-found');
    await changeAccount(tx, account.accountId, { revoked_at: new Date(), revoked_by: actorName(actor) });
    await record(ctx, tx, {
      kind: 'service-account.revoked',
      actor,
      accountId: account.accountId,
      facts: { name: account.name },
    });
  });
}

async function requireOwned(db: Db, { ownerId, actions, operations }: NewAccount): Promise<void> {
  const owner = await actorById(db, ownerId);
  if (!owner) throw new IcarusError('access/officer-not-found', { officer: ownerId });
  for (const operation of operations)
    for (const action of actions)
      if (!decide(owner, action, { operationId: operation }).allowed)
        throw new IcarusError('access/service-account-scope', { action, operation });
}

async function required(tx: Tx, accountId: string): Promise<ServiceAccount> {
  const account = await lockAccount(tx, accountId);
  if (!account) throw new IcarusError('access/service-account-not-found');
  return account;
}

interface Act {
  readonly kind: EventKind;
  readonly actor: Actor;
  readonly accountId: ServiceAccountId;
  readonly facts: Parameters<typeof recordEvent>[1]['facts'] & object;
}

async function record(ctx: NodeContext, tx: Tx, { kind, actor, accountId, facts }: Act): Promise<void> {
  await recordEvent(tx, {
    at: ctx.clock.now(),
    kind,
    actor: actorName(actor),
    subject: { kind: 'service-account', id: accountId },
    facts,
  });
}
