/**
 * What every loader of address data fills and every snapshot must hold: ranges that can be read, that
 * end after they begin, and that do not overlap. A file that breaks this is refused whole, with the
 * first line at fault.
 */
import { open } from 'node:fs/promises';
import { IcarusError } from '#core/errors.ts';
import { countIn, type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';

/** The table that a loader fills; `problem` says why a line cannot be used. */
export const RANGE_TABLE = `CREATE TEMP TABLE loaded (
  line BIGINT, problem VARCHAR, family UTINYINT, first UHUGEINT, last UHUGEINT,
  country VARCHAR, asn UINTEGER, operator VARCHAR, asns UINTEGER[])`;

export function refuseSnapshot(path: string, reason: string, cause?: unknown): IcarusError {
  return new IcarusError('observations/snapshot-invalid', { path, reason }, { cause });
}

/** A registry or a proxy that is down answers with a page. */
export async function refuseHtml(path: string): Promise<string> {
  await using file = await open(path, 'r').catch((cause: unknown) => {
    throw refuseSnapshot(path, 'it is not there or may not be read', cause);
  });
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
  const start = buffer
    .toString('utf8', 0, bytesRead)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (start === '') throw refuseSnapshot(path, 'it is empty');
  if (/^<(!doctype|html|\?xml|head|body)/i.test(start))
    throw refuseSnapshot(path, 'it is a web page, not address data');
  return start;
}

/** Refuses what the table `loaded` holds where a line is at fault or two ranges overlap. Returns the number of ranges. */
export async function checkRanges(duck: DuckDb, path: string): Promise<number> {
  const [bad] = await duck.rows(`SELECT line, problem FROM loaded
    WHERE problem IS NOT NULL OR first IS NULL OR last IS NULL OR last < first ORDER BY line LIMIT 1`);
  if (bad) {
    throw refuseSnapshot(
      path,
      `line ${countIn(bad, 'line')}: ${textIn(bad, 'problem') ?? 'this is not a range of addresses'}`,
    );
  }
  const [overlap] = await duck.rows(`SELECT line, earlier FROM (
      SELECT line, first, lag(line) OVER w AS earlier, max(last) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
      FROM loaded WINDOW w AS (PARTITION BY family ORDER BY first, last))
    WHERE first <= reached ORDER BY line LIMIT 1`);
  if (overlap) {
    throw refuseSnapshot(
      path,
      `the ranges of line ${countIn(overlap, 'earlier')} and line ${countIn(overlap, 'line')} overlap`,
    );
  }
  const [count] = await duck.rows('SELECT count(*)::INTEGER AS ranges FROM loaded');
  if (countIn(count, 'ranges') === 0) throw refuseSnapshot(path, 'it holds no ranges');
  return countIn(count, 'ranges');
}

/** Writes the ranges in the order in which they are asked. */
export async function writeRanges(duck: DuckDb, file: string): Promise<void> {
  await duck.run(`COPY (SELECT family, high_half(first) AS start_high, low_half(first) AS start_low, high_half(last) AS end_high,
      low_half(last) AS end_low, country, asn, operator, asns FROM loaded ORDER BY family, first)
    TO ${sqlText(file)} (FORMAT parquet)`);
}
