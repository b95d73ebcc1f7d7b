import { type Selectable, sql } from 'kysely';
import type { OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { ListRow } from './list-rows.ts';
import type { HashListTable } from './tables.ts';
import {
  HASH_ALGORITHMS,
  type HashAlgorithm,
  type HashListId,
  type ListFormat,
  type Meaning,
} from './types.ts';

export interface HashList {
  readonly listId: HashListId;
  readonly name: string;
  readonly source: string;
  readonly version: string;
  /** Day that the list states, `YYYY-MM-DD`. */
  readonly listedOn: string | null;
  readonly format: ListFormat;
  readonly fileSha256: string;
  readonly fileBytes: number;
  /** What an entry means whose category is not in `meanings`. */
  readonly meaning: Meaning;
  /** National category code -> meaning. */
  readonly meanings: Readonly<Record<string, Meaning>>;
  readonly rowsRead: number;
  readonly rowsImported: number;
  readonly rowsSkipped: number;
  /** Operation in which it was imported; it serves them all. */
  readonly operationId: OperationId;
  readonly importedAt: Date;
  readonly importedBy: string;
}

/** Returns the list's number, or undefined where that file is here already. */
export async function insertHashList(tx: Tx, list: HashList): Promise<number | undefined> {
  const row = await tx
    .insertInto('hash_list')
    .values({
      id: list.listId,
      name: list.name,
      source: list.source,
      version: list.version,
      listed_on: list.listedOn,
      format: list.format,
      file_sha256: list.fileSha256,
      file_bytes: list.fileBytes,
      meaning: list.meaning,
      meanings: sql<Record<string, Meaning>>`${JSON.stringify(list.meanings)}::jsonb`,
      rows_read: list.rowsRead,
      rows_imported: list.rowsImported,
      rows_skipped: list.rowsSkipped,
      operation_id: list.operationId,
      imported_at: list.importedAt,
      imported_by: list.importedBy,
    })
    .onConflict((conflict) => conflict.column('file_sha256').doNothing())
    .returning('number')
    .executeTakeFirst();
  return row?.number;
}

/** Appends rows of a list: entries and skips, one statement each. */
export async function insertListRows(tx: Tx, listNumber: number, rows: readonly ListRow[]): Promise<void> {
  const items: number[] = [];
  const algorithms: HashAlgorithm[] = [];
  const hashes: string[] = [];
  const categories: string[] = [];
  const skipped = rows.filter((row) => 'skipped' in row);
  for (const row of rows) {
    if ('skipped' in row) continue;
    for (const algorithm of HASH_ALGORITHMS) {
      const hash = row.hashes[algorithm];
      if (hash === undefined) continue;
      items.push(row.position);
      algorithms.push(algorithm);
      hashes.push(hash);
      categories.push(row.category);
    }
  }
  if (items.length > 0) {
    await sql`
      insert into hash_entry (list_number, item, algorithm, hash, category)
      select ${listNumber}::integer, item, algorithm, decode(hash, 'hex'), category
      from unnest(${items}::bigint[], ${algorithms}::text[], ${hashes}::text[], ${categories}::text[])
        as entry (item, algorithm, hash, category)`.execute(tx);
  }
  if (skipped.length > 0) {
    await sql`
      insert into hash_list_skip (list_number, position, reason)
      select ${listNumber}::integer, position, reason
      from unnest(${skipped.map(({ position }) => position)}::bigint[], ${skipped.map((row) => row.skipped)}::text[])
        as skip (position, reason)`.execute(tx);
  }
}

export async function setListCounts(
  tx: Tx,
  listNumber: number,
  counts: Pick<HashList, 'rowsRead' | 'rowsImported' | 'rowsSkipped'>,
): Promise<void> {
  await tx
    .updateTable('hash_list')
    .set({ rows_read: counts.rowsRead, rows_imported: counts.rowsImported, rows_skipped: counts.rowsSkipped })
    .where('number', '=', listNumber)
    .execute();
}

/** In the order of their import. */
export async function hashLists(db: Db): Promise<HashList[]> {
  const rows = await selectLists(db).orderBy('number').execute();
  return rows.map(toHashList);
}

export async function hashListById(db: Db, listId: HashListId): Promise<HashList | undefined> {
  const row = await selectLists(db).where('id', '=', listId).executeTakeFirst();
  return row && toHashList(row);
}

export async function hashListByDigest(db: Db, fileSha256: string): Promise<HashList | undefined> {
  const row = await selectLists(db).where('file_sha256', '=', fileSha256).executeTakeFirst();
  return row && toHashList(row);
}

/** Rows of the list that were not taken, by position, behind `after`. */
export async function skippedRows(
  db: Db,
  listId: HashListId,
  page: { after: number; limit: number },
): Promise<{ position: number; reason: string }[]> {
  return db
    .selectFrom('hash_list_skip')
    .innerJoin('hash_list', 'hash_list.number', 'hash_list_skip.list_number')
    .select(['hash_list_skip.position', 'hash_list_skip.reason'])
    .where('hash_list.id', '=', listId)
    .where('hash_list_skip.position', '>', page.after)
    .orderBy('hash_list_skip.position')
    .limit(page.limit)
    .execute();
}

function selectLists(db: Db) {
  return db.selectFrom('hash_list').selectAll().select(sql<string | null>`listed_on::text`.as('listed_on'));
}

function toHashList(row: Selectable<HashListTable>): HashList {
  return {
    listId: row.id as HashListId,
    name: row.name,
    source: row.source,
    version: row.version,
    listedOn: row.listed_on,
    format: row.format,
    fileSha256: row.file_sha256,
    fileBytes: row.file_bytes,
    meaning: row.meaning,
    meanings: row.meanings,
    rowsRead: row.rows_read,
    rowsImported: row.rows_imported,
    rowsSkipped: row.rows_skipped,
    operationId: row.operation_id as OperationId,
    importedAt: row.imported_at,
    importedBy: row.imported_by,
  };
}
