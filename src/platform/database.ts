/** Connections: pools of a node, as roles that own nothing and cannot rewrite history. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { IcarusError } from '#core/errors.ts';
import { encryptedAddress, whyNotConnected } from './database-address.ts';
import { PreparedClient } from './prepared-client.ts';
import type { Db, Tables } from './tables.ts';

/** The role of the node's own work. Migrations create it; it can log in nowhere by itself. */
export const APP_ROLE = 'icarus_app';

/** Reads rows of the operations in `icarus.operations`, and without that none: officer-database.ts. */
export const OFFICER_ROLE = 'icarus_officer';

/** Says that the owner comes to change the schema or to copy all of it: without it, row-level security shows him nothing. */
const OWNER_OPTIONS = '-c icarus.maintenance=on';

const INT8_OID = 20;
// Sizes and counts fit 53 bits by far (9 petabytes); a value that does not is a fault, not a rounding.
pg.types.setTypeParser(INT8_OID, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('int8 outside the safe integers');
  return value;
});

const ROLE_OPTIONS = {
  app: `-c role=${APP_ROLE}`,
  officer: `-c role=${OFFICER_ROLE}`,
  owner: OWNER_OPTIONS,
  login: '',
} as const;

export interface DatabaseOptions {
  readonly url: string;
  /** Most connections of the pool. Default 6. */
  readonly poolSize?: number;
  /**
   * `owner` only for migrations and administration, with his login; `officer` for reading within named operations;
   * `login` for asking who signs in. Default `app`.
   */
  readonly role?: keyof typeof ROLE_OPTIONS;
  /** What the server's list of sessions calls this pool. Default `icarus`. */
  readonly applicationName?: string;
}

/** What a pool of a process that runs jobs is called. */
export const WORKING = 'icarus-working';

/** Longer than any wait for a connection that comes free; a server that only swallows what is sent is given up then. */
const CONNECT_WITHIN_MS = 30_000;

/** Connections of a pool: open, idle among them, and requests that wait for one. */
export interface PoolState {
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
}

const POOLS = new WeakMap<Db, pg.Pool>();

export function poolState(db: Db): PoolState {
  const pool = POOLS.get(db);
  return { open: pool?.totalCount ?? 0, idle: pool?.idleCount ?? 0, waiting: pool?.waitingCount ?? 0 };
}

/** A database over a pool; nothing is connected before the first query. @throws database/not-encrypted */
export function openDatabase(options: DatabaseOptions): Db {
  const pool = openPool(options);
  const connect = (): Promise<pg.PoolClient> => connected(pool);
  const dialect = new PostgresDialect({ pool: { options: pool.options, connect, end: () => pool.end() } });
  const db = new Kysely<Tables>({ dialect });
  POOLS.set(db, pool);
  return db;
}

/** A connection of the pool. @throws database/unreachable, database/certificate-refused */
export function connected(pool: pg.Pool): Promise<pg.PoolClient> {
  return pool.connect().catch(unreachable);
}

/** Nothing was begun: what asked for the connection changed nothing. */
function unreachable(cause: unknown): never {
  if (!(cause instanceof Error) || ('code' in cause && /^(3D|28|42)/.test(String(cause.code)))) throw cause;
  throw whyNotConnected(cause);
}

export function openPool(options: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    Client: PreparedClient,
    ...encryptedAddress(options.url),
    max: options.poolSize ?? 6,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    application_name: options.applicationName ?? 'icarus',
    options: ROLE_OPTIONS[options.role ?? 'app'],
  });
  // A connection that dies while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // So would one that dies between two queries of a transaction, where the pool does not listen: the next query says it.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** One connection beside the pools, for what is no query: copies of whole tables. Whoever opened it connects and ends it. */
export function openClient({ url, role = 'login' }: Pick<DatabaseOptions, 'url' | 'role'>): pg.Client {
  return new pg.Client({ ...encryptedAddress(url), options: ROLE_OPTIONS[role] });
}

const REQUIRED_SETTINGS = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' } as const;

/** Refuses a server whose settings could lose a committed transaction. */
export async function checkDurability(db: Db): Promise<void> {
  for (const [setting, expected] of Object.entries(REQUIRED_SETTINGS)) {
    const { rows } = await sql<{ value: string }>`select current_setting(${setting}) as value`.execute(db);
    const value = rows[0]?.value ?? 'unknown';
    if (value !== expected) throw new IcarusError('database/unsafe-settings', { setting, value, expected });
  }
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const target = new URL(url);
  target.pathname = `/${database}`;
  return target.href;
}
