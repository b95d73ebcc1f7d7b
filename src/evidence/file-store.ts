/** Files of an inventory, page by page, and all of them as a stream. */
import { sql } from 'kysely';
import type { Db } from '#platform/tables.ts';
import type { FileMatch } from './match-store.ts';
import type { NotExaminedReason, Verdict } from './types.ts';

export interface InventoryFile {
  readonly ordinal: number;
  /** For reading; bytes that are not UTF-8 stand as `\xNN`. */
  readonly path: string;
  /** The name's bytes in hexadecimal, where it is not UTF-8. */
  readonly pathHex: string | null;
  readonly reason: NotExaminedReason | null;
  readonly detail: string | null;
  readonly sizeBytes: number;
  readonly modifiedAt: Date | null;
  readonly changedAt: Date | null;
  readonly bornAt: Date | null;
  readonly mediaType: string | null;
  readonly md5: string | null;
  readonly sha1: string | null;
  readonly sha256: string | null;
  /** Null where it was not examined. */
  readonly verdict: Verdict | null;
}

export interface FileFilter {
  readonly verdict?: Verdict;
  readonly notExamined?: boolean;
  /** `image`, `video` … or a whole media type. */
  readonly mediaType?: string;
  /** A part of the path, in any case. */
  readonly text?: string;
}

/** A page of files in the order of the walk, behind the file `after`. */
export async function filesPage(
  db: Db,
  inventoryNumber: number,
  filter: FileFilter,
  page: { after: number; limit: number },
): Promise<InventoryFile[]> {
  const rows = await selectFiles(db, inventoryNumber, filter)
    .where('f.ordinal', '>', page.after)
    .orderBy('f.ordinal')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({ ...row, verdict: row.reason === null ? (row.verdict ?? 'unknown') : null }));
}

export async function countFiles(db: Db, inventoryNumber: number, filter: FileFilter): Promise<number> {
  const row = await selectFiles(db, inventoryNumber, filter)
    .clearSelect()
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow();
  return row.n;
}

const STREAM_PAGE = 5_000;

/** Every file, in the order of the walk; memory is that of one page. */
export async function* allFiles(
  db: Db,
  inventoryNumber: number,
  filter: FileFilter = {},
): AsyncGenerator<InventoryFile[], void> {
  let after = 0;
  for (;;) {
    const files = await filesPage(db, inventoryNumber, filter, { after, limit: STREAM_PAGE });
    if (files.length > 0) yield files;
    if (files.length < STREAM_PAGE) return;
    after = files.at(-1)?.ordinal ?? after;
  }
}

/** Why these files matched, by their ordinal. */
export async function matchesOf(
  db: Db,
  inventoryNumber: number,
  ordinals: readonly number[],
): Promise<Map<number, FileMatch[]>> {
  const matches = new Map<number, FileMatch[]>();
  if (ordinals.length === 0) return matches;
  const rows = await db
    .selectFrom('file_match')
    .innerJoin('hash_list', 'hash_list.number', 'file_match.list_number')
    .select([
      'file_match.ordinal',
      'hash_list.id',
      'hash_list.name',
      'file_match.category',
      'file_match.meaning',
      'file_match.algorithms',
    ])
    .where('file_match.inventory_number', '=', inventoryNumber)
    .where('file_match.ordinal', 'in', [...ordinals])
    .orderBy('file_match.list_number')
    .orderBy('file_match.category')
    .execute();
  for (const row of rows) {
    const match = {
      listId: row.id as FileMatch['listId'],
      listName: row.name,
      category: row.category,
      meaning: row.meaning,
      algorithms: row.algorithms,
    };
    matches.set(row.ordinal, [...(matches.get(row.ordinal) ?? []), match]);
  }
  return matches;
}

function selectFiles(db: Db, inventoryNumber: number, filter: FileFilter) {
  let query = db
    .selectFrom('inventory_file as f')
    .leftJoin('file_verdict as v', (join) =>
      join.onRef('v.inventory_number', '=', 'f.inventory_number').onRef('v.ordinal', '=', 'f.ordinal'),
    )
    .select([
      'f.ordinal',
      'f.path',
      sql<string | null>`encode(f.path_bytes, 'hex')`.as('pathHex'),
      sql<NotExaminedReason | null>`f.reason`.as('reason'),
      'f.detail',
      'f.size_bytes as sizeBytes',
      'f.modified_at as modifiedAt',
      'f.changed_at as changedAt',
      'f.born_at as bornAt',
      'f.media_type as mediaType',
      sql<string | null>`encode(f.md5, 'hex')`.as('md5'),
      sql<string | null>`encode(f.sha1, 'hex')`.as('sha1'),
      sql<string | null>`encode(f.sha256, 'hex')`.as('sha256'),
      'v.verdict',
    ])
    .where('f.inventory_number', '=', inventoryNumber);
  if (filter.notExamined !== undefined)
    query = query.where('f.status', '=', filter.notExamined ? 'not-examined' : 'hashed');
  if (filter.verdict === 'unknown')
    query = query.where('f.status', '=', 'hashed').where('v.verdict', 'is', null);
  else if (filter.verdict !== undefined) query = query.where('v.verdict', '=', filter.verdict);
  if (filter.mediaType !== undefined) {
    const type = filter.mediaType;
    query = type.includes('/')
      ? query.where('f.media_type', '=', type)
      : query.where(sql<boolean>`starts_with(f.media_type, ${`${type}/`})`);
  }
  if (filter.text !== undefined)
    query = query.where(sql<boolean>`position(lower(${filter.text}) in lower(f.path)) > 0`);
  return query;
}
