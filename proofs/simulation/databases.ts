/**
 * The databases of the simulated nodes: real PostgreSQL, one database a node, cloned from a migrated template.
 * A query is a step of the world and then runs for real, alone; what the database calls now is the node's
 * clock. A process that ends leaves its transactions to be rolled back, as the server does.
 */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { APP_ROLE, openDatabase, withDatabase } from '#platform/database.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import type { Db, Tables } from '#platform/tables.ts';
import { ROOMS_OF_THE_EXCHANGE, tablesOfRooms } from './tables.ts';
import { type Life, lifeNow, type Running, theWorld } from './world.ts';

/** What breaks a connection at a query: before it ran, or after it ran and before its answer came. */
export type ConnectionFault = 'before' | 'after' | undefined;

export interface Databases {
  /** Connects to the node's database, once: what takes real time must not happen within a run. */
  connect(node: string): Promise<void>;
  /** A pool for one process of the node. @param fault asked before each query */
  open(life: Life, fault: (query: string) => ConnectionFault): Db;
  /** Past the simulation: for the harness. */
  rows<Row>(node: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Empties what the exchange writes, and numbers from one again. */
  reset(node: string): Promise<void>;
  waitsForLock(running: Running): Promise<boolean>;
  /** The time that the node's database tells from now on. */
  clockOf(node: string, now: () => number): void;
  close(): Promise<void>;
}

/** Class of PostgreSQL's errors for a connection that failed. */
export const LOST_CONNECTION = '08006';

interface Session {
  readonly client: pg.Client;
  readonly pid: number;
  /** What its database was last told the time is. */
  holder: Life | undefined;
}

interface NodeSessions {
  readonly free: Session[];
  readonly waiting: { life: Life; take: (session: Session) => void }[];
  opened: number;
  admin: pg.Client | undefined;
  now: () => number;
  told: number;
}

/** Of each node; all processes of the simulation together stay below what the embedded server takes. */
const MOST_SESSIONS = 2;
const CLOCK_MAY_LAG_MS = 500;
const SEARCH_PATH = 'simulation,pg_catalog,public';

/** Makes the template and a database for each node. @param prefix of their names */
export async function makeDatabases(
  adminUrl: string,
  prefix: string,
  nodes: readonly string[],
  fill: (db: Db) => Promise<void>,
): Promise<void> {
  const template = `${prefix}template`;
  await createDatabase(adminUrl, template);
  const url = withDatabase(adminUrl, template);
  await migrate(url);
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    for (const statement of INSTRUMENTS) await sql.raw(statement).execute(db);
    for (const statement of await defaultsOnSimulatedClock(db)) await sql.raw(statement).execute(db);
    await fill(db);
  } finally {
    await db.destroy();
  }
  for (const node of nodes) await createDatabase(adminUrl, `${prefix}${node}`, template);
}

const INSTRUMENTS = [
  'create schema simulation',
  'create table simulation.clock (ms double precision not null)',
  'insert into simulation.clock values (0)',
  `create function simulation.now() returns timestamptz stable language sql
   as 'select to_timestamp((select ms from simulation.clock) / 1000)'`,
  // No key: an effect that happens twice must show.
  `create table simulation.effect (message_id text not null, kind text not null, key text not null, digest text not null)`,
  'create table simulation.violation (what text not null)',
  `create function simulation.watch_inbox() returns trigger language plpgsql security definer as $$
   begin
     if old.state in ('opened', 'carried') and new.state <> old.state or new.sha256 <> old.sha256 or new.file <> old.file then
       insert into simulation.violation values (format('inbox %s went from %s to %s', new.id, old.state, new.state));
     end if;
     return null;
   end $$`,
  'create trigger simulation_watch after update on inbox_message for each row execute function simulation.watch_inbox()',
  `create function simulation.watch_outbox() returns trigger language plpgsql security definer as $$
   begin
     if new.sha256 <> old.sha256 or new.file <> old.file then
       insert into simulation.violation values (format('outbox %s was overwritten', new.id));
     end if;
     return null;
   end $$`,
  'create trigger simulation_watch after update on outbox_message for each row execute function simulation.watch_outbox()',
  // Nothing of the server's own may change a plan while a seed runs.
  `do $$ declare name regclass; begin
     for name in select oid from pg_class where relkind = 'r' and relnamespace in ('public'::regnamespace, 'simulation'::regnamespace) loop
       execute format('alter table %s set (autovacuum_enabled = false)', name);
     end loop;
   end $$`,
  `grant usage on schema simulation to ${APP_ROLE}`,
  `grant select on simulation.clock to ${APP_ROLE}`,
  `grant select, insert on simulation.effect to ${APP_ROLE}`,
];

/** A default of a column was bound to the real now() when the migration made it. */
async function defaultsOnSimulatedClock(db: Db): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`
    select format('alter table %I.%I alter column %I set default simulation.now()', table_schema, table_name, column_name) as statement
    from information_schema.columns where table_schema = 'public' and column_default = 'now()'`.execute(db);
  return rows.map(({ statement }) => statement);
}

export async function openDatabases(
  adminUrl: string,
  prefix: string,
  nodes: readonly string[],
): Promise<Databases> {
  const all = new Map<string, NodeSessions>();
  const rooms = await tablesOfRooms(ROOMS_OF_THE_EXCHANGE);
  const written = [...rooms, 'simulation.effect', 'simulation.violation'];
  const urlOf = (node: string): string => withDatabase(adminUrl, `${prefix}${node}`);
  for (const node of nodes) {
    all.set(node, { free: [], waiting: [], opened: 0, admin: undefined, now: () => 0, told: -1 });
  }
  const of = (node: string): NodeSessions => {
    const found = all.get(node);
    if (!found) throw new Error(`no simulated node ${node}`);
    return found;
  };
  const adminOf = async (node: string): Promise<pg.Client> => {
    const sessions = of(node);
    if (sessions.admin) return sessions.admin;
    const admin = new pg.Client({ connectionString: urlOf(node) });
    admin.on('error', () => {});
    await admin.connect();
    sessions.admin = admin;
    return admin;
  };
  const everySession: pg.Client[] = [];

  async function newSession(node: string): Promise<Session> {
    const options = `-c role=${APP_ROLE} -c search_path=${SEARCH_PATH} -c plan_cache_mode=force_generic_plan`;
    const client = new pg.Client({ connectionString: urlOf(node), options });
    client.on('error', () => {});
    await client.connect();
    everySession.push(client);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return { client, pid: rows[0]?.pid ?? 0, holder: undefined };
  }

  async function acquire(life: Life): Promise<Session> {
    const sessions = of(life.node);
    const free = sessions.free.pop();
    if (free) return held(free, life);
    return new Promise((take) => {
      sessions.waiting.push({ life, take });
    });
  }

  function held(session: Session, life: Life): Session {
    session.holder = life;
    return session;
  }

  function giveBack(node: string, session: Session): void {
    const sessions = of(node);
    session.holder = undefined;
    for (let next = sessions.waiting.shift(); next; next = sessions.waiting.shift()) {
      if (!next.life.dead) return next.take(held(session, next.life));
    }
    sessions.free.push(session);
  }

  /** Exactly where a query asks what is due; else a little late will do. */
  async function tellTime(node: string, text: string): Promise<void> {
    const sessions = of(node);
    const now = sessions.now();
    const late = now - sessions.told;
    if (late === 0 || (late > 0 && late < CLOCK_MAY_LAG_MS && !/\bfree_at\b/.test(text))) return;
    sessions.told = now;
    await (await adminOf(node)).query(asKept('update simulation.clock set ms = $1', [now]));
  }

  async function query(
    life: Life,
    session: Session,
    { text, values, fault }: { text: string; values: readonly unknown[]; fault: ConnectionFault },
  ): Promise<pg.QueryResult> {
    const world = theWorld();
    const about = { node: life.node, pid: session.pid };
    const ends = /^(?:commit|rollback)/i.test(text);
    if (fault === 'before')
      await world.io(
        about,
        session.client.query('rollback').catch(() => {}),
      );
    if (fault !== 'before') {
      const answer = await world.io(
        about,
        tellTime(life.node, text).then(() => session.client.query(asKept(text, values))),
      );
      if (ends) world.locksFreed(life.node);
      if (fault !== 'after') return answer;
      if (!ends)
        await world.io(
          about,
          session.client.query('rollback').catch(() => {}),
        );
    }
    world.locksFreed(life.node);
    throw Object.assign(new Error('the connection to the database was lost'), { code: LOST_CONNECTION });
  }

  /** What a process held when it ended: a query that waits is broken off, and the transaction rolled back. */
  async function clear(node: string, session: Session): Promise<void> {
    const admin = await adminOf(node);
    await admin.query(
      'select pg_cancel_backend($1) where exists (select from pg_locks where pid = $1 and not granted)',
      [session.pid],
    );
    await session.client.query('rollback').catch(() => {});
    theWorld().locksFreed(node);
    giveBack(node, session);
  }

  return {
    async connect(node) {
      const sessions = of(node);
      for (; sessions.opened < MOST_SESSIONS; sessions.opened++) sessions.free.push(await newSession(node));
    },
    open(life, faultOf) {
      const heldNow = new Set<Session>();
      theWorld().onEnd(life, () => {
        for (const session of heldNow) theWorld().between(() => clear(life.node, session));
      });
      const pool = {
        async connect() {
          const session = await acquire(life);
          // Its process ended while it was connecting.
          if (life.dead) {
            giveBack(life.node, session);
            return new Promise<never>(() => {});
          }
          heldNow.add(session);
          return {
            query: (text: string, values: readonly unknown[] = []) =>
              stepped(life, text, () => query(life, session, { text, values, fault: faultOf(text) })),
            release() {
              if (life.dead) return;
              heldNow.delete(session);
              giveBack(life.node, session);
            },
          };
        },
        end: () => Promise.resolve(),
      };
      return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool as never }) });
    },
    async rows<Row>(node: string, text: string, values: readonly unknown[] = []) {
      return (await (await adminOf(node)).query(text, [...values])).rows as Row[];
    },
    async reset(node) {
      const sessions = of(node);
      sessions.waiting.length = 0;
      sessions.told = -1;
      const admin = await adminOf(node);
      // Not deleted: how large a table once was, and where rows lie in it, may decide an order of the next seed.
      const { rows } = await admin.query<{ written: string | null }>(
        `select string_agg(name, ', ') as written from unnest($1::text[]) as name where pg_relation_size(name::regclass) > 0`,
        [written],
      );
      if (!rows[0]?.written) return;
      // The custody log refuses to be emptied, whoever asks.
      await admin.query(
        [
          'set session_replication_role = replica',
          `truncate ${rows[0].written} restart identity cascade`,
          'set session_replication_role = origin',
        ].join(';'),
      );
    },
    async waitsForLock({ node, pid }) {
      const { rows } = await (await adminOf(node)).query<{ waits: boolean }>(
        'select cardinality(pg_blocking_pids($1)) > 0 as waits',
        [pid],
      );
      return rows[0]?.waits ?? false;
    },
    clockOf(node, now) {
      of(node).now = now;
    },
    async close() {
      for (const client of everySession) await client.end();
      for (const { admin } of all.values()) await admin?.end();
    },
  };
}

const NAMES = new Map<string, string>();

/**
 * A question that the server parses once a session. Its plan is the generic one, which depends on nothing but the size of
 * its tables as it was made: emptying a table between seeds has it made anew, so it knows nothing of the seeds before.
 */
function asKept(text: string, values: readonly unknown[]): pg.QueryConfig {
  const known = NAMES.get(text);
  const name = known ?? `kept_${NAMES.size}`;
  if (known === undefined) NAMES.set(text, name);
  return /^\s*(select|with|insert|update|delete)\b/i.test(text)
    ? { name, text, values: [...values] }
    : { text, values: [...values] };
}

/** Before a query, and before what follows a commit, a process may end. */
async function stepped(
  life: Life,
  text: string,
  act: () => Promise<pg.QueryResult>,
): Promise<pg.QueryResult> {
  const verb = /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? 'query';
  const world = theWorld();
  if (lifeNow() !== life) throw new Error(`a query of ${life.name} outside its life`);
  await world.step(verb);
  const answer = await act();
  if (verb === 'commit') await world.step('committed');
  return answer;
}
