/** SQL of what an officer proves himself with, passkeys and keys for commands alike: none is ever deleted. */
import { sql } from 'kysely';
import type { OfficerId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';

/** Tables of credentials, and the column that names one. */
const NAMED_BY = { passkey: 'id', officer_key: 'fingerprint' } as const;

export type CredentialTable = keyof typeof NAMED_BY;

/** Has this officer ever had one? */
export async function everHadCredential(
  db: Db,
  table: CredentialTable,
  officerId: OfficerId,
): Promise<boolean> {
  const row = await db
    .selectFrom(table)
    .select('officer_id')
    .where('officer_id', '=', officerId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** @returns names of those that it revoked: the one that is named, else all that were in force */
export async function revokeCredentials(
  tx: Tx,
  table: CredentialTable,
  which: { readonly officerId: OfficerId; readonly name: string | undefined },
  how: { readonly at: Date; readonly by: string },
): Promise<string[]> {
  const named = sql.ref<string>(NAMED_BY[table]);
  let query = tx
    .updateTable(table)
    .set({ revoked_at: how.at, revoked_by: how.by })
    .where('officer_id', '=', which.officerId)
    .where('revoked_at', 'is', null);
  if (which.name !== undefined) query = query.where(named, '=', which.name);
  const rows = await query.returning(named.as('name')).execute();
  return rows.map(({ name }) => name);
}
