/**
 * The database as types. Each room adds its own tables to `Tables` by module augmentation in its
 * tables.ts; a table belongs to one room, and other rooms ask that room by function.
 */
import type { Kysely, Transaction } from 'kysely';

// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by the rooms' augmentations
export interface Tables {
  schema_migration: { name: string; sha256: string; applied_at: Date };
}

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;
