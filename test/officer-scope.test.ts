/** Officers' readings in the database: what each connection shows, whatever the query forgot to say. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NODE_READINGS } from '#access/node-readings.ts';
import type { Tx } from '#platform/tables.ts';
import { type AccessNode, accessNode, type Route } from './access-node.ts';
import { asOwner } from './database.ts';
import { sample } from './schema-sample.ts';
import { seedEveryTable } from './seed-every-table.ts';

/** Open a file, which no row makes; or tell of the readings of this test. */
const NOT_ASKED = [
  'GET {op}/consultations',
  'GET {op}/consultations.csv',
  'GET {op}/exhibits/:exhibitId/report.csv',
  'GET {op}/exhibits/:exhibitId/report.pdf',
  'GET {op}/observations/imports/:importId/refused.csv',
];

let node: AccessNode;
/** The answers over all rows. */
let before: Map<string, unknown>;
beforeAll(async () => {
  node = await accessNode();
});
afterAll(() => node[Symbol.asyncDispose]());

function readings(): Route[] {
  return node.routes.filter(
    ({ key, method }) => method === 'GET' && !NOT_ASKED.includes(key) && !(key in NODE_READINGS),
  );
}

function idsIn(routes: readonly Route[]): string[] {
  const ids = routes.flatMap(({ schema }) =>
    Object.values((sample(schema.params, '0') ?? {}) as Record<string, string>),
  );
  return [...new Set(ids)].filter((id) => !id.startsWith('operation_'));
}

/** Rows that are alike come in any order. */
function shown(body: string, json: boolean): unknown {
  if (!json) return body;
  return JSON.parse(body, (name, value: unknown) => {
    // `left` is of the clock: until when the session lasts.
    if (['requestId', 'message', 'left'].includes(name)) return undefined;
    return Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort() : value;
  });
}

async function answers(): Promise<Map<string, unknown>> {
  const asked = readings().map(async (route) => {
    const about = { operation: node.own };
    const { statusCode, body, headers } = await node.ask(route, { as: 'all roles', on: node.own }, about);
    const json = String(headers['content-type']).includes('json');
    return [route.key, { statusCode, body: shown(body, json) }] as const;
  });
  return new Map(await Promise.all(asked));
}

test('every reading answers under its officer’s scope as it would over all rows', async () => {
  const ids = idsIn(node.routes);
  for (const operation of [node.own, node.other])
    await seedEveryTable(node.ownerUrl, operation, ids, operation === node.own);
  const scoped = await answers();
  await asOwner(node, async (tx) => {
    await sql`grant select on all tables in schema public to icarus_officer`.execute(tx);
    const { rows } = await sql<{ name: string }>`select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r'`.execute(tx);
    for (const { name } of rows)
      await sql`create policy everything on ${sql.table(name)} to icarus_officer using (true)`.execute(tx);
  });
  before = await answers();
  for (const [key, answer] of before) expect(scoped.get(key), key).toEqual(answer);
  expect(before.size).toBeGreaterThan(80);
});

test('what reads for the node is listed with its reason, and nothing is listed that is gone or is an act', () => {
  const keys = node.routes.map(({ key }) => key);
  for (const [key, reason] of Object.entries(NODE_READINGS)) {
    expect(keys, key).toContain(key);
    expect(key).toMatch(/^GET /);
    expect(reason.length).toBeGreaterThan(20);
  }
});

test('every other reading asks the database by its officer’s connection, and by no other', async () => {
  // The node's own connections may read nothing of an operation now: what still answers did not ask them.
  const rows = (tx: Tx) =>
    sql<{ name: string }>`select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'operation_id'
        and table_name not in ('officer_grant', 'consultation', 'consultation_reason', 'custody_event')`.execute(
      tx,
    );
  await asOwner(node, async (tx) => {
    for (const { name } of (await rows(tx)).rows)
      await sql`revoke select on ${sql.table(name)} from icarus_app`.execute(tx);
  });
  const refused: string[] = [];
  for (const [key, answer] of await answers())
    if (JSON.stringify(answer) !== JSON.stringify(before.get(key))) refused.push(key);
  expect(refused).toEqual([]);
});
