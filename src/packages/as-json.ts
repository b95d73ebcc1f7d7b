import { sql } from 'kysely';

/** A jsonb parameter: text, because the driver would write an array as an array of PostgreSQL. */
export function asJson<T>(document: T): ReturnType<typeof sql<T>> {
  return sql<T>`${JSON.stringify(document)}::jsonb`;
}
