/**
 * The database as one officer may see it: connections of the role that reads under row-level security, each told
 * for whom and for which operations when it is taken for others than the last time. A connection is never handed
 * out under a scope that was not asked for: what could not be told is closed. Questions that follow each other keep
 * their connection: each would else wait anew behind everybody who asks, and a page of ten questions ten times.
 */
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { OfficerId, OperationId } from '#core/ids.ts';
import { connected, type DatabaseOptions, openPool } from './database.ts';
import type { Db, Tables } from './tables.ts';

export interface OfficerScope {
  readonly officerId: OfficerId;
  /** What is asked for, each once; the database gives of it what the officer has a role on. */
  readonly operations: readonly OperationId[];
}

export interface OfficerDatabase {
  /** Reads, and shows nothing but the rows of that scope and what every officer of the node may know. */
  seenBy(scope: OfficerScope): Db;
  destroy(): Promise<void>;
}

/** One statement, prepared once a connection. */
const TELL = { name: 'officer-scope', text: 'select officer_scope($1, $2) as given' };

/** So long what was told counts: a role may have ended since. */
const TELL_AGAIN_AFTER_MS = 10_000;

export interface OfficerDatabaseOptions extends Omit<DatabaseOptions, 'role'> {
  /** Default 10 s. */
  readonly tellAgainAfterMs?: number;
}

/** Nothing is connected before the first query. */
export function openOfficerDatabase({
  tellAgainAfterMs = TELL_AGAIN_AFTER_MS,
  ...options
}: OfficerDatabaseOptions): OfficerDatabase {
  const pool = openPool({ ...options, role: 'officer' });
  const told = new WeakMap<pg.PoolClient, { readonly scope: string; readonly untilMs: number }>();

  async function take(scope: OfficerScope): Promise<pg.PoolClient> {
    const wanted = JSON.stringify([scope.officerId, ...scope.operations]);
    const client = await connected(pool);
    const last = told.get(client);
    if (last?.scope === wanted && performance.now() < last.untilMs) return client;
    told.delete(client);
    try {
      const values = [scope.officerId, scope.operations];
      const { rows } = await client.query<{ given: number }>({ ...TELL, values });
      // Where a role was withdrawn meanwhile, it is asked again the next time: it may be back.
      if (rows[0]?.given === scope.operations.length)
        told.set(client, { scope: wanted, untilMs: performance.now() + tellAgainAfterMs });
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  return {
    seenBy(scope) {
      const scoped = {
        connect: keptForATurn(() => take(scope)),
        // Of all officers; it ends with the node.
        end: async () => {},
        options: pool.options,
      };
      return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: scoped }) });
    },
    destroy: () => pool.end(),
  };
}

/** What a driver needs of a connection. */
type Connection = Pick<pg.PoolClient, 'query' | 'release'>;

/**
 * Connections that go back to the pool only when nothing has asked for them by the next turn of the event loop. None is kept
 * by who waits for another, so that nobody waits for ever.
 */
function keptForATurn(take: () => Promise<pg.PoolClient>): () => Promise<Connection> {
  const kept = new Set<pg.PoolClient>();
  const lent = (client: pg.PoolClient): Connection => ({
    query: client.query.bind(client),
    release() {
      kept.add(client);
      setImmediate(() => {
        if (kept.delete(client)) client.release();
      });
    },
  });
  return async () => {
    for (const client of kept) {
      kept.delete(client);
      return lent(client);
    }
    return lent(await take());
  };
}
