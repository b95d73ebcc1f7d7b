/**
 * The database and the folders of a node as the first version left them: Malta's, when its package had come in an
 * exercise, written by the program of 22 November 2026 (synthetic data). It had no tree in its log, no sign-in, no
 * parts and no recalls yet.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { lookAt } from '#assembly/condition/look.ts';
import { logState } from '#custody/log-state.ts';
import { listEvents } from '#custody/record.ts';
import { keyringOf, ownCard } from '#operations/cards.ts';
import { clockWatch } from '#platform/clock-watch.ts';
import { nodePaths } from '#platform/context.ts';
import { openDatabase, withDatabase } from '#platform/database.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, dropDatabase, type Migration, migrate, readMigrations } from '#platform/migrate.ts';
import { readEnvelope } from '#seal/open.ts';
import { bringUp } from './database-server.ts';
import { type OpenNode, openNode } from './open-node.ts';

interface FirstVersion {
  readonly migrations: readonly Migration[];
  readonly tables: readonly { readonly name: string; readonly rows: readonly Record<string, unknown>[] }[];
  readonly files: readonly { readonly path: string; readonly base64: string }[];
}

const DATABASE = 'upgrade_from_first_version';
const LOGIN = 'upgraded_node';
const FIXTURE = join(import.meta.dirname, 'first-version-node.json.br');
const config = { messageLimitBytes: 1e9, deliveryTimeoutMs: 2000, queryMemoryBytes: 1e8 };

let first: FirstVersion;
let url: string;
let nodeUrl: string;
let home: string;
let node: OpenNode;

beforeAll(async () => {
  first = JSON.parse(brotliDecompressSync(await readFile(FIXTURE)).toString('utf8')) as FirstVersion;
  const adminUrl = inject('postgresUrl');
  await dropDatabase(adminUrl, DATABASE);
  await createDatabase(adminUrl, DATABASE);
  url = withDatabase(adminUrl, DATABASE);
  home = await mkdtemp(join(tmpdir(), 'icarus-upgrade-'));
  await migrate(url, first.migrations);
  await load(first);
});

afterAll(async () => {
  await node?.close();
  await dropDatabase(inject('postgresUrl'), DATABASE);
  await administer(`drop role if exists ${LOGIN}`);
  await rm(home, { recursive: true, force: true });
});

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** Rows as they stood, triggers and foreign keys asleep; then the numbers that go on from them, and the files. */
async function load({ tables, files }: FirstVersion): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('set session_replication_role = replica');
  for (const { name, rows } of tables) {
    const { rows: own } = await client.query<{ name: string }>(
      `select column_name as name from information_schema.columns
       where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
      [name],
    );
    const columns = own.map((column) => `"${column.name}"`).join(', ');
    await client.query(
      `insert into "${name}" (${columns}) overriding system value
       select ${columns} from json_populate_recordset(null::"${name}", $1)`,
      [JSON.stringify(rows)],
    );
  }
  await client.query(
    `select setval(pg_get_serial_sequence('custody_event', 'sequence'), (select max(sequence) from custody_event))`,
  );
  await client.end();
  for (const { path, base64 } of files) {
    await mkdir(dirname(join(home, path)), { recursive: true, mode: 0o700 });
    await writeFile(join(home, path), Buffer.from(base64, 'base64'), { mode: 0o600 });
  }
}

async function counts(): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const found: Record<string, number> = {};
  for (const { name } of first.tables) {
    const { rows } = await client.query(`select to_regclass('public."${name}"') is not null as here`);
    if (!rows[0].here) continue;
    const counted = await client.query(`select count(*)::int as n from "${name}"`);
    found[name] = counted.rows[0].n;
  }
  await client.end();
  return found;
}

test('an upgrade applies what is new in one go, and loses no row of what a case, an officer or the log has', async () => {
  const before = await counts();
  for (const table of ['custody_event', 'officer', 'inbox_message', 'outbox_message', 'received_target'])
    expect(before[table], table).toBeGreaterThan(0);
  const applied = await migrate(url);
  const ours = (await readMigrations()).map(({ name }) => name);
  expect(applied).toEqual(ours.filter((name) => !first.migrations.some((old) => old.name === name)));
  expect(applied.length).toBeGreaterThan(10);
  const after = await counts();
  for (const [table, rows] of Object.entries(after))
    expect(rows, table).toBeGreaterThanOrEqual(before[table] ?? 0);
  // Tables of what is derived from observations gave way to builds in the lake; a national unit had nothing in them.
  expect(Object.entries(before).filter(([table, rows]) => rows > 0 && !(table in after))).toEqual([]);
  expect(await migrate(url)).toEqual([]);
});

test('the login that it had is refused as the owner’s, and the one that is named instead becomes the node’s', async () => {
  const login = new URL(url);
  [login.username, login.password] = [LOGIN, 'hush'];
  nodeUrl = login.href;
  await administer(`create role ${LOGIN} login password 'hush'`);
  await expect(bringUp({ url, ownerUrl: url })).rejects.toMatchObject({ code: 'database/signs-in-as-owner' });
  await expect(bringUp({ url, ownerUrl: null })).rejects.toMatchObject({
    code: 'database/signs-in-as-owner',
  });
  await bringUp({ url: nodeUrl, ownerUrl: url });
  await bringUp({ url: nodeUrl, ownerUrl: null });
});

test('the node opens with the keys it had, its log becomes a tree over all that it held, and its card says so', async () => {
  const clock = { now: () => new Date() };
  const cardBefore = first.tables.find(({ name }) => name === 'agency')?.rows.find(({ own }) => own);
  const log = createLog({ level: 'silent' });
  node = await openNode({ home, databaseUrl: nodeUrl, clock, log, config });
  const { ctx } = node;
  const held = first.tables.find(({ name }) => name === 'custody_event')?.rows ?? [];
  while ((await logState(ctx.db)).waiting > 0) await sleep(50);
  expect((await logState(ctx.db)).size).toBeGreaterThanOrEqual(held.length);
  const events = await listEvents(ctx.db, { limit: 5000 });
  for (const { sequence, kind } of held)
    expect(events.find((event) => event.sequence === Number(sequence))?.kind).toBe(kind);
  const card = await ownCard(ctx.db);
  expect(card.logKey).toBe(ctx.keys.log.verifierKey);
  const known = JSON.parse(JSON.stringify(cardBefore?.['card'])) as string;
  for (const { publicKey } of card.signingKeys) expect(known).toContain(publicKey.split(' ')[1]);
});

test('what it had received is there and still proves its sender', async () => {
  const { ctx } = node;
  const rows = await ctx.db.selectFrom('inbox_message').selectAll().where('state', '=', 'opened').execute();
  expect(rows.length).toBeGreaterThan(0);
  const keyring = await keyringOf(ctx.db);
  for (const { file, sha256, received_at, id } of rows) {
    const bytes = await readFile(join(ctx.paths.inbox, file));
    const stream = (async function* () {
      yield bytes;
    })();
    const checked = await readEnvelope(stream, keyring, received_at);
    expect([checked.envelope.id, checked.sha256]).toEqual([id, sha256]);
  }
});

test('a program of an older version refuses a newer database, and one that still runs says that it can do nothing', async () => {
  await expect(migrate(url, first.migrations)).rejects.toMatchObject({ code: 'database/newer-schema' });
  const owner = openDatabase({ url, role: 'owner', poolSize: 1 });
  const looking = {
    db: node.ctx.db,
    clock: node.ctx.clock,
    paths: await nodePaths(home),
  };
  const options = { clocks: clockWatch(), toleranceMs: 300_000 };
  try {
    expect((await lookAt(looking, options)).condition.checks).toContainEqual(
      expect.objectContaining({ name: 'schema', state: 'ok' }),
    );
    const newer = { name: '9999-of-a-later-version', sha256: '0'.repeat(64), applied_at: new Date() };
    await owner.insertInto('schema_migration').values(newer).execute();
    const { condition } = await lookAt(looking, options);
    expect(condition.standing).toBe('unavailable');
    expect(condition.checks).toContainEqual(expect.objectContaining({ name: 'schema', state: 'failed' }));
    await expect(migrate(url)).rejects.toMatchObject({ code: 'database/newer-schema' });
    await owner.deleteFrom('schema_migration').where('name', '=', newer.name).execute();
  } finally {
    await owner.destroy();
  }
});
