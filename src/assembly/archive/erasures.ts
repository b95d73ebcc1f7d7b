/**
 * Erasures as an archive sees them: base and log hold every case in one stream that no key can cut, so each erasure ends
 * the archive's generation, and the next begins when nothing of what was erased is left in the database's own files.
 */
import { sql } from 'kysely';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { ARCHIVE_PART, backupRegister, destroyPart } from '#protection/backup-keys.ts';
import { scrubTables } from '#protection/scrub.ts';

/** Longest wait for transactions in one round; the next one goes on waiting. */
const WAIT_MS = 10_000;

/** Nothing was ever erased. */
export const NO_ERASURES = '0/0/0/0';

/** Changes with every erasure, of whatever kind and whoever did it. */
export async function erasuresOf(db: Db): Promise<string> {
  const { rows } = await sql<{ state: string }>`
    select concat_ws('/', (select count(*) from data_erasure where rows_gone_at is not null),
      (select count(*) from erased_message),
      (select count(*) from erasure_item where outcome = 'erased'),
      (select count(*) from custody_event where kind = 'custody.erased')) as state`.execute(db);
  return rows[0]?.state ?? NO_ERASURES;
}

/** Destroys the keys of all generations. @throws backup/register-unreachable */
export function endGenerations(ctx: Pick<NodeContext, 'node' | 'paths' | 'backups'>): Promise<number> {
  return destroyPart(backupRegister(ctx), ARCHIVE_PART);
}

/** @throws archive/waits-for-erasure where rows or files of one are still to go */
export async function requireNoneUnderWay(db: Db): Promise<void> {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (select from data_erasure where rows_gone_at is not null and done_at is null)
      or exists (select from erased_message where gone_at is null)
      or exists (select from erasure_item where outcome = 'erase') as waits`.execute(db);
  if (rows[0]?.waits) throw new IcarusError('archive/waits-for-erasure');
}

/**
 * Takes what was erased out of the database's files, once no transaction sees it any more.
 * @param owner a connection of the owner's
 * @throws protection/transactions-open
 */
export async function scrubErased(owner: Db): Promise<void> {
  await scrubTables(owner, WAIT_MS);
}
