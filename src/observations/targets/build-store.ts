/** The SQL of a build: targets and addresses arrive in batches, as JSON, within one transaction. */
import { sql } from 'kysely';
import type { OperationId } from '#core/ids.ts';
import type { Tx } from '#platform/tables.ts';

/** Builds of one operation run one after the other; the addresses of the last build go. */
export async function beginBuild(tx: Tx, operationId: OperationId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`targets of ${operationId}`}, 0))`.execute(tx);
  await sql`delete from target_address using target where target_id = target.id and operation_id = ${operationId}`.execute(
    tx,
  );
}

const FACTS = [
  'country',
  'countries',
  'addresses',
  'first_seen_at',
  'last_seen_at',
  'active_days',
  'rows',
  'direct_rows',
  'distinct_files',
  'files_a',
  'files_b',
  'files_c',
  'software',
  'grades',
  'score',
  'ranking_version',
  'ranked_at',
  'build_id',
];
const ASSIGNMENTS = sql.raw(FACTS.map((column) => `${column} = excluded.${column}`).join(', '));

/** Writes targets over what a build before knew of them; a flag of imminent risk stays. */
export async function upsertTargets(tx: Tx, targets: readonly object[]): Promise<void> {
  await sql`insert into target (id, operation_id, client_id, ${sql.raw(FACTS.join(', '))})
    select id, operation_id, client_id, ${sql.raw(FACTS.join(', '))}
    from json_to_recordset(${JSON.stringify(targets)}::json) as t (
      id text, operation_id text, client_id text, country text, countries text[], addresses integer,
      first_seen_at timestamptz, last_seen_at timestamptz, active_days integer, rows bigint, direct_rows bigint,
      distinct_files integer, files_a integer, files_b integer, files_c integer, software text[], grades jsonb,
      score integer, ranking_version text, ranked_at timestamptz, build_id text)
    on conflict (id) do update set ${ASSIGNMENTS}`.execute(tx);
}

/** @param entries each the JSON text of `{ target_id, addresses }` */
export async function insertAddresses(tx: Tx, entries: readonly string[]): Promise<void> {
  await sql`insert into target_address
    select * from json_to_recordset(${`[${entries.join(',')}]`}::json) as a (target_id text, addresses jsonb)`.execute(
    tx,
  );
}

/** Removes targets that the build did not write: their rows are no longer in any import. Returns how many. */
export async function endBuild(tx: Tx, operationId: OperationId, buildId: string): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('target')
    .where('operation_id', '=', operationId)
    .where('build_id', '!=', buildId)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
