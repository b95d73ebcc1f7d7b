/**
 * Loader for the regional registries' statistics, delegated and delegated-extended
 * (https://ftp.ripe.net/pub/stats/ripencc/RIR-Statistics-Exchange-Format.txt): who is the country of a
 * range, by the authority itself. The operator is the registrant's opaque id; the registrant's
 * autonomous systems are those that carry the same id.
 */
import { countIn, type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { readInto, withNumbers } from './range-table.ts';
import { type PlainFile, readHead, refuseSnapshot } from './source-file.ts';

export interface RirHeader {
  readonly registry: string;
  readonly records: number;
  /** Last day that the file tells of, as midnight UTC. */
  readonly endDate: Date;
}

const REGISTRIES = ['afrinic', 'apnic', 'arin', 'iana', 'lacnic', 'ripencc'];

/** What the first line of such a file that is no comment looks like. */
export const RIR_LINE = /^2(\.\d)?\|(afrinic|apnic|arin|iana|lacnic|ripencc)\|/;

/** Reads the file into the table `loaded`. @throws `observations/snapshot-invalid` */
export async function loadRirDelegated(duck: DuckDb, file: PlainFile): Promise<RirHeader> {
  const header = readHeader(file.given, await readHead(file.path, file.given));
  await readInto(
    duck,
    file,
    `CREATE TEMP TABLE record AS
    SELECT row_number() OVER () AS line, string_split(trim(text, chr(13)), '|') AS f
    FROM read_csv(${sqlText(file.path)}, auto_detect = false, header = false, delim = chr(1), quote = '', escape = '', columns = {text: 'VARCHAR'}, compression = 'none')`,
  );
  await duck.run(`DELETE FROM record WHERE f IS NULL OR f[1] IS NULL OR starts_with(f[1], '#') OR f[1] = ''`);
  await checkCounts(duck, file.given, header);
  await duck.run(`INSERT INTO loaded
    WITH held AS (SELECT line, f, f[3] AS type FROM record WHERE f[7] IN ('allocated', 'assigned')),
    systems AS (SELECT f[8] AS registrant, list(try_cast(f[4] AS UINTEGER) ORDER BY try_cast(f[4] AS UINTEGER))[1:16] AS asns
      FROM held WHERE type = 'asn' AND f[8] <> '' GROUP BY f[8]),
    ranges AS (SELECT *, CASE WHEN (type = 'ipv6') = contains(a, ':') THEN a_number END AS first,
      CASE type WHEN 'ipv4' THEN CASE WHEN try_cast(f[5] AS UBIGINT) BETWEEN 1 AND 4294967296 THEN f[5]::UHUGEINT END
        ELSE CASE WHEN try_cast(f[5] AS INTEGER) BETWEEN 1 AND 128 THEN 1::UHUGEINT << (128 - f[5]::INTEGER)::UHUGEINT END END AS size
      FROM ${withNumbers(`(SELECT *, f[4] AS a FROM held WHERE type IN ('ipv4', 'ipv6'))`, ['a'])})
    SELECT 0, line, CASE WHEN first IS NULL THEN 'the address cannot be read' WHEN size IS NULL THEN 'the size of the range cannot be read'
        WHEN type = 'ipv6' AND (first & (size - 1)) <> 0 THEN 'the prefix has bits beyond its length' END,
      CASE type WHEN 'ipv4' THEN 4 ELSE 6 END, first, first + (size - 1),
      CASE WHEN regexp_full_match(f[2], '[A-Z]{2}') AND f[2] <> 'ZZ' THEN f[2] END,
      CASE WHEN len(asns) = 1 THEN asns[1] END, nullif(f[8], ''), asns, NULL, 0, NULL, NULL
    FROM ranges LEFT JOIN systems ON f[8] = registrant`);
  return header;
}

function readHeader(path: string, start: string): RirHeader {
  const line = start.split(/\r?\n/).find((text) => text.trim() !== '' && !text.startsWith('#')) ?? '';
  const [version, registry = '', serial = '', records = '', , endDate = ''] = line.split('|');
  if (!/^2(\.\d)?$/.test(version ?? '') || !REGISTRIES.includes(registry)) {
    throw refuseSnapshot(
      path,
      'its first line is not the version line of a registry (2|registry|serial|records|...)',
    );
  }
  const date = calendarDate(endDate) ?? calendarDate(serial);
  if (!/^\d+$/.test(records) || !date)
    throw refuseSnapshot(path, 'its version line gives no number of records or no date');
  return { registry, records: Number(records), endDate: date };
}

function calendarDate(text: string): Date | undefined {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A file that was cut on the way has fewer records than it says. */
async function checkCounts(duck: DuckDb, path: string, header: RirHeader): Promise<void> {
  const [bad] = await duck.rows(`SELECT line FROM record
    WHERE NOT (coalesce(f[6], '') = 'summary' OR line = (SELECT min(line) FROM record)) AND (len(f) < 7 OR f[3] NOT IN ('asn', 'ipv4', 'ipv6')) ORDER BY line LIMIT 1`);
  if (bad) throw refuseSnapshot(path, `line ${countIn(bad, 'line')} is not a record of a registry`);
  const [count] = await duck.rows(
    `SELECT count(*)::INTEGER AS records FROM record WHERE len(f) >= 7 AND line > (SELECT min(line) FROM record)`,
  );
  if (countIn(count, 'records') !== header.records) {
    throw refuseSnapshot(
      path,
      `its version line says ${header.records} records, it holds ${countIn(count, 'records')}`,
    );
  }
  const [summary] = await duck.rows(`SELECT f[3] AS type, try_cast(f[5] AS INTEGER) AS said,
      (SELECT count(*)::INTEGER FROM record r WHERE r.f[3] = s.f[3] AND len(r.f) >= 7 AND r.line > (SELECT min(line) FROM record)) AS held
    FROM record s WHERE f[6] = 'summary' AND said IS DISTINCT FROM held LIMIT 1`);
  if (summary) {
    throw refuseSnapshot(
      path,
      `its summary says ${countIn(summary, 'said')} ${textIn(summary, 'type')} records, it holds ${countIn(summary, 'held')}`,
    );
  }
}
