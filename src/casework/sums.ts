/** The sums of `Totals` in SQL, over rows that carry the columns of an outcome; `totalsOf` counts the same in memory. */
import { sql } from 'kysely';

const where = (condition: string) => sql<number>`count(*) filter (where ${sql.raw(condition)})`;
const sum = (column: string) => sql<number>`coalesce(sum(${sql.ref(column)}), 0)::bigint`;
export const SUMS = [
  sql<number>`count(*)`.as('targets'),
  where(`outcome = 'positive'`).as('positive'),
  where(`outcome = 'negative'`).as('negative'),
  where(`outcome = 'not-actionable'`).as('notActionable'),
  where(`outcome = 'pending'`).as('pending'),
  where('subscriber_identified').as('subscribersIdentified'),
  where('search_done').as('searches'),
  sum('suspects_identified').as('suspectsIdentified'),
  sum('suspects_arrested').as('suspectsArrested'),
  sum('victims_safeguarded').as('victimsSafeguarded'),
  sum('devices_seized').as('devicesSeized'),
  sum('bytes_seized').as('bytesSeized'),
  where(`'producer' = any (flags)`).as('producers'),
  where(`'hands-on' = any (flags)`).as('handsOn'),
  where(`'imminent-risk' = any (flags)`).as('imminentRisk'),
] as const;
