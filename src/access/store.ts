import type { OfficerId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
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
export function listOfficers(db: Db): Promise<Officer[]> {
  return officersIn(db);
}

/** The officer as an actor, with his grants as they stand now; undefined where he is not in service. */
export async function actorById(db: Db, officerId: OfficerId): Promise<Actor | undefined> {
  const [officer] = await officersIn(db, officerId);
  return officer && { kind: 'officer', ...officer };
}

async function officersIn(db: Db, only?: OfficerId): Promise<Officer[]> {
  let query = db
    .selectFrom('officer')
    .leftJoin('officer_grant', 'officer_id', 'id')
    .select(['id', 'name', 'role', 'operation_id'])
    .where('retired_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .orderBy('granted_at');
  if (only !== undefined) query = query.where('id', '=', only);
  const officers = Map.groupBy(await query.execute(), ({ id }) => id as OfficerId);
  return [...officers].map(([officerId, rows]) => ({
    officerId,
    name: rows[0]?.name ?? '',
    grants: rows.flatMap(({ role, operation_id }) =>
      role === null ? [] : { role: role as Role, operationId: operation_id as OperationId | null },
    ),
  }));
}

/** @returns false where the officer did not have the role */
export async function deleteGrant(
  tx: Tx,
  grant: { officerId: OfficerId; role: Role; operationId: OperationId | null },
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('officer_grant')
    .where('officer_id', '=', grant.officerId)
    .where('role', '=', grant.role)
    .where('operation_id', grant.operationId === null ? 'is' : '=', grant.operationId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** @returns false where no such officer is in service */
export async function markRetired(tx: Tx, officerId: OfficerId, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('officer')
    .set({ retired_at: at })
    .where('id', '=', officerId)
    .where('retired_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
