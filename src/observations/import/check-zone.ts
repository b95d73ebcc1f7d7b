import { IcarusError } from '#core/errors.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import type { ImportProfile } from './profile.ts';

/** @throws `observations/profile-invalid` where the zone of a profile's times is none, or their pattern is none */
export async function requireZone(duck: DuckDb, profile: ImportProfile): Promise<void> {
  const { zone, format } = profile.time;
  const invalid = (field: string, reason: string) =>
    new IcarusError('observations/profile-invalid', { field, reason });
  if (zone !== undefined) {
    const found = await duck.rows(`SELECT 1 FROM pg_timezone_names() WHERE name = ${sqlText(zone)} LIMIT 1`);
    if (found.length === 0) throw invalid('time.zone', `${zone} is not the name of a time zone`);
  }
  if (!format.includes('%')) {
    if (!['iso', 'unix-seconds', 'unix-milliseconds'].includes(format))
      throw invalid('time.format', 'must be iso, unix-seconds, unix-milliseconds or a pattern with %');
    return;
  }
  await duck.rows(`SELECT try_strptime('', ${sqlText(format)})`).catch((cause: unknown) => {
    throw Object.assign(invalid('time.format', `${format} is not a pattern of a time`), { cause });
  });
}
