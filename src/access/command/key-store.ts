/** SQL of the keys that officers sign commands with. */
import { everHadCredential, revokeCredentials } from '#access/credentials.ts';
import type { OfficerKeyTable } from '#access/tables.ts';
import type { OfficerId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';

export interface OfficerKey {
  /** `SHA256:…`, as ssh-keygen shows it. */
  readonly fingerprint: string;
  readonly officerId: OfficerId;
  readonly publicKey: string;
  readonly label: string;
  readonly enrolledAt: Date;
  readonly lastUsedAt: Date | null;
}

/** @returns false where the key was enrolled before, for whomever */
export async function insertKey(tx: Tx, key: Omit<OfficerKey, 'lastUsedAt'>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('officer_key')
    .values({
      fingerprint: key.fingerprint,
      officer_id: key.officerId,
      public_key: key.publicKey,
      label: key.label,
      enrolled_at: key.enrolledAt,
      last_used_at: null,
      revoked_at: null,
      revoked_by: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** One that is not revoked, of an officer in service. */
export async function keyInForce(db: Db, fingerprint: string): Promise<OfficerKey | undefined> {
  const row = await db
    .selectFrom('officer_key')
    .innerJoin('officer', 'officer.id', 'officer_key.officer_id')
    .selectAll('officer_key')
    .where('fingerprint', '=', fingerprint)
    .where('revoked_at', 'is', null)
    .where('officer.retired_at', 'is', null)
    .executeTakeFirst();
  return row && keyFrom(row);
}

export async function noteKeyUse(tx: Tx, fingerprint: string, at: Date): Promise<void> {
  await tx
    .updateTable('officer_key')
    .set({ last_used_at: at })
    .where('fingerprint', '=', fingerprint)
    .execute();
}

/** Those that are not revoked, oldest first. */
export async function keysOf(db: Db, officerId: OfficerId): Promise<OfficerKey[]> {
  const rows = await db
    .selectFrom('officer_key')
    .selectAll()
    .where('officer_id', '=', officerId)
    .where('revoked_at', 'is', null)
    .orderBy('enrolled_at')
    .execute();
  return rows.map(keyFrom);
}

/** Has this officer ever had one? */
export function everHadKey(db: Db, officerId: OfficerId): Promise<boolean> {
  return everHadCredential(db, 'officer_key', officerId);
}

/** @returns fingerprints of those that it revoked */
export function revokeKeys(
  tx: Tx,
  { officerId, fingerprint }: { officerId: OfficerId; fingerprint?: string },
  how: { at: Date; by: string },
): Promise<string[]> {
  return revokeCredentials(tx, 'officer_key', { officerId, name: fingerprint }, how);
}

function keyFrom(row: OfficerKeyTable): OfficerKey {
  return {
    fingerprint: row.fingerprint,
    officerId: row.officer_id as OfficerId,
    publicKey: row.public_key,
    label: row.label,
    enrolledAt: row.enrolled_at,
    lastUsedAt: row.last_used_at,
  };
}
