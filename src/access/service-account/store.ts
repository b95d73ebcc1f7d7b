/** SQL of service accounts. */
import type { ServiceAccountTable } from '#access/tables.ts';
import type { Id, OfficerId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { ServiceAction } from './scope.ts';

export type ServiceAccountId = Id<'service-account'>;

export interface ServiceAccount {
  readonly accountId: ServiceAccountId;
  readonly name: string;
  readonly ownerId: OfficerId;
  readonly purpose: string;
  readonly actions: readonly ServiceAction[];
  readonly operations: readonly OperationId[];
  readonly madeBy: string;
  readonly madeAt: Date;
  readonly expiresAt: Date;
  readonly approvedBy: string | null;
  readonly drawnAt: Date | null;
  readonly firstUsedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

type Made = Pick<
  ServiceAccount,
  'accountId' | 'name' | 'ownerId' | 'purpose' | 'actions' | 'operations' | 'madeBy' | 'madeAt' | 'expiresAt'
>;

/** @returns false where the name was taken before */
export async function insertAccount(tx: Tx, account: Made): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('service_account')
    .values({
      id: account.accountId,
      name: account.name,
      owner_id: account.ownerId,
      purpose: account.purpose,
      actions: [...account.actions],
      operations: [...account.operations],
      made_by: account.madeBy,
      made_at: account.madeAt,
      expires_at: account.expiresAt,
      approved_by: null,
      approved_at: null,
      token_sha256: null,
      drawn_at: null,
      first_used_at: null,
      last_used_at: null,
      revoked_at: null,
      revoked_by: null,
    })
    .onConflict((same) => same.column('name').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Newest first; those that were revoked too. */
export async function listAccounts(db: Db, ownerId?: OfficerId): Promise<ServiceAccount[]> {
  let query = db.selectFrom('service_account').selectAll().orderBy('made_at', 'desc').orderBy('id');
  if (ownerId !== undefined) query = query.where('owner_id', '=', ownerId);
  return (await query.execute()).map(accountFrom);
}

/** One that is not revoked; locked until the transaction ends. */
export async function lockAccount(tx: Tx, accountId: string): Promise<ServiceAccount | undefined> {
  const row = await tx
    .selectFrom('service_account')
    .selectAll()
    .where('id', '=', accountId)
    .where('revoked_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return row && accountFrom(row);
}

/** The account that a token of this hash opens now. */
export async function accountInForce(db: Db, tokenSha256: string): Promise<ServiceAccount | undefined> {
  const row = await db
    .selectFrom('service_account')
    .selectAll()
    .where('token_sha256', '=', tokenSha256)
    .where('revoked_at', 'is', null)
    .where('approved_by', 'is not', null)
    .where('expires_at', '>', new Date())
    .executeTakeFirst();
  return row && accountFrom(row);
}

export async function changeAccount(
  tx: Db,
  accountId: ServiceAccountId,
  change: Partial<ServiceAccountTable>,
): Promise<void> {
  await tx.updateTable('service_account').set(change).where('id', '=', accountId).execute();
}

function accountFrom(row: ServiceAccountTable): ServiceAccount {
  return {
    accountId: row.id as ServiceAccountId,
    name: row.name,
    ownerId: row.owner_id as OfficerId,
    purpose: row.purpose,
    actions: row.actions as ServiceAction[],
    operations: row.operations as OperationId[],
    madeBy: row.made_by,
    madeAt: row.made_at,
    expiresAt: row.expires_at,
    approvedBy: row.approved_by,
    drawnAt: row.drawn_at,
    firstUsedAt: row.first_used_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}
