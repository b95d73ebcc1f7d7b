/** Where the databases are: the server of DATABASE_URL, or the embedded one that this process starts. */
import { sql } from 'kysely';
import { IcarusError } from '#core/errors.ts';
import type { Config } from '#platform/config.ts';
import { checkDurability, openDatabase, withDatabase } from '#platform/database.ts';
import { createDatabase, databaseExists, migrate } from '#platform/migrate.ts';
import { openCluster } from '#platform/postgres-cluster.ts';

export interface DatabaseServer {
  /** The owner's connection string to a database that exists and is migrated; created where missing. */
  ready(name: string, template?: string): Promise<string>;
  /** The same without migrating it: for a restore, which brings its own schema. */
  bare(name: string): Promise<string>;
  /** Connection for creating and dropping databases. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** Name of the database of a single node on the embedded server. */
export const NODE_DATABASE = 'icarus';

/**
 * Opens the database server that the configuration names and checks that it cannot lose commits.
 * With DATABASE_URL a single node uses the very database that it names; an exercise makes its own beside it.
 *
 * @param options `keepUp`: start the embedded server again where it ends by itself
 */
export async function openDatabaseServer(
  config: Pick<Config, 'dataDir' | 'databaseUrl'>,
  { keepUp = false }: { keepUp?: boolean } = {},
): Promise<DatabaseServer> {
  const { dataDir } = config;
  const embedded = config.databaseUrl === null ? await openCluster({ dataDir, keepUp }) : undefined;
  const adminUrl = config.databaseUrl ?? embedded?.url('postgres') ?? '';
  await checkServer(adminUrl);
  const named = (name: string) => {
    const own = config.databaseUrl !== null && name === NODE_DATABASE;
    return { own, url: own ? (config.databaseUrl ?? '') : withDatabase(adminUrl, name) };
  };
  return {
    adminUrl,
    async bare(name) {
      const { own, url } = named(name);
      if (!own && !(await databaseExists(adminUrl, name))) await createDatabase(adminUrl, name);
      return url;
    },
    async ready(name, template) {
      const { own, url } = named(name);
      const made = !own && !(await databaseExists(adminUrl, name));
      if (made) await createDatabase(adminUrl, name, template);
      // A clone of a migrated template is current; anything else may be of an older version.
      if (!made || template === undefined) await migrate(url);
      return url;
    },
    stop: async () => embedded?.stop(),
  };
}

async function checkServer(url: string): Promise<void> {
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    await sql`select 1`.execute(db).catch((cause: unknown) => {
      throw new IcarusError('database/unreachable', {}, { cause });
    });
    await checkDurability(db);
  } finally {
    await db.destroy();
  }
}
