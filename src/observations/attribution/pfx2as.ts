/**
 * Loader for prefix-to-AS dumps as CAIDA publishes them from RouteViews
 * (https://www.caida.org/catalog/datasets/routeviews-prefix2as/): prefix, length, origin, separated by
 * tabs. An origin may be several systems (`64500_64501`: the prefix was seen from each) or a set
 * (`64500,64501`). Prefixes lie inside each other; the most specific one answers.
 */
import { basename } from 'node:path';
import type { DuckDb } from '#platform/duckdb.ts';
import { linesOf, prefixLast, readInto, withNumbers } from './range-table.ts';
import type { PlainFile } from './source-file.ts';

/** What the first line of such a file looks like. */
export const PFX2AS_LINE = /^[0-9a-f.:]+\t\d{1,3}\t[\d_,{}]+\s*$/i;

/** Reads the file into the table `loaded`. @throws `observations/snapshot-invalid` */
export async function loadPfx2as(duck: DuckDb, file: PlainFile, index: number): Promise<void> {
  await readInto(
    duck,
    file,
    `INSERT INTO loaded
    WITH record AS (SELECT line, string_split(text, chr(9)) AS f, f[1] AS a FROM ${linesOf(file.path)}),
    cells AS (SELECT line, f, a_family AS family, a_number AS first, try_cast(f[2] AS UTINYINT)::INTEGER AS length,
        string_split_regex(trim(f[3], '{} '), '[_,]') AS origins FROM ${withNumbers('record', ['a'])}),
    numbers AS (SELECT *, ${prefixLast('family', 'first', 'length')} AS last, list_transform(origins, lambda o: try_cast(o AS UINTEGER)) AS asns FROM cells)
    SELECT ${index}, line, CASE WHEN len(f) <> 3 THEN 'it does not have three columns' WHEN first IS NULL THEN 'the prefix cannot be read'
        WHEN length IS NULL OR length > CASE family WHEN 4 THEN 32 ELSE 128 END THEN 'the length of the prefix is no length of its family'
        WHEN last IS NULL THEN 'the prefix has bits beyond its length'
        WHEN list_contains(list_transform(asns, lambda a: a IS NULL), true) THEN 'the autonomous system is not a number below 2^32' END,
      family, first, last, NULL, CASE WHEN len(asns) = 1 THEN asns[1] END, NULL, list_sort(list_distinct(asns)), NULL, length, NULL, NULL
    FROM numbers`,
  );
}

/** The day in a name such as `routeviews-rv2-20110901-1200.pfx2as.gz`, as midnight UTC. */
export function dayInName(path: string): Date | undefined {
  const [, year, month, day] = /(?<!\d)((?:19|20)\d\d)-?(\d\d)-?(\d\d)(?!\d)/.exec(basename(path)) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
