/** Which tables the rooms under test write, by their migrations. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readMigrations } from '#platform/migrate.ts';

export const ROOMS_OF_THE_EXCHANGE = ['custody', 'exchange', 'correspondence'];

const SOURCE = join(import.meta.dirname, '../../src');

/** @returns tables that stand after all migrations, those that refer to others first */
export async function tablesOfRooms(rooms: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const room of rooms)
    for (const file of await readdir(join(SOURCE, room, 'migrations')).catch(() => [])) files.add(file);
  const tables = new Set<string>();
  for (const { name, sql } of await readMigrations()) {
    if (!files.has(`${name}.sql`)) continue;
    for (const [, table] of sql.matchAll(/^create table (\w+)/gim)) tables.add(table ?? '');
    for (const [, table] of sql.matchAll(/^drop table (\w+)/gim)) tables.delete(table ?? '');
  }
  return [...tables].reverse();
}
