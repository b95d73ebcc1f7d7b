/**
 * The SQL that finds suggestions, in passes over some of the addresses, then over some of the files, so
 * that memory does not grow with the log. Client ids are numbered first: what is compared is small.
 * `hash()` is used within one DuckDB only and never kept.
 */
import { countIn, type DuckDb, sqlText } from '#platform/duckdb.ts';
import { type LinkRules, linkScoreSql } from './rules.ts';
import type { Suppression } from './types.ts';

/** What a computation reads. */
export interface LinkSources {
  /** Globs of the build's facts (one row a client id) and places (one row a client id, address and port). */
  readonly facts: string;
  readonly places: string;
  /** SQL: `client_id`, `file_hash` of every observation; undefined leaves out the rules about files. */
  readonly rows: string | undefined;
}

/** The name of the program without its version: what stands before the first digit or slash. */
const FAMILY = `nullif(trim(regexp_extract(lower(name), '^[^0-9/]*'), ' -_v.'), '')`;

const ADDRESS = 'family, address_high, address_low';

/** Numbered client ids, and the empty tables that the passes fill. */
export async function prepare(duck: DuckDb, { facts }: LinkSources): Promise<void> {
  await duck.run(`CREATE TABLE client AS
    SELECT (row_number() OVER (ORDER BY client_id))::INTEGER AS n, target_id, client_id, first_seen_at AS began, last_seen_at AS ended, rows,
      coalesce(list_distinct(list_filter(list_transform(software, lambda name: ${FAMILY}), lambda name: name IS NOT NULL)), []) AS families
    FROM read_parquet(${sqlText(facts)});
    CREATE TABLE meeting (type VARCHAR, earlier INTEGER, later INTEGER, family UTINYINT, address_high UBIGINT, address_low UBIGINT, port USMALLINT,
      earlier_began TIMESTAMPTZ, earlier_ended TIMESTAMPTZ, earlier_rows BIGINT, later_began TIMESTAMPTZ, later_ended TIMESTAMPTZ, later_rows BIGINT, gap_minutes INTEGER, places BIGINT);
    CREATE TABLE common (a INTEGER, b INTEGER, files BIGINT);
    CREATE TABLE library (n INTEGER, files BIGINT);
    CREATE TABLE suppressed (reason VARCHAR, keys BIGINT)`);
}

/**
 * The table `spot`: who used which address (`port` null) and which address and port, when, in one pass;
 * only those that several ids used and that are neither shared by an operator's customers nor rented.
 */
export async function viewSpots(
  duck: DuckDb,
  { places }: LinkSources,
  { pass, passes }: { pass: number; passes: number },
): Promise<void> {
  const chosen = passes === 1 ? 'true' : `hash(address_low, address_high) % ${passes} = ${pass}`;
  const shared = `GROUP BY ${ADDRESS} HAVING min(n) <> max(n)`;
  await duck.run(`CREATE OR REPLACE TABLE place AS
    SELECT n, ${ADDRESS}, port::USMALLINT AS port, place.first_seen_at AS began, place.last_seen_at AS ended, place.rows::BIGINT AS rows,
      CASE WHEN coalesce(carrier_nat, false) THEN 'carrier-nat' WHEN coalesce(hosting, false) THEN 'hosting' END AS flag
    FROM read_parquet(${sqlText(places)}) place JOIN client USING (client_id) WHERE ${chosen};
    CREATE OR REPLACE TABLE several AS SELECT ${ADDRESS}, any_value(flag) AS flag FROM place ${shared};
    INSERT INTO suppressed SELECT flag, count(*) FROM several WHERE flag IS NOT NULL GROUP BY flag;
    DELETE FROM several WHERE flag IS NOT NULL`);
  await duck.run(`CREATE OR REPLACE TABLE spot AS
    WITH met AS (SELECT * EXCLUDE (flag) FROM place SEMI JOIN several USING (${ADDRESS}))
    SELECT n, ${ADDRESS}, NULL::USMALLINT AS port, min(began) AS began, max(ended) AS ended, sum(rows)::BIGINT AS rows, false AS with_port FROM met GROUP BY ALL
    UNION ALL SELECT *, true FROM met SEMI JOIN (SELECT ${ADDRESS}, port FROM met WHERE port IS NOT NULL GROUP BY ALL HAVING min(n) <> max(n)) USING (${ADDRESS}, port);
    DROP TABLE place; DROP TABLE several`);
}

/** Takes away the spots of more ids, at once or ever, than can be one client's. */
export async function dropCrowds(duck: DuckDb, { crowd }: LinkRules): Promise<void> {
  const key = `${ADDRESS}, with_port, port`;
  // A few ids are never a crowd: only the others are looked at instant by instant.
  await duck.run(`CREATE OR REPLACE TABLE crowded AS
    WITH many AS (SELECT ${key}, count(*) AS ids FROM spot GROUP BY ALL HAVING count(*) > ${crowd.mostAtOnce}),
    step AS (SELECT spot.* FROM spot JOIN many ON ${sameKey('spot', 'many')} WHERE ids <= ${crowd.mostEver})
    SELECT ${key} FROM many WHERE ids > ${crowd.mostEver}
    UNION ALL SELECT ${key} FROM (
      SELECT ${key}, sum(change) OVER (PARTITION BY ${key} ORDER BY instant, change ROWS UNBOUNDED PRECEDING) AS at_once FROM (
        SELECT ${key}, began AS instant, 1 AS change FROM step
        UNION ALL SELECT ${key}, ended + INTERVAL ${crowd.hours} HOUR, -1 FROM step))
    GROUP BY ALL HAVING max(at_once) > ${crowd.mostAtOnce}`);
  await duck.run(`INSERT INTO suppressed SELECT 'crowded', count(*) FROM crowded;
    DELETE FROM spot USING crowded WHERE ${sameKey('spot', 'crowded')}`);
}

function sameKey(a: string, b: string): string {
  return `${a}.family = ${b}.family AND ${a}.address_high = ${b}.address_high AND ${a}.address_low = ${b}.address_low
    AND ${a}.with_port = ${b}.with_port AND ${a}.port IS NOT DISTINCT FROM ${b}.port`;
}

/** Minutes between the end of `a` and the beginning of `b`; 0 where they overlap. */
const GAP = '(greatest(0, epoch(b.began) - epoch(a.ended)) // 60)::INTEGER';
const SAME_SPOT = `a.family = b.family AND a.address_high = b.address_high AND a.address_low = b.address_low AND a.n <> b.n`;
/** Where both were seen at one instant only, the same, the number decides who is called the earlier. */
const FOLLOWS =
  '(b.began > a.ended OR (b.began = a.ended AND (a.began < b.began OR b.ended > b.began OR a.n < b.n)))';

/** Adds what the spots of a pass say: the nearest meeting in time of each pair and type, and how many there are. */
export async function meet(
  duck: DuckDb,
  { longestGapHours: longest }: LinkRules,
  withFiles: boolean,
): Promise<void> {
  const within = (hours: number) => `b.began <= a.ended + INTERVAL ${hours} HOUR`;
  await addMeetings(
    duck,
    'same-address-and-port',
    `spot a JOIN spot b ON ${SAME_SPOT} AND a.port = b.port AND a.with_port AND b.with_port AND ${FOLLOWS} AND ${within(longest['same-address-and-port'])}`,
  );
  await addMeetings(
    duck,
    'id-replaced',
    `spot a JOIN spot b ON ${SAME_SPOT} AND NOT a.with_port AND NOT b.with_port AND ${FOLLOWS} AND ${within(longest['id-replaced'])}
      JOIN client ca ON ca.n = a.n JOIN client cb ON cb.n = b.n AND cb.began >= ca.ended AND list_has_any(ca.families, cb.families)`,
  );
  if (!withFiles) return;
  await addMeetings(
    duck,
    'same-address-same-files',
    `spot a JOIN spot b ON ${SAME_SPOT} AND NOT a.with_port AND NOT b.with_port AND (a.began < b.began OR (a.began = b.began AND a.n < b.n)) AND ${within(longest['same-address-same-files'])}`,
  );
}

async function addMeetings(duck: DuckDb, type: string, joined: string): Promise<void> {
  await duck.run(`INSERT INTO meeting
    SELECT ${sqlText(type)}, earlier, later, unnest(nearest), places FROM (
      SELECT a.n AS earlier, b.n AS later, count(*) AS places,
        arg_min({family: a.family, address_high: a.address_high, address_low: a.address_low, port: a.port, earlier_began: a.began, earlier_ended: a.ended, earlier_rows: a.rows,
          later_began: b.began, later_ended: b.ended, later_rows: b.rows, gap_minutes: ${GAP}},
          (${GAP}, a.family, a.address_high, a.address_low, coalesce(a.port, 0))) AS nearest
      FROM ${joined} GROUP BY a.n, b.n)`);
}

/** Writes who holds which file, by part, in one reading of the log and without holding it. */
export async function partHoldings(
  duck: DuckDb,
  rows: string,
  to: { folder: string; parts: number },
): Promise<void> {
  await duck.run(`COPY (SELECT n, hash(file_hash) AS file, (hash(file_hash) % ${to.parts})::USMALLINT AS part
      FROM (SELECT client_id, file_hash FROM (${rows}) WHERE file_hash IS NOT NULL) JOIN client USING (client_id))
    TO ${sqlText(to.folder)} (FORMAT parquet, PARTITION_BY (part), WRITE_PARTITION_COLUMNS false, COMPRESSION uncompressed)`);
}

/** Counts the rare files of a part: how many each id holds, and how many the pairs that may be linked have in common. */
export async function compareFiles(
  duck: DuckDb,
  holdings: string,
  { rareFileHolders }: LinkRules,
): Promise<void> {
  await duck.run(`CREATE OR REPLACE TABLE rare AS
    SELECT n, file FROM (SELECT DISTINCT n, file FROM read_parquet(${sqlText(holdings)}))
    QUALIFY count(*) OVER (PARTITION BY file) BETWEEN 2 AND ${rareFileHolders};
    INSERT INTO library SELECT n, count(*) FROM rare GROUP BY n`);
  await duck.run(`INSERT INTO common
    SELECT a, b, count(*) FROM (SELECT x.n AS a, y.n AS b FROM rare x JOIN rare y ON x.file = y.file AND x.n < y.n)
      JOIN client ca ON ca.n = a JOIN client cb ON cb.n = b LEFT JOIN met USING (a, b)
    WHERE met.a IS NOT NULL OR ((ca.ended <= cb.began OR cb.ended <= ca.began) AND list_has_any(ca.families, cb.families))
    GROUP BY a, b`);
}

/**
 * The table `met`: one row a pair and type, of all passes, with the meeting nearest in time. Ids of which now the
 * one, now the other is the earlier at an address (and port) alternate: two installations side by side, no link.
 */
export async function joinMeetings(duck: DuckDb, passes: number): Promise<void> {
  await duck.run('CREATE TABLE met AS SELECT 0 AS a, 0 AS b, * FROM meeting WHERE false');
  // Of equally near ones any will do, as long as it is the same whichever way the addresses were cut.
  const nearness = `(gap_minutes::UBIGINT << 40) | (hash(family, address_high, address_low, port) >> 24)`;
  for (let pass = 0; pass < passes; pass++) {
    await duck.run(`INSERT INTO met
      SELECT a, b, meeting.* REPLACE (all_places AS places) FROM (
        SELECT type, least(earlier, later) AS a, greatest(earlier, later) AS b, arg_min(rowid, ${nearness}) AS nearest, sum(places)::BIGINT AS all_places
        FROM meeting WHERE least(earlier, later) % ${passes} = ${pass} GROUP BY type, a, b
        HAVING type = 'same-address-same-files' OR min(earlier) = max(earlier)) JOIN meeting ON meeting.rowid = nearest`);
  }
  await duck.run('DROP TABLE meeting');
}

/** The table `suggestion`: what the rules let stand of all meetings and common files, with the score. */
export async function settle(duck: DuckDb, rules: LinkRules): Promise<void> {
  const enough = (type: 'same-address-same-files' | 'same-files') =>
    `files_in_common >= ${rules.files[type].inCommon} AND files_in_common * 100 >= files_of_both * ${rules.files[type].sharePerCent}`;
  const least = rules.files['same-files'].inCommon;
  await duck.run(`CREATE TABLE shared AS SELECT a, b, sum(files)::BIGINT AS files FROM common GROUP BY a, b;
    CREATE TABLE held AS SELECT n, sum(files)::BIGINT AS files FROM library GROUP BY n;
    INSERT INTO met BY NAME SELECT least(a.n, b.n) AS a, greatest(a.n, b.n) AS b, 'same-files' AS type, a.n AS earlier, b.n AS later, a.began AS earlier_began, a.ended AS earlier_ended,
        a.rows AS earlier_rows, b.began AS later_began, b.ended AS later_ended, b.rows AS later_rows, ${GAP} AS gap_minutes, 0 AS places
      FROM (SELECT a AS one, b AS other FROM shared WHERE files >= ${least} UNION ALL SELECT b, a FROM shared WHERE files >= ${least})
        JOIN client a ON a.n = one JOIN client b ON b.n = other
      WHERE ${FOLLOWS} AND list_has_any(a.families, b.families)`);
  await duck.run(`CREATE TABLE suggestion AS SELECT *, ${linkScoreSql(rules)} AS score FROM (
      SELECT met.* EXCLUDE (a, b), ca.target_id AS earlier_target_id, ca.client_id AS earlier_client_id, cb.target_id AS later_target_id, cb.client_id AS later_client_id,
        cb.began >= ca.ended AS in_turn, list_has_any(ca.families, cb.families) AS same_software, coalesce(shared.files, 0) AS files_in_common,
        coalesce(ha.files, 0) + coalesce(hb.files, 0) - coalesce(shared.files, 0) AS files_of_both
      FROM met JOIN client ca ON ca.n = earlier JOIN client cb ON cb.n = later
        LEFT JOIN shared ON shared.a = met.a AND shared.b = met.b
        LEFT JOIN held ha ON ha.n = earlier LEFT JOIN held hb ON hb.n = later)
    WHERE CASE type WHEN 'same-address-same-files' THEN ${enough('same-address-same-files')} WHEN 'same-files' THEN ${enough('same-files')} ELSE true END`);
}

/** Writes each suggestion twice, under either target, so that a target's own are found by its id. Asks for the lake's macros. */
export async function writeSuggestions(duck: DuckDb, path: string): Promise<void> {
  const side = (own: string, other: string) =>
    `SELECT ${own}_target_id AS target_id, ${other}_target_id AS other_target_id, * EXCLUDE (earlier, later, family, address_high, address_low), address_text(family, address_high, address_low) AS address FROM suggestion`;
  await duck.run(`COPY (SELECT * FROM (${side('earlier', 'later')} UNION ALL ${side('later', 'earlier')})
      ORDER BY target_id, score DESC, other_target_id, type)
    TO ${sqlText(path)} (FORMAT parquet, ROW_GROUP_SIZE 20000)`);
}

/** Spots that link nothing, by the reason. */
export async function countSuppressed(duck: DuckDb): Promise<Record<Suppression, number>> {
  const rows = await duck.rows('SELECT reason, sum(keys)::BIGINT AS keys FROM suppressed GROUP BY reason');
  const count = (reason: Suppression) =>
    countIn(
      rows.find((row) => row['reason'] === reason),
      'keys',
    );
  return { crowded: count('crowded'), 'carrier-nat': count('carrier-nat'), hosting: count('hosting') };
}
