/** A database of its own for each test, cloned from one migrated template on a throw-away cluster. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { openDatabase, withDatabase } from '#platform/database.ts';
import { createDatabase, dropDatabase } from '#platform/migrate.ts';
import type { Db, Tx } from '#platform/tables.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly db: Db;
  /** The node's connection string: its login owns nothing. */
  readonly url: string;
  readonly ownerUrl: string;
}

/** What only the owner of the database can do, in one transaction. */
export async function asOwner(
  { ownerUrl }: Pick<TestDatabase, 'ownerUrl'>,
  act: (tx: Tx) => Promise<unknown>,
): Promise<void> {
  const db = openDatabase({ url: ownerUrl, role: 'owner', poolSize: 1 });
  try {
    await db.transaction().execute(act);
  } finally {
    await db.destroy();
  }
}

/** `await using database = await testDatabase()`: an empty, migrated database, dropped at the end of the test. */
export async function testDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await createDatabase(adminUrl, name, inject('templateDatabase'));
  const url = withDatabase(inject('nodePostgresUrl'), name);
  const db = openDatabase({ url });
  return {
    db,
    url,
    ownerUrl: withDatabase(adminUrl, name),
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await dropDatabase(adminUrl, name);
    },
  };
}
