/** A database of its own for each test, cloned from one migrated template on a throw-away cluster. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { openDatabase, withDatabase } from '#platform/database.ts';
import { createDatabase, dropDatabase } from '#platform/migrate.ts';
import type { Db } from '#platform/tables.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly db: Db;
  /** The owner's connection string. */
  readonly url: string;
}

/** `await using database = await testDatabase()`: an empty, migrated database, dropped at the end of the test. */
export async function testDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await createDatabase(adminUrl, name, inject('templateDatabase'));
  const url = withDatabase(adminUrl, name);
  const db = openDatabase({ url });
  return {
    db,
    url,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await dropDatabase(adminUrl, name);
    },
  };
}
