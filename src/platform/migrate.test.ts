import { randomBytes } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { testDatabase } from '#test/database.ts';
import { checkDurability, withDatabase } from './database.ts';
import { createDatabase, dropDatabase, type Migration, migrate, readMigrations } from './migrate.ts';

const first: Migration = { name: '0001-first', sql: 'create table first (id int)', sha256: 'a' };
const second: Migration = { name: '0002-second', sql: 'create table second (id int)', sha256: 'b' };

async function emptyDatabase(act: (url: string) => Promise<void>): Promise<void> {
  const adminUrl = inject('postgresUrl');
  const name = `migrate_${randomBytes(6).toString('hex')}`;
  await createDatabase(adminUrl, name);
  try {
    await act(withDatabase(adminUrl, name));
  } finally {
    await dropDatabase(adminUrl, name);
  }
}

test('migrations are applied once, in order, and a new one later', () =>
  emptyDatabase(async (url) => {
    expect(await migrate(url, [first])).toEqual(['0001-first']);
    expect(await migrate(url, [first, second])).toEqual(['0002-second']);
    expect(await migrate(url, [first, second])).toEqual([]);
  }));

test('processes that start together apply each migration once', () =>
  emptyDatabase(async (url) => {
    const applied = await Promise.all([1, 2, 3].map(() => migrate(url, [first, second])));
    expect(applied.flat().sort()).toEqual(['0001-first', '0002-second']);
  }));

test('a migration that fails leaves the schema as it was', () =>
  emptyDatabase(async (url) => {
    const broken: Migration = {
      name: '0002-broken',
      sql: 'create table half (id int); select 1/0',
      sha256: 'c',
    };
    await expect(migrate(url, [first, broken])).rejects.toThrow('division by zero');
    expect(await migrate(url, [first, second])).toEqual(['0001-first', '0002-second']);
  }));

test('a migration that was changed after it was applied is refused', () =>
  emptyDatabase(async (url) => {
    await migrate(url, [first]);
    await expect(migrate(url, [{ ...first, sha256: 'x' }])).rejects.toThrow(
      expect.objectContaining({ code: 'database/migration-changed' }),
    );
  }));

test('a database of a newer version is refused', () =>
  emptyDatabase(async (url) => {
    await migrate(url, [first, second]);
    await expect(migrate(url, [first])).rejects.toThrow(
      expect.objectContaining({ code: 'database/newer-schema' }),
    );
  }));

test('the numbers of all migrations are distinct over all rooms', async () => {
  const numbers = (await readMigrations()).map(({ name }) => name.slice(0, 4));
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.length).toBeGreaterThan(3);
});

test('a server that may lose commits is refused', async () => {
  // The test cluster runs without fsync on purpose: just what the check must catch.
  await using database = await testDatabase();
  await expect(checkDurability(database.db)).rejects.toThrow(
    expect.objectContaining({ code: 'database/unsafe-settings' }),
  );
});
