/** What the operator of a node's machine may do without being an officer, and what an exercise may do without proof. */
import { sql } from 'kysely';
import { listEvents } from '#custody/record.ts';
import type { Db } from '#platform/tables.ts';

/**
 * Could an administrator prove who he is? Until one can, the operator of the machine administers the node, or
 * nobody could make the first one.
 */
export async function administered(db: Db): Promise<boolean> {
  const { rows } = await sql<{ administered: boolean }>`
    select exists (
      select from officer_grant
      join officer on officer.id = officer_grant.officer_id and officer.retired_at is null
      where role = 'administrator' and (
        exists (select from passkey where officer_id = officer.id and revoked_at is null)
        or exists (select from oidc_identity where officer_id = officer.id and revoked_at is null)
        or exists (select from officer_key where officer_id = officer.id and revoked_at is null))
    ) as administered`.execute(db);
  return rows[0]?.administered ?? true;
}

/** Was the node set up for an exercise? It is the first thing that its log states, and nobody can change it. */
export async function isExercise(db: Db): Promise<boolean> {
  const [setUp] = await listEvents(db, { kinds: ['node.set-up'], limit: 1 });
  return setUp?.facts['exercise'] === true;
}
