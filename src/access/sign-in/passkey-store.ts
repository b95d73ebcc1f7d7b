/** SQL of passkeys. */

import { everHadCredential, revokeCredentials } from '#access/credentials.ts';
import type { PasskeyTable } from '#access/tables.ts';
import type { OfficerId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';

export interface Passkey {
  readonly passkeyId: string;
  readonly officerId: OfficerId;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly model: string;
  readonly synced: boolean;
  readonly label: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

export async function insertPasskey(tx: Tx, passkey: Omit<Passkey, 'lastUsedAt'>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('passkey')
    .values({
      id: passkey.passkeyId,
      officer_id: passkey.officerId,
      public_key: Buffer.from(passkey.publicKey),
      counter: passkey.counter,
      transports: [...passkey.transports],
      model: passkey.model,
      synced: passkey.synced,
      label: passkey.label,
      created_at: passkey.createdAt,
      last_used_at: null,
      revoked_at: null,
      revoked_by: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** One that is not revoked, of an officer in service; locked, so that two answers do not count at once. */
export async function lockPasskey(tx: Tx, passkeyId: string): Promise<Passkey | undefined> {
  const row = await tx
    .selectFrom('passkey')
    .innerJoin('officer', 'officer.id', 'passkey.officer_id')
    .selectAll('passkey')
    .where('passkey.id', '=', passkeyId)
    .where('passkey.revoked_at', 'is', null)
    .where('officer.retired_at', 'is', null)
    .forUpdate('passkey')
    .executeTakeFirst();
  return row && passkeyFrom(row);
}

/** Those that are not revoked, oldest first. */
export async function passkeysOf(db: Db, officerId: OfficerId): Promise<Passkey[]> {
  const rows = await db
    .selectFrom('passkey')
    .selectAll()
    .where('officer_id', '=', officerId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .execute();
  return rows.map(passkeyFrom);
}

/** Has this officer ever had one? */
export function everHadPasskey(db: Db, officerId: OfficerId): Promise<boolean> {
  return everHadCredential(db, 'passkey', officerId);
}

export async function notePasskeyUse(tx: Tx, passkeyId: string, use: { counter: number; at: Date }) {
  await tx
    .updateTable('passkey')
    .set({ counter: use.counter, last_used_at: use.at })
    .where('id', '=', passkeyId)
    .execute();
}

/** @returns ids of those that it revoked */
export function revokePasskeys(
  tx: Tx,
  { officerId, passkeyId }: { officerId: OfficerId; passkeyId?: string },
  how: { at: Date; by: string },
): Promise<string[]> {
  return revokeCredentials(tx, 'passkey', { officerId, name: passkeyId }, how);
}

function passkeyFrom(row: PasskeyTable): Passkey {
  return {
    passkeyId: row.id,
    officerId: row.officer_id as OfficerId,
    publicKey: Uint8Array.from(row.public_key),
    counter: row.counter,
    transports: row.transports,
    model: row.model,
    synced: row.synced,
    label: row.label,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}
