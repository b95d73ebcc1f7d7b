/** SQL of identities at the agency's provider, and of what was begun there. */
import { type Id, newId, type OfficerId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { sha256 } from './secret.ts';

export interface Identity {
  readonly identityId: string;
  readonly officerId: OfficerId;
  readonly issuer: string;
  readonly subject: string;
}

/** One that is not revoked, of an officer in service. */
export async function identityOf(
  db: Db,
  who: { issuer: string; subject: string },
): Promise<Identity | undefined> {
  const row = await db
    .selectFrom('oidc_identity')
    .innerJoin('officer', 'officer.id', 'oidc_identity.officer_id')
    .selectAll('oidc_identity')
    .where('issuer', '=', who.issuer)
    .where('subject', '=', who.subject)
    .where('revoked_at', 'is', null)
    .where('officer.retired_at', 'is', null)
    .executeTakeFirst();
  return row && { ...who, identityId: row.id, officerId: row.officer_id as OfficerId };
}

/** @returns undefined where the identity is somebody's already */
export async function insertIdentity(
  tx: Tx,
  identity: Omit<Identity, 'identityId'> & { at: Date },
): Promise<string | undefined> {
  const identityId = newId<Id<'identity'>>('identity', identity.at);
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('oidc_identity')
    .values({
      id: identityId,
      issuer: identity.issuer,
      subject: identity.subject,
      officer_id: identity.officerId,
      linked_at: identity.at,
      revoked_at: null,
      revoked_by: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n ? identityId : undefined;
}

/** Has this officer ever had one? */
export async function everHadIdentity(db: Db, officerId: OfficerId): Promise<boolean> {
  const row = await db
    .selectFrom('oidc_identity')
    .select('id')
    .where('officer_id', '=', officerId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** @returns how many it revoked */
export async function revokeIdentities(
  tx: Tx,
  officerId: OfficerId,
  how: { at: Date; by: string },
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('oidc_identity')
    .set({ revoked_at: how.at, revoked_by: how.by })
    .where('officer_id', '=', officerId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** What is being done at the provider. `about`: the enrolment that it is for, or the session: to be proved, or left. */
export interface Login {
  readonly purpose: 'enrol' | 'sign-in' | 'prove';
  readonly about: string | null;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly returnTo: string;
}

const LIFE_MS = 10 * 60_000;

export async function insertLogin(db: Db, state: string, login: Login): Promise<void> {
  const now = new Date();
  await db.deleteFrom('oidc_login').where('expires_at', '<', now).execute();
  await db
    .insertInto('oidc_login')
    .values({
      state_sha256: sha256(state),
      purpose: login.purpose,
      about: login.about,
      nonce: login.nonce,
      code_verifier: login.codeVerifier,
      return_to: login.returnTo,
      expires_at: new Date(now.getTime() + LIFE_MS),
    })
    .execute();
}

/** Takes it away: a second answer finds nothing. */
export async function takeLogin(db: Db, state: string): Promise<Login | undefined> {
  const row = await db
    .deleteFrom('oidc_login')
    .where('state_sha256', '=', sha256(state))
    .returningAll()
    .executeTakeFirst();
  if (!row || row.expires_at < new Date()) return undefined;
  return {
    purpose: row.purpose as Login['purpose'],
    about: row.about,
    nonce: row.nonce,
    codeVerifier: row.code_verifier,
    returnTo: row.return_to,
  };
}
