/** After a recovery nothing stands of what an officer had before. */
import { everHadKey, revokeKeys } from '#access/command/key-store.ts';
import type { OfficerId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { everHadIdentity, revokeIdentities } from './identity-store.ts';
import { everHadPasskey, revokePasskeys } from './passkey-store.ts';
import { deleteSessions } from './sessions.ts';

/** Has this officer ever had a way in? Then a code is a recovery. */
export async function everHadWayIn(db: Db, officerId: OfficerId): Promise<boolean> {
  return (
    (await everHadPasskey(db, officerId)) ||
    (await everHadIdentity(db, officerId)) ||
    (await everHadKey(db, officerId))
  );
}

/** @returns ids of the passkeys, and fingerprints of the keys, that it revoked */
export async function startAnew(tx: Tx, officerId: OfficerId, at: Date): Promise<string[]> {
  await deleteSessions(tx, { officerId });
  await revokeIdentities(tx, officerId, { at, by: officerId });
  const how = { at, by: officerId };
  return [...(await revokePasskeys(tx, { officerId }, how)), ...(await revokeKeys(tx, { officerId }, how))];
}
