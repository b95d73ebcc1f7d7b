/**
 * Ranges that lie inside each other, cut into ranges that do not: at every address the one with the
 * highest rank is left. For prefixes the rank is their length, so that the most specific answers; for
 * dated lines it is their date, so that the newest does.
 */
import { countIn, type DuckDb, type DuckDbRow } from '#platform/duckdb.ts';

/** Makes the table `flat`, with the columns of `loaded`, of the ranges in the table `ranges`. */
export async function flatten(duck: DuckDb, ranges: string): Promise<void> {
  await duck.run(`CREATE OR REPLACE TEMP TABLE flat AS SELECT * FROM ${ranges} WHERE false`);
  for (const family of [4, 6] as const) {
    const ranks = await duck.rows(
      `SELECT DISTINCT rank FROM ${ranges} WHERE family = ${family} ORDER BY rank DESC`,
    );
    if (ranks.length > 1) await flattenFamily(duck, { ranges, family, ranks });
    else await duck.run(`INSERT INTO flat SELECT * FROM ${ranges} WHERE family = ${family}`);
  }
}

interface Family {
  readonly ranges: string;
  readonly family: 4 | 6;
  readonly ranks: readonly DuckDbRow[];
}

/** Ranges of one rank do not overlap, so each rank is asked once, the highest first. */
async function flattenFamily(duck: DuckDb, { ranges, family, ranks }: Family): Promise<void> {
  const number = family === 4 ? 'UBIGINT' : 'UHUGEINT';
  await duck.run(`
    CREATE OR REPLACE TEMP TABLE piece AS SELECT rowid AS id, rank, first::${number} AS first, last::${number} AS last FROM ${ranges} WHERE family = ${family};
    CREATE OR REPLACE TEMP TABLE cut AS SELECT DISTINCT point, NULL::BIGINT AS id FROM (
      SELECT first AS point FROM piece UNION ALL SELECT last + 1 FROM piece WHERE last < ${family === 4 ? '4294967295' : '340282366920938463463374607431768211455::UHUGEINT'})`);
  for (const row of ranks) {
    await duck.run(`CREATE OR REPLACE TEMP TABLE asked AS
      SELECT point, coalesce(cut.id, CASE WHEN point <= held.last THEN held.id END) AS id
      FROM cut ASOF LEFT JOIN (SELECT * FROM piece WHERE rank = ${countIn(row, 'rank')}) held ON point >= held.first;
      DROP TABLE cut; ALTER TABLE asked RENAME TO cut`);
  }
  await duck.run(`INSERT INTO flat SELECT r.* REPLACE (p.first AS first, p.last AS last)
    FROM (SELECT id, point::UHUGEINT AS first, (coalesce(lead(point) OVER (ORDER BY point) - 1, (SELECT max(last) FROM piece)))::UHUGEINT AS last FROM cut) p
    JOIN ${ranges} r ON r.rowid = p.id`);
}
