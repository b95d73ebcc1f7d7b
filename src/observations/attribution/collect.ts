/** The distinct addresses of imports, each with the period in which it was seen. */
import { lakeRows } from '#observations/lake-rows.ts';
import type { ObservationImport } from '#observations/types.ts';
import type { DuckDb } from '#platform/duckdb.ts';

export interface CollectRequest {
  readonly lake: string;
  readonly imports: readonly ObservationImport[];
  /** SQL over `observed_at`: the period. */
  readonly period: string;
  /** SQL over the lake's columns: the rows to look at. Default: all. */
  readonly where?: string;
}

/**
 * Makes the table `into` (`family`, `address_high`, `address_low`, `period`). An IPv4 address and its period
 * are told apart as one number, which is faster by a quarter than as four.
 */
export async function collectAddresses(duck: DuckDb, into: string, request: CollectRequest): Promise<void> {
  const { lake, imports, period, where = 'true' } = request;
  const rows = lakeRows(imports, { lake, columns: ['observed_at', 'family', 'address_high', 'address_low'] });
  await duck.run(
    `CREATE OR REPLACE TEMP TABLE ${into} (family UTINYINT, address_high UBIGINT, address_low UBIGINT, period UINTEGER)`,
  );
  if (rows === undefined) return;
  await duck.run(`INSERT INTO ${into} SELECT 4, 0, packed & 4294967295, (packed >> 32)::UINTEGER FROM (
      SELECT DISTINCT (${period}::UBIGINT << 32) | address_low AS packed FROM (${rows}) WHERE family = 4 AND ${where});
    INSERT INTO ${into} SELECT DISTINCT family, address_high, address_low, ${period} FROM (${rows}) WHERE family = 6 AND ${where}`);
}
