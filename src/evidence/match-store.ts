/** Matching an inventory with every hash list, set by set in the database: no file is looked at one by one. */
import { sql } from 'kysely';
import type { Db, Tx } from '#platform/tables.ts';
import type { InventoryTotals } from './totals.ts';
import type { HashAlgorithm, HashListId, InventoryId, Meaning, NotExaminedReason } from './types.ts';

/** Forgets the former matching of the inventory and writes the present one. */
export async function writeMatches(tx: Tx, inventoryNumber: number): Promise<void> {
  await sql`delete from file_match where inventory_number = ${inventoryNumber}`.execute(tx);
  await sql`delete from file_verdict where inventory_number = ${inventoryNumber}`.execute(tx);
  // Hashes are grouped by the item that they belong to: two that agree with different items prove nothing together.
  await sql`
    with hit as (
      select f.ordinal, e.list_number, e.item, e.category, e.algorithm from inventory_file f
        join hash_entry e on e.hash = f.md5 and e.algorithm = 'md5' where f.inventory_number = ${inventoryNumber}
      union all
      select f.ordinal, e.list_number, e.item, e.category, e.algorithm from inventory_file f
        join hash_entry e on e.hash = f.sha1 and e.algorithm = 'sha1' where f.inventory_number = ${inventoryNumber}
      union all
      select f.ordinal, e.list_number, e.item, e.category, e.algorithm from inventory_file f
        join hash_entry e on e.hash = f.sha256 and e.algorithm = 'sha256' where f.inventory_number = ${inventoryNumber}
    ), item as (
      select ordinal, list_number, category, array_agg(distinct algorithm order by algorithm) as algorithms
      from hit group by ordinal, list_number, item, category
    )
    insert into file_match (inventory_number, ordinal, list_number, category, meaning, algorithms)
    select distinct on (item.ordinal, item.list_number, item.category)
      ${inventoryNumber}::integer, item.ordinal, item.list_number, item.category,
      coalesce(list.meanings ->> item.category, list.meaning), item.algorithms
    from item join hash_list list on list.number = item.list_number
    order by item.ordinal, item.list_number, item.category, cardinality(item.algorithms) desc`.execute(tx);
  await sql`
    insert into file_verdict (inventory_number, ordinal, verdict)
    select inventory_number, ordinal,
      case when bool_or(meaning = 'known') then 'known'
        when bool_or(meaning = 'of-interest') then 'of-interest' else 'benign' end
    from file_match where inventory_number = ${inventoryNumber}
    group by inventory_number, ordinal
    having bool_or(meaning <> 'benign') or bool_or(cardinality(algorithms) >= 2)`.execute(tx);
}

/** Ids of the lists that are here now. */
export async function listIds(db: Db): Promise<HashListId[]> {
  const rows = await db.selectFrom('hash_list').select('id').orderBy('number').execute();
  return rows.map(({ id }) => id as HashListId);
}

/** Counts and sums of the inventory by its present matches. */
export async function sumUp(db: Db, inventoryNumber: number): Promise<InventoryTotals> {
  const number = inventoryNumber;
  const verdicts = await sql<{ verdict: string; files: number; bytes: number }>`
    select case when f.status <> 'hashed' then 'not-examined' else coalesce(v.verdict, 'unknown') end as verdict,
      count(*) as files, coalesce(sum(f.size_bytes), 0)::bigint as bytes
    from inventory_file f left join file_verdict v on v.inventory_number = f.inventory_number and v.ordinal = f.ordinal
    where f.inventory_number = ${number} group by 1`.execute(db);
  const reasons = await sql<{ reason: NotExaminedReason; files: number }>`
    select reason, count(*) as files from inventory_file
    where inventory_number = ${number} and status = 'not-examined' group by reason order by reason`.execute(
    db,
  );
  const types = await sql<{ mediaType: string | null; files: number; bytes: number }>`
    select media_type as "mediaType", count(*) as files, sum(size_bytes)::bigint as bytes from inventory_file
    where inventory_number = ${number} and status = 'hashed' group by media_type order by files desc, media_type`.execute(
    db,
  );
  const categories = await sql<{
    listId: HashListId;
    listName: string;
    category: string;
    meaning: Meaning;
    files: number;
    bytes: number;
  }>`
    select l.id as "listId", l.name as "listName", m.category, m.meaning, count(*) as files, sum(f.size_bytes)::bigint as bytes
    from file_match m join hash_list l on l.number = m.list_number
      join inventory_file f on f.inventory_number = m.inventory_number and f.ordinal = m.ordinal
    where m.inventory_number = ${number}
    group by l.id, l.name, l.number, m.category, m.meaning order by l.number, m.category`.execute(db);
  const alone = await sql<{ files: number }>`
    select count(distinct m.ordinal) as files from file_match m
    where m.inventory_number = ${number} and not exists (
      select from file_verdict v where v.inventory_number = m.inventory_number and v.ordinal = m.ordinal)`.execute(
    db,
  );
  const sumOf = (verdict: string) => {
    const row = verdicts.rows.find((candidate) => candidate.verdict === verdict);
    return { files: row?.files ?? 0, bytes: row?.bytes ?? 0 };
  };
  const hashed = verdicts.rows.filter(({ verdict }) => verdict !== 'not-examined');
  return {
    seen: verdicts.rows.reduce((sum, { files }) => sum + files, 0),
    hashed: {
      files: hashed.reduce((sum, row) => sum + row.files, 0),
      bytes: hashed.reduce((sum, row) => sum + row.bytes, 0),
    },
    notExamined: sumOf('not-examined').files,
    notExaminedByReason: reasons.rows,
    known: sumOf('known'),
    ofInterest: sumOf('of-interest'),
    benign: sumOf('benign'),
    unknown: sumOf('unknown'),
    benignByOneHash: alone.rows[0]?.files ?? 0,
    byCategory: categories.rows,
    byMediaType: types.rows,
  };
}

export interface InventoryMatch {
  readonly matchId: string;
  readonly matchedAt: Date;
  readonly matchedBy: string;
  readonly lists: readonly HashListId[];
  readonly totals: InventoryTotals;
}

export async function insertMatch(tx: Tx, inventoryNumber: number, match: InventoryMatch): Promise<void> {
  await tx
    .insertInto('inventory_match')
    .values({
      id: match.matchId,
      inventory_number: inventoryNumber,
      matched_at: match.matchedAt,
      matched_by: match.matchedBy,
      lists: [...match.lists],
      totals: sql<InventoryTotals>`${JSON.stringify(match.totals)}::jsonb`,
    })
    .execute();
}

export async function newestMatch(db: Db, inventoryId: InventoryId): Promise<InventoryMatch | undefined> {
  const row = await db
    .selectFrom('inventory_match')
    .innerJoin('inventory', 'inventory.number', 'inventory_match.inventory_number')
    .selectAll('inventory_match')
    .where('inventory.id', '=', inventoryId)
    .orderBy('inventory_match.matched_at', 'desc')
    .orderBy('inventory_match.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (
    row && {
      matchId: row.id,
      matchedAt: row.matched_at,
      matchedBy: row.matched_by,
      lists: row.lists as HashListId[],
      totals: row.totals,
    }
  );
}

/** Why a file matched. */
export interface FileMatch {
  readonly listId: HashListId;
  readonly listName: string;
  readonly category: string;
  readonly meaning: Meaning;
  /** Hashes that agree with one and the same item of the list. */
  readonly algorithms: readonly HashAlgorithm[];
}
