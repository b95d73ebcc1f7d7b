/**
 * Loader for IPtoASN's tables (https://iptoasn.com/): first address, last address, AS number, country,
 * description, separated by tabs. Lines with AS number 0 are ranges that nobody announces: they say nothing.
 */
import type { DuckDb } from '#platform/duckdb.ts';
import { linesOf, readInto, withNumbers } from './range-table.ts';
import type { PlainFile } from './source-file.ts';

/** What a line of such a file looks like. */
export const IPTOASN_LINE = /^([0-9a-f.:]+)\t[0-9a-f.:]+\t\d{1,10}\t(?:[A-Z]{2}|None|Unknown)\t/i;

/** Reads the file into the table `loaded`. @throws `observations/snapshot-invalid` */
export async function loadIptoasn(duck: DuckDb, file: PlainFile, index: number): Promise<void> {
  await readInto(
    duck,
    file,
    `INSERT INTO loaded
    WITH record AS (SELECT line, string_split(text, chr(9)) AS f, f[1] AS a, f[2] AS z FROM ${linesOf(file.path)}),
    numbers AS (SELECT *, a_family AS family, a_number AS first, z_number AS last,
        try_cast(f[3] AS UINTEGER) AS asn, nullif(nullif(upper(trim(f[4])), 'NONE'), 'UNKNOWN') AS country FROM ${withNumbers('record', ['a', 'z'])})
    SELECT ${index}, line, CASE WHEN len(f) <> 5 THEN 'it does not have five columns' WHEN first IS NULL THEN 'the first address cannot be read'
        WHEN last IS NULL THEN 'the last address cannot be read' WHEN family <> z_family THEN 'the range mixes IPv4 and IPv6'
        WHEN last < first THEN 'the range ends before it begins' WHEN asn IS NULL THEN 'the autonomous system is not a number below 2^32'
        WHEN country <> '' AND NOT regexp_full_match(country, '[A-Z]{2}') THEN 'the country is not a code of two letters' END AS problem,
      family, first, last, CASE WHEN country NOT IN ('', 'ZZ') THEN country END, asn, nullif(trim(f[5]), ''), [asn], NULL, 0, NULL, NULL
    FROM numbers WHERE asn IS DISTINCT FROM 0 OR problem IS NOT NULL`,
  );
}
