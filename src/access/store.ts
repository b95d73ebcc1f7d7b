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

/** Grants a role once; granting it again changes nothing, but the end of one that ends by itself. */
export async function insertGrant(
  db: Db,
  grant: {
    officerId: OfficerId;
    role: Role;
    operationId: OperationId | null;
    at: Date;
    /** Only for imminent risk. */
    until?: Date | undefined;
  },
): Promise<void> {
  await db
    .insertInto('officer_grant')
    .values({
      officer_id: grant.officerId,
      role: grant.role,
      operation_id: grant.operationId,
      granted_at: grant.at,
      expires_at: grant.until ?? null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['officer_id', 'role', 'operation_id'])
        .doUpdateSet({ expires_at: grant.until ?? null })
        .where('officer_grant.expires_at', 'is not', null),
    )
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
    .leftJoin('officer_grant', (on) =>
      on
        .onRef('officer_id', '=', 'id')
        .on((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', new Date())])),
    )
    .select(['id', 'name', 'role', 'operation_id', 'expires_at'])
    .where('retired_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .orderBy('granted_at');
  if (only !== undefined) query = query.where('id', '=', only);
  const officers = Map.groupBy(await query.execute(), ({ id }) => id as OfficerId);
  return [...officers].map(([officerId, rows]) => ({
    officerId,
    name: rows[0]?.name ?? '',
    grants: rows.flatMap(({ role, operation_id, expires_at }) =>
      role === null
        ? []
        : {
            role: role as Role,
            operationId: operation_id as OperationId | null,
            ...(expires_at && { until: expires_at }),
          },
    ),
  }));
}

export async function deleteGrant(
  tx: Tx,
  grant: { officerId: OfficerId; role: Role; operationId: OperationId | null },
): Promise<void> {
  await tx
    .deleteFrom('officer_grant')
    .where('officer_id', '=', grant.officerId)
    .where('role', '=', grant.role)
    .where('operation_id', grant.operationId === null ? 'is' : '=', grant.operationId)
    .execute();
}

export async function hasGrant(
  db: Db,
  grant: { officerId: OfficerId; role: Role; operationId: OperationId | null },
): Promise<boolean> {
  const row = await db
    .selectFrom('officer_grant')
    .select('role')
    .where('officer_id', '=', grant.officerId)
    .where('role', '=', grant.role)
    .where('operation_id', grant.operationId === null ? 'is' : '=', grant.operationId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Administrators of the node, with those whose service has ended: whoever retires the other does not act alone after. */
export async function countAdministrators(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('officer_grant')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('role', '=', 'administrator')
    .executeTakeFirstOrThrow();
  return Number(count);
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
