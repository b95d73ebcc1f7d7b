import { createHash } from 'node:crypto';
import type { OfficerId, OperationId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import type { Actor, Grant, Role } from './policy.ts';
import type {} from './tables.ts';

export interface Officer {
  readonly officerId: OfficerId;
  readonly name: string;
  readonly grants: readonly Grant[];
}

export async function insertOfficer(
  db: Db,
  officer: { id: OfficerId; name: string; at: Date },
): Promise<void> {
  await db
    .insertInto('officer')
    .values({ id: officer.id, name: officer.name, created_at: officer.at, retired_at: null })
    .execute();
}

/** Grants a role once; granting it again changes nothing. */
export async function insertGrant(
  db: Db,
  grant: { officerId: OfficerId; role: Role; operationId: OperationId | null; at: Date },
): Promise<void> {
  await db
    .insertInto('officer_grant')
    .values({
      officer_id: grant.officerId,
      role: grant.role,
      operation_id: grant.operationId,
      granted_at: grant.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Officers in service, in the order in which they were added. */
export async function listOfficers(db: Db): Promise<Officer[]> {
  const officers = await db
    .selectFrom('officer')
    .selectAll()
    .where('retired_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const grants = await db.selectFrom('officer_grant').selectAll().orderBy('granted_at').execute();
  return officers.map(({ id, name }) => ({
    officerId: id as OfficerId,
    name,
    grants: grants
      .filter((grant) => grant.officer_id === id)
      .map((grant) => ({ role: grant.role as Role, operationId: grant.operation_id as OperationId | null })),
  }));
}

/** The officer as an actor, with his grants as they stand now. */
export async function actorById(db: Db, officerId: OfficerId): Promise<Actor | undefined> {
  const officer = (await listOfficers(db)).find((candidate) => candidate.officerId === officerId);
  return officer && { kind: 'officer', ...officer };
}

export async function insertSession(
  db: Db,
  session: { token: string; officerId: OfficerId; at: Date; expiresAt: Date },
): Promise<void> {
  await db
    .insertInto('session')
    .values({
      token_sha256: sha256(session.token),
      officer_id: session.officerId,
      created_at: session.at,
      expires_at: session.expiresAt,
    })
    .execute();
}

export async function actorBySession(db: Db, token: string, now: Date): Promise<Actor | undefined> {
  const row = await db
    .selectFrom('session')
    .select('officer_id')
    .where('token_sha256', '=', sha256(token))
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && actorById(db, row.officer_id as OfficerId);
}

export async function deleteSession(db: Db, token: string): Promise<void> {
  await db.deleteFrom('session').where('token_sha256', '=', sha256(token)).execute();
}

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
