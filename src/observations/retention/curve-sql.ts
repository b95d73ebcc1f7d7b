/**
 * The curve from the log, exactly: for each client, holder and day the latest direct observation decides,
 * since nothing earlier of that day reaches further. Each gives the days of dispatch on which it still
 * counts; days that several give to one client count once.
 */
import type { DuckDb } from '#platform/duckdb.ts';
import { countIn, textIn } from '#platform/duckdb.ts';
import type { CurveChange, CurveScope } from './curve.ts';
import { regimesOf } from './curve-regimes.ts';
import type { RetentionRule } from './rule-types.ts';

const DAY_US = 86_400_000_000;

export interface CurveRules {
  readonly rules: readonly RetentionRule[];
  readonly transitDays: number;
}

/**
 * The table `regime`: for every holder of the relation `holders` (country, operator, asn) its days kept by
 * day of dispatch; and the empty tables that passes add to.
 */
export async function prepareCurve(
  duck: DuckDb,
  holders: string,
  { rules, transitDays }: CurveRules,
): Promise<void> {
  await duck.run(`CREATE TABLE regime_json (line VARCHAR);
    CREATE TABLE change (scope VARCHAR, day INTEGER, gained BIGINT, lost BIGINT);
    CREATE TABLE scope_size (scope VARCHAR, targets BIGINT)`);
  async function* lines(): AsyncGenerator<string> {
    for await (const batch of duck.stream(
      `SELECT DISTINCT country, operator, asn::BIGINT AS asn FROM (${holders})`,
    )) {
      for (const row of batch) {
        const [country, operator] = [textIn(row, 'country'), textIn(row, 'operator')];
        const asn = row['asn'] === null ? null : countIn(row, 'asn');
        for (const regime of regimesOf(rules, { country, operator, asn }, transitDays))
          yield JSON.stringify({
            country: country ?? '',
            operator: operator ?? '',
            asn: asn ?? -1,
            ...regime,
          });
      }
    }
  }
  await duck.appendTexts('regime_json', lines());
  const field = (name: string, type: string) =>
    `(line ->> '${name}')::${type} AS ${name === 'from' || name === 'to' ? `${name}_day` : name}`;
  await duck.run(`CREATE TABLE regime AS SELECT ${field('country', 'VARCHAR')}, ${field('operator', 'VARCHAR')}, ${field('asn', 'BIGINT')},
    ${field('from', 'INTEGER')}, ${field('to', 'INTEGER')}, ${field('days', 'INTEGER')} FROM regime_json; DROP TABLE regime_json`);
}

/** Name of the scope that is all countries together; no country has it. */
const EVERYWHERE = '*';

/**
 * Adds the clients of `sightings` (client_id, observed_at, country, operator, asn; direct grades only). A
 * client must be in one pass with all its rows.
 */
export async function addPass(duck: DuckDb, sightings: string, transitDays: number): Promise<void> {
  await duck.run(`CREATE OR REPLACE TABLE latest AS
    SELECT client_id, coalesce(country, '') AS country, coalesce(operator, '') AS operator, coalesce(asn::BIGINT, -1) AS asn,
      ((epoch_us(observed_at) + ${DAY_US - 1}) // ${DAY_US})::INTEGER AS first_day, (max(epoch_us(observed_at)) // ${DAY_US})::INTEGER AS seen_day
    FROM (${sightings}) GROUP BY ALL`);
  const scopes = `(SELECT country AS scope UNION ALL SELECT '${EVERYWHERE}')`;
  await duck.run(`INSERT INTO scope_size
    SELECT scope, count(DISTINCT client_id) FROM latest, LATERAL ${scopes} GROUP BY scope`);
  await duck.run(`CREATE OR REPLACE TABLE span AS
    SELECT DISTINCT client_id, country, greatest(first_day, from_day) AS from_day, least(seen_day + days - ${transitDays}, to_day) AS to_day
    FROM latest JOIN regime USING (country, operator, asn)
    WHERE greatest(first_day, from_day) <= least(seen_day + days - ${transitDays}, to_day)`);
  await duck.run(`INSERT INTO change
    WITH scoped AS (SELECT client_id, scope, from_day, to_day FROM span, LATERAL ${scopes}),
    reached AS (SELECT *, max(to_day) OVER (PARTITION BY client_id, scope ORDER BY from_day, to_day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM scoped),
    numbered AS (SELECT *, count_if(before IS NULL OR before < from_day - 1) OVER (PARTITION BY client_id, scope ORDER BY from_day, to_day ROWS UNBOUNDED PRECEDING) AS run FROM reached),
    whole AS (SELECT client_id, scope, min(from_day) AS from_day, max(to_day) AS to_day FROM numbered GROUP BY client_id, scope, run)
    SELECT scope, from_day, count(*), 0 FROM whole GROUP BY ALL UNION ALL SELECT scope, to_day + 1, 0, count(*) FROM whole GROUP BY ALL`);
}

/** The curves of all passes: all countries together first, then by country, that of no country last. */
export async function readCurves(duck: DuckDb): Promise<CurveScope[]> {
  const sizes = await duck.rows(`SELECT scope, sum(targets)::BIGINT AS targets FROM scope_size GROUP BY scope
    ORDER BY scope <> '${EVERYWHERE}', scope = '', scope`);
  const changes = await duck.rows(`SELECT scope, day, sum(gained)::BIGINT AS gained, sum(lost)::BIGINT AS lost
    FROM change GROUP BY scope, day ORDER BY day`);
  const byScope = Map.groupBy(changes, (row) => textIn(row, 'scope'));
  return sizes.map((row) => {
    const scope = textIn(row, 'scope');
    return {
      country: scope === EVERYWHERE ? null : scope || null,
      everywhere: scope === EVERYWHERE,
      targets: countIn(row, 'targets'),
      changes: (byScope.get(scope) ?? []).map(
        (change): CurveChange => [countIn(change, 'day'), countIn(change, 'gained'), countIn(change, 'lost')],
      ),
    };
  });
}
