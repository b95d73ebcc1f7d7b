/** Where the databases are: the server of DATABASE_URL, or the embedded one that this process starts. */
import { sql } from 'kysely';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { Config } from '#platform/config.ts';
import { checkDurability, openDatabase, withDatabase } from '#platform/database.ts';
import { admitLogin, type NodeDatabase, ownerOf, refuseOwner } from '#platform/database-logins.ts';
import { requireEncryptedDisk } from '#platform/encrypted-disk.ts';
import { checkSchema, createDatabase, databaseExists, migrate } from '#platform/migrate.ts';
import { openCluster } from '#platform/postgres-cluster.ts';

export interface DatabaseServer {
  /** A database that exists and is migrated; created where missing, by the owner where he is known. */
  ready(name: string, template?: string): Promise<NodeDatabase>;
  /** The same without migrating it: for a restore, which brings its own schema. */
  bare(name: string): Promise<NodeDatabase & { readonly ownerUrl: string }>;
  /** The owner's connection for creating and dropping databases; throws `database/owner-needed` where he is not known. */
  requireOwner(): string;
  /** This process may have started it, and is then the one to stop it. */
  readonly embedded: boolean;
  stop(): Promise<void>;
}

/** Name of the database of a single node on the embedded server. */
export const NODE_DATABASE = 'icarus';

type ServerConfig = Pick<Config, 'dataDir' | 'databaseUrl' | 'databaseOwnerUrl'> &
  Partial<Pick<Config, 'diskEncryption' | 'temporaryDir'>>;

interface ServerOptions {
  /** Start the embedded server again where it ends by itself. Default false. */
  readonly keepUp?: boolean;
}

/**
 * Opens the database server that the configuration names and checks that it cannot lose commits; before it, that the
 * node's disks are encrypted where that is asked for.
 * With DATABASE_URL a single node uses the very database that it names; an exercise makes its own beside it.
 *
 * @throws disk/not-encrypted, database/unreachable, database/not-encrypted, database/certificate-refused,
 *   database/unsafe-settings, config/invalid for an owner of no database
 */
export async function openDatabaseServer(
  config: ServerConfig,
  options: ServerOptions = {},
): Promise<DatabaseServer> {
  await requireEncryptedDisk({ temporaryDir: null, ...config });
  const server =
    config.databaseUrl === null ? await embedded(config, options) : external(config, config.databaseUrl);
  await checkServer(server.at.ownerUrl ?? server.at.url);
  const named = (name: string): NodeDatabase =>
    server.own === name
      ? server.at
      : {
          url: withDatabase(server.at.url, name),
          ownerUrl: withDatabase(ownerOf(server.at), name),
        };
  const make = async (name: string, template?: string): Promise<boolean> => {
    if (server.own === name || (await databaseExists(ownerOf(server.at), name))) return false;
    await createDatabase(ownerOf(server.at), name, template);
    return true;
  };
  return {
    embedded: server.own === null,
    requireOwner: () => ownerOf(server.at),
    async bare(name) {
      await make(name);
      const database = named(name);
      return { ...database, ownerUrl: ownerOf(database) };
    },
    async ready(name, template) {
      const made = await make(name, template);
      const database = named(name);
      // A clone of a migrated template is current; anything else may be of an older version.
      if (!made || template === undefined) await bringUp(database);
      return database;
    },
    stop: server.stop,
  };
}

interface Server {
  readonly at: NodeDatabase;
  /** The database that `at` names, where it is a node's; the others are made beside it. */
  readonly own: string | null;
  stop(): Promise<void>;
}

async function embedded(config: ServerConfig, { keepUp = false }: ServerOptions): Promise<Server> {
  if (config.databaseOwnerUrl !== null)
    throw new IcarusError('config/invalid', {
      name: 'databaseOwnerUrl (ICARUS_DATABASE_OWNER_URL)',
      reason: 'it stands only beside databaseUrl (DATABASE_URL)',
      source: 'the settings in force',
    });
  const cluster = await openCluster({ dataDir: config.dataDir, keepUp });
  const at = { url: cluster.nodeUrl('postgres'), ownerUrl: cluster.url('postgres') };
  return { at, own: null, stop: () => cluster.stop() };
}

function external({ databaseOwnerUrl }: ServerConfig, databaseUrl: string): Server {
  return {
    at: { url: databaseUrl, ownerUrl: databaseOwnerUrl },
    own: NODE_DATABASE,
    stop: async () => {},
  };
}

/**
 * Migrates as the owner where he is known; the node's own login is looked at in any case.
 * @throws database/signs-in-as-owner, database/schema-behind, database/newer-schema
 */
export async function bringUp({ url, ownerUrl }: NodeDatabase): Promise<void> {
  await refuseOwner(url);
  if (ownerUrl === null) return checkSchema(url);
  await migrate(ownerUrl);
  await admitLogin(ownerUrl, url);
}

async function checkServer(url: string): Promise<void> {
  const db = openDatabase({ url, role: 'login', poolSize: 1 });
  try {
    await sql`select 1`.execute(db).catch((cause: unknown) => {
      throw isIcarusError(cause) ? cause : new IcarusError('database/unreachable', {}, { cause });
    });
    await checkDurability(db);
  } finally {
    await db.destroy();
  }
}
