/** A program that shows its token. */
import { type Actor, actorName } from '#access/policy.ts';
import { sha256 } from '#access/sign-in/secret.ts';
import { actorById } from '#access/store.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { accountInForce, changeAccount, lockAccount, type ServiceAccount } from './store.ts';

/** How exactly "last used" is kept. */
const USED_EVERY_MS = MINUTE_MS;

/**
 * Who acts with this token: the account, with its owner's roles as they stand now, on its operations.
 * @throws access/token-refused, which says the same of every token that opens nothing
 */
export async function serviceByToken(ctx: NodeContext, token: string): Promise<Actor> {
  const account = await accountInForce(ctx.db, sha256(token));
  const owner = account && (await actorById(ctx.db, account.ownerId));
  if (!account || owner?.kind !== 'officer') throw new IcarusError('access/token-refused');
  const actor: Actor = {
    kind: 'officer',
    officerId: account.accountId as string as OfficerId,
    name: account.name,
    grants: owner.grants.filter(
      ({ operationId }) => operationId !== null && account.operations.includes(operationId),
    ),
    service: { ownerId: account.ownerId, actions: account.actions },
  };
  await noteUse(ctx, actor, account);
  return actor;
}

async function noteUse(ctx: NodeContext, actor: Actor, account: ServiceAccount): Promise<void> {
  const now = new Date();
  const { accountId, lastUsedAt } = account;
  if (account.firstUsedAt === null) return noteFirstUse(ctx, actor, account);
  if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < USED_EVERY_MS) return;
  await changeAccount(ctx.db, accountId, { last_used_at: now });
}

/** Of each token that was drawn: several requests may come at once. */
async function noteFirstUse(
  ctx: NodeContext,
  actor: Actor,
  { accountId, ownerId, name }: ServiceAccount,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const locked = await lockAccount(tx, accountId);
    if (!locked || locked.firstUsedAt !== null) return;
    const now = new Date();
    await changeAccount(tx, accountId, { first_used_at: now, last_used_at: now });
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'service-account.first-used',
      actor: actorName(actor),
      subject: { kind: 'service-account', id: accountId },
      facts: { name, owner: ownerId },
    });
  });
}
