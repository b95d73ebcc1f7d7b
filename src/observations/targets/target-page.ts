/**
 * One page of a target list, and how many targets there are. A long list is read from its shelf: the few
 * targets of which persons said something, and merged ones, lie beside it and are merged into the page.
 */
import type { TargetId } from '#core/ids.ts';
import type { Target } from '#observations/types.ts';
import { countIn, type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { placesOf, type Shelf } from './list-shelf.ts';
import {
  filterSql,
  isUnfiltered,
  orderSql,
  standingSql,
  type TargetFilter,
  type TargetSort,
} from './target-query.ts';
import type { TargetSource } from './target-reader.ts';
import { TARGET_COLUMNS, toTarget } from './target-rows.ts';

export interface PageWanted extends TargetFilter {
  readonly sort: TargetSort;
  readonly offset: number;
  readonly limit: number;
}

/** The rows of a page in their order: found over few columns, and only those then read whole. */
export async function targetsOnPage(
  duck: DuckDb,
  source: TargetSource,
  wanted: PageWanted,
): Promise<Target[]> {
  return readPage(duck, source, { ...wanted, aside: await readAside(duck, source, wanted) });
}

/** A page and how many targets pass its filter. */
export async function pageWithTotal(
  duck: DuckDb,
  source: TargetSource,
  wanted: PageWanted,
): Promise<{ readonly rows: Target[]; readonly total: number }> {
  const aside = await readAside(duck, source, wanted);
  const rows = await readPage(duck, source, { ...wanted, aside });
  return { rows, total: await countAll(duck, source, { ...wanted, aside }) };
}

async function readPage(
  duck: DuckDb,
  source: TargetSource,
  wanted: PageWanted & { readonly aside: Aside | undefined },
): Promise<Target[]> {
  const { sort, limit, offset, aside } = wanted;
  const { shelf } = source;
  const near = aside
    ? await shelvedPage(duck, source, aside, wanted)
    : { list: source.list, offset: Math.trunc(offset) };
  const found = await duck.rows(
    `SELECT target_id${shelf ? ', place' : ''} FROM (${standingSql({ ...source, list: near.list })}) WHERE ${filterSql(wanted, source)}
      ORDER BY ${orderSql(sort, source)} LIMIT ${Math.trunc(limit)} OFFSET ${near.offset}`,
  );
  const ids = found.flatMap((row) => textIn(row, 'target_id') ?? []);
  if (ids.length === 0) return [];
  const places = found.flatMap((row) => (typeof row['place'] === 'bigint' ? Number(row['place']) : []));
  const rows = await duck.rows(
    `SELECT ${TARGET_COLUMNS} FROM (${shelf ? source.merged.over(rowsAt(shelf, places)) : source.list}) WHERE target_id IN (${ids.map(sqlText).join(', ')})`,
  );
  const standings = new Map(source.standings.map((one) => [one.targetId, one]));
  const targets = new Map(
    rows.map((row) => [textIn(row, 'target_id'), toTarget(row, source.build, standings)]),
  );
  return ids.flatMap((id) => targets.get(id as TargetId) ?? []);
}

/** How many targets pass the filter. */
export async function countOnPages(
  duck: DuckDb,
  source: TargetSource,
  filter: Omit<TargetFilter, 'operationId'>,
): Promise<number> {
  return countAll(duck, source, { ...filter, aside: await readAside(duck, source, filter) });
}

async function countAll(
  duck: DuckDb,
  source: TargetSource,
  filter: Omit<TargetFilter, 'operationId'> & { readonly aside: Aside | undefined },
): Promise<number> {
  const { aside } = filter;
  if (aside) return aside.count + (await countOnShelf(duck, aside, filterOnShelf(filter, source)));
  const [row] = await duck.rows(
    `SELECT count(*) AS targets FROM (${standingSql(source)}) WHERE ${filterSql(filter, source)}`,
  );
  return countIn(row, 'targets');
}

/** Under this name an engine remembers what it counted: a shelf never changes, so equal questions have equal answers. */
const COUNTED = 'counted on shelves';
const MOST_COUNTED = 64;

async function countOnShelf(duck: DuckDb, { shelf, without }: Aside, filter: string): Promise<number> {
  const question = `SELECT count(*) AS targets FROM ${shelf.list} WHERE ${filter} AND ${without}`;
  const counted = (duck.memory.get(COUNTED) ?? new Map()) as Map<string, number>;
  duck.memory.set(COUNTED, counted);
  const known = counted.get(question);
  if (known !== undefined) return known;
  const [row] = await duck.rows(question);
  const [oldest] = counted.keys();
  if (counted.size >= MOST_COUNTED && oldest !== undefined) counted.delete(oldest);
  counted.set(question, countIn(row, 'targets'));
  return countIn(row, 'targets');
}

/** What does not stand on the shelf as it is: flagged, known and merged targets. */
interface Aside {
  readonly shelf: Shelf;
  /** SQL: their rows. */
  readonly list: string;
  /** How many of them pass the filter. */
  readonly count: number;
  /** SQL condition over the shelf's list: the others. */
  readonly without: string;
}

/** Undefined where the list has no shelf. */
async function readAside(
  duck: DuckDb,
  source: TargetSource,
  filter: Omit<TargetFilter, 'operationId'>,
): Promise<Aside | undefined> {
  const { shelf } = source;
  if (!shelf) return undefined;
  const { hidden } = source.merged;
  const said = source.standings.map(({ targetId }) => targetId);
  const away = await placesOf(duck, shelf, [...new Set([...said, ...hidden])].sort());
  if (away.length === 0) return { shelf, list: rowsAt(shelf, []), count: 0, without: 'true' };
  const list = source.merged.over(rowsAt(shelf, away));
  const [row] = await duck.rows(
    `SELECT count(*) AS targets FROM (${list}) WHERE ${filterSql(filter, source)}`,
  );
  return { shelf, list, count: countIn(row, 'targets'), without: `rowid NOT IN (${placesSql(away)})` };
}

/** SQL: rows of the shelf by their places. A join, since only that reads no others. */
function rowsAt(shelf: Shelf, places: readonly number[]): string {
  return `SELECT *, rowid AS place, NULL::VARCHAR[] AS merged_client_ids FROM ${shelf.list} WHERE rowid IN (${placesSql(places)})`;
}

/** SQL: places as a relation. As a list of numbers each row of the shelf would be compared with each. */
function placesSql(places: readonly number[]): string {
  return `SELECT unnest([${places.join(', ')}]::BIGINT[])`;
}

/** SQL of a filter over the rows that stay on the shelf: nobody said anything of them. */
function filterOnShelf(filter: Omit<TargetFilter, 'operationId'>, source: TargetSource): string {
  if (filter.marks?.includes('merged')) return 'false';
  return filterSql(filter, { ...source, standings: [] });
}

/**
 * A short list that holds the page: of n rows aside, at most n come before it, so the rows of the shelf
 * from n before the page to its end, with those aside, hold it whatever lies where.
 */
async function shelvedPage(
  duck: DuckDb,
  source: TargetSource,
  { shelf, list, count, without }: Aside,
  wanted: PageWanted,
): Promise<{ readonly list: string; readonly offset: number }> {
  const { sort, offset, limit } = wanted;
  const from = Math.max(0, Math.trunc(offset) - count);
  const window = `LIMIT ${Math.trunc(offset) + Math.trunc(limit) - from} OFFSET ${from}`;
  const all = isUnfiltered(wanted);
  const places =
    sort === 'urgency' || all
      ? shelf.inOrder(sort, {
          now: source.now,
          without: all ? without : `${filterOnShelf(wanted, source)} AND ${without}`,
        })
      : `SELECT rowid AS place FROM ${shelf.list} WHERE ${filterOnShelf(wanted, source)} AND ${without} ORDER BY ${orderSql(sort, source)}`;
  const rows = await duck.rows(`${places} ${window}`);
  const found = rowsAt(
    shelf,
    rows.map((row) => countIn(row, 'place')),
  );
  return { list: `${found} UNION ALL BY NAME (${list})`, offset: Math.trunc(offset) - from };
}
