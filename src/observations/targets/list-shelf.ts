/**
 * The shelf of a long target list: the list once more as a DuckDB database, in which a row is found by its
 * place, and its orders as lists of places. A page of a million targets is then read without sorting and
 * without passing over the others. It is derived from the list, holds nothing else, and a list without
 * one is read from its Parquet: same answers, slower.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { TargetId } from '#core/ids.ts';
import { syncFiles } from '#observations/lake.ts';
import { countIn, type DuckDb, sqlText } from '#platform/duckdb.ts';
import { rankingFile } from './build-files.ts';
import { orderSql, TARGET_SORTS, type TargetSort } from './target-query.ts';

/** Shorter lists are read as quickly from their Parquet. */
export const SHELF_FROM = 50_000;
/** Shelves that one engine keeps open. */
const MOST_OPEN = 4;

export function shelfFile(folder: string, ranking: string): string {
  return `${rankingFile(folder, ranking)}.duckdb`;
}

/** Writes the shelf of a list that is there; it is complete or not there, whenever this is cut short. */
export async function writeShelf(duck: DuckDb, folder: string, ranking: string): Promise<void> {
  const list = sqlText(rankingFile(folder, ranking));
  const shelf = shelfFile(folder, ranking);
  const draft = `${shelf}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await duck.run(`ATTACH ${sqlText(draft)} AS making`);
  try {
    await duck.run(`CREATE TABLE making.list AS SELECT * FROM read_parquet(${list})`);
    for (const sort of SORTED)
      await duck.run(`CREATE TABLE making.${tableOf(sort)} AS
        SELECT rowid::UINTEGER AS place, identifiable_until FROM making.list ORDER BY ${restingOrder(sort)}`);
    await duck.run('CHECKPOINT making');
  } catch (error) {
    await duck.run('DETACH making');
    await rm(draft, { force: true });
    throw error;
  }
  await duck.run('DETACH making');
  await syncFiles([draft]);
  await rename(draft, shelf);
}

/** The list itself lies in order of urgency. */
const SORTED = TARGET_SORTS.filter((sort) => sort !== 'urgency');

function tableOf(sort: TargetSort): string {
  return `by_${sort.replaceAll('-', '_')}`;
}

/** What is still identifiable now changes from hour to hour; the rest of the order does not. */
function restingOrder(sort: TargetSort): string {
  return sort === 'deadline'
    ? 'identifiable_until ASC NULLS LAST, score DESC, target_id'
    : orderSql(sort, { now: new Date(0) });
}

export interface Shelf {
  readonly path: string;
  /** SQL name of the list, whose `rowid` is a row's place. */
  readonly list: string;
  /** SQL: `place`, all places in the order of a sort but for those of `without`. */
  inOrder(sort: TargetSort, of: { readonly now: Date; readonly without: string }): string;
}

/** Under this name an engine remembers which shelves it has open, and under those of shelves what was found there. */
const OPEN_SHELVES = 'open shelves';

/** Opens the shelf of a list on an engine; undefined where the list has none. */
export async function openShelf(duck: DuckDb, folder: string, ranking: string): Promise<Shelf | undefined> {
  const path = shelfFile(folder, ranking);
  if (!existsSync(path)) return undefined;
  const name = `shelf_${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
  const open = (duck.memory.get(OPEN_SHELVES) ?? []) as string[];
  if (!open.includes(name)) {
    const oldest = open.length >= MOST_OPEN ? open.shift() : undefined;
    if (oldest) await duck.run(`DETACH ${oldest}`);
    await duck.run(`ATTACH ${sqlText(path)} AS ${name} (READ_ONLY)`);
    duck.memory.set(OPEN_SHELVES, [...open, name]);
  }
  return {
    path,
    list: `${name}.list`,
    inOrder: (sort, { now, without }) => orderedPlaces(name, sort, { now, without }),
  };
}

/** SQL. DuckDB keeps the order of a table, and of the parts of a union, where nothing sorts. */
function orderedPlaces(
  name: string,
  sort: TargetSort,
  { now, without }: { readonly now: Date; readonly without: string },
): string {
  if (sort === 'urgency') return `SELECT rowid AS place FROM ${name}.list WHERE ${without}`;
  const places = (where: string) =>
    `SELECT place FROM ${name}.${tableOf(sort)} WHERE ${where} AND ${without.replaceAll('rowid', 'place')}`;
  if (sort !== 'deadline') return places('true');
  const live = `coalesce(identifiable_until > TIMESTAMPTZ ${sqlText(now.toISOString())}, false)`;
  return `(${places(live)}) UNION ALL (${places(`NOT ${live}`)})`;
}

interface PlacesFound {
  readonly ids: string;
  readonly places: readonly number[];
}

/** Places of targets on a shelf; those that are not on it are passed over. The last answer for a shelf is kept. */
export async function placesOf(
  duck: DuckDb,
  shelf: Shelf,
  targetIds: readonly TargetId[],
): Promise<readonly number[]> {
  if (targetIds.length === 0) return [];
  const ids = targetIds.map(sqlText).join(', ');
  const before = duck.memory.get(shelf.path) as PlacesFound | undefined;
  if (before?.ids === ids) return before.places;
  const rows = await duck.rows(`SELECT rowid AS place FROM ${shelf.list} WHERE target_id IN (${ids})`);
  const places = rows.map((row) => countIn(row, 'place'));
  duck.memory.set(shelf.path, { ids, places } satisfies PlacesFound);
  return places;
}
