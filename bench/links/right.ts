/** How right suggestions are: pairs of ids against the generator's truth, beside the naive rules. */
import { countIn, type DuckDb, sqlText } from '#platform/duckdb.ts';

/** How many pairs a rule names, and how right that is; shares in percent. */
export interface Rightness {
  readonly pairs: number;
  readonly precision: number;
  /** Of all pairs of ids that are one client's. */
  readonly recall: number;
}

/** The tables `one` (pairs of ids of one client) and `used` (ids by address, without port). */
export async function loadTruth(duck: DuckDb, truth: string, places: string): Promise<void> {
  await duck.run(`CREATE TABLE client AS SELECT * FROM read_csv(${sqlText(truth)}, all_varchar = true, header = true);
    CREATE TABLE one AS SELECT least(x.id, y.id) AS a, greatest(x.id, y.id) AS b FROM client x JOIN client y ON x.client = y.client AND x.id < y.id;
    CREATE TABLE used AS SELECT client_id AS id, family, address_high, address_low, min(first_seen_at) AS began, max(last_seen_at) AS ended
      FROM read_parquet(${sqlText(places)}) GROUP BY ALL`);
}

/** @param pairs SQL: two ids, `x` and `y`, in any order, as often as it likes */
export async function rightness(duck: DuckDb, pairs: string): Promise<Rightness> {
  const [row] =
    await duck.rows(`SELECT count(*) AS pairs, count(one.a) AS hits, (SELECT count(*) FROM one) AS truth
    FROM (SELECT DISTINCT least(x, y) AS a, greatest(x, y) AS b FROM (${pairs})) LEFT JOIN one USING (a, b)`);
  const named = countIn(row, 'pairs');
  const hits = countIn(row, 'hits');
  const percent = (of: number) => (of === 0 ? 0 : (100 * hits) / of);
  return { pairs: named, precision: percent(named), recall: percent(countIn(row, 'truth')) };
}

const SAME_ADDRESS =
  'used p JOIN used q ON p.family = q.family AND p.address_high = q.address_high AND p.address_low = q.address_low AND p.id < q.id';

/** What linking is where nobody thinks about it: SQL of pairs, by name. */
export const NAIVE = {
  'same address ever': `SELECT p.id AS x, q.id AS y FROM ${SAME_ADDRESS}`,
  'same address within 2 days': `SELECT p.id AS x, q.id AS y FROM ${SAME_ADDRESS}
    AND q.began <= p.ended + INTERVAL 2 DAY AND p.began <= q.ended + INTERVAL 2 DAY`,
} as const;
