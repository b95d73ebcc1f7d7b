/**
 * Hostile requests, byte by byte, to a real node on both its ports: each is refused with its code, stands in the log,
 * and nothing changed in any table. Replayed answers of passkeys and mixed-up providers: src/server/sign-in*.test.ts.
 */
import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '#access/sign-in/secret.ts';
import { beginSession } from '#access/sign-in/sessions.ts';
import { openDatabase } from '#platform/database.ts';
import type { Db } from '#platform/tables.ts';
import { type SignInNode, signInNode } from '#server/fixtures.ts';
import { type BadRequest, FRAMING, http } from './http-bad-framing.ts';
import { ACTS, PAGES, PARTNERS } from './http-bad-input.ts';
import { type RawAnswer, rawHttp } from './raw-http.ts';

const logged: { code?: string; msg?: string }[] = [];
const log = pino(
  { level: 'info', base: null },
  new Writable({
    write(line: Buffer, _encoding, done) {
      logged.push(JSON.parse(line.toString('utf8')) as { code?: string });
      done();
    },
  }),
);

let node: SignInNode;
let owner: Db;
let cookie = '';
beforeAll(async () => {
  node = await signInNode({}, { log, forPeers: true });
  owner = openDatabase({ url: node.database.ownerUrl, role: 'owner', poolSize: 1 });
  const { code } = await node.officer('ada', [['administrator', null]]);
  cookie = (await node.enrolled(code)).cookie;
});
afterAll(async () => {
  await owner?.destroy();
  await node?.[Symbol.asyncDispose]();
});

/** Of every row of every table; not when a session was last seen, which reading says too. */
async function everything(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`select quote_ident(tablename) as name from pg_tables
    where schemaname = 'public' order by 1`.execute(owner);
  const digests = tables.map(
    ({ name }) =>
      sql`select ${name} as name, md5(coalesce(string_agg(row, '' order by row), '')) as digest from ${sql.raw(name)} t, md5((to_jsonb(t) - 'seen_at')::text) row`,
  );
  const { rows } = await sql<{
    digest: string;
  }>`select md5(string_agg(name || digest, ' ' order by name)) as digest
    from (${sql.join(digests, sql` union all `)}) every_table`.execute(owner);
  return rows[0]?.digest ?? '';
}

async function refused(
  ask: () => Promise<RawAnswer[]>,
  { status, code }: Pick<BadRequest, 'status' | 'code'>,
) {
  const before = await everything();
  logged.length = 0;
  const answers = await ask();
  if (status === null) expect(answers).toEqual([]);
  else {
    expect(answers.map((answer) => answer.status)).toEqual([status]);
    const { body, head } = answers[0] ?? { body: '', head: '' };
    expect(JSON.parse(body)).toMatchObject({ code, requestId: expect.stringMatching(/^[0-9a-f]{12}$/) });
    expect(head.toLowerCase()).toContain('cache-control: no-store');
    expect(logged.map((line) => line.code)).toContain(code);
  }
  expect(await everything()).toBe(before);
}

describe('at the port of the pages', () => {
  test.each([...FRAMING, ...PAGES])('$what is refused', ({ bytes, ...expected }) =>
    refused(() => rawHttp(node.url, bytes), expected),
  );
});

describe('at the port for other nodes', () => {
  test.each([...FRAMING, ...PARTNERS])('$what is refused', ({ bytes, ...expected }) =>
    refused(() => rawHttp(node.peers ?? '', bytes), expected),
  );
});

describe('an act of an officer who may', () => {
  test('is taken as his page sends it', async () => {
    const body = '{"name":"Taken"}';
    const fields = [
      'Content-Type: application/json; charset=utf-8',
      `Cookie: ${cookie}`,
      'Origin: http://localhost:4711',
      'Sec-Fetch-Site: same-origin',
      `Content-Length: ${body.length}`,
    ];
    const [answer] = await rawHttp(
      node.url,
      http({ method: 'POST', target: '/nodes/mt/api/officers', fields, body }),
    );
    expect(answer?.status).toBe(201);
  });
  test.each(ACTS)('is refused with $what', ({ parts, ...expected }) => {
    const fields = [`Cookie: ${cookie}`, ...(parts.fields ?? [])];
    return refused(() => rawHttp(node.url, http({ ...parts, fields })), expected);
  });
});

describe('a session', () => {
  const unknown = { status: 401, code: 'access/sign-in-required' };
  const ask = (value: string) => () => rawHttp(node.url, http({ fields: [`Cookie: ${value}`] }));
  const token = () => cookie.split('=')[1] ?? '';

  test('is known by its cookie', async () => {
    expect((await ask(cookie)())[0]?.status).toBe(200);
  });
  test.each([
    ['an empty token', () => '__Host-icarus_mt='],
    ['a token of nobody', () => `__Host-icarus_mt=${'A'.repeat(43)}`],
    ['a token cut short', () => cookie.slice(0, -1)],
    ['a token with something behind it', () => `${cookie}x`],
    ['a token in quotes', () => `__Host-icarus_mt="${token()}"`],
    ['what the database keeps of it', () => `__Host-icarus_mt=${String(sha256(token()))}`],
    ['a token of 8000 characters', () => `__Host-icarus_mt=${'A'.repeat(8000)}`],
    ['a statement for a token', () => "__Host-icarus_mt=' or true --"],
    ['the cookie of a node that is not here', () => `__Host-icarus_pl=${token()}`],
    ['the cookie of an exercise', () => `icarus_mt=${token()}`],
    ['the cookie without its prefix', () => `Host-icarus_mt=${token()}`],
    ['a cookie in other letters', () => `__host-icarus_mt=${token()}`],
    ['the cookie of somebody else before it', () => `__Host-icarus_mt=${'A'.repeat(43)}; ${cookie}`],
    ['the cookie of somebody else behind it', () => `${cookie}; __Host-icarus_mt=${'A'.repeat(43)}`],
    ['the cookie that belongs to a sign-in under way', () => `__Host-icarus_login_mt=${token()}`],
  ])('is not known by %s', (_what, value) => refused(ask(value()), unknown));

  const HOUR_MS = 3_600_000;
  test.each([
    ['that is over', { expires_at: new Date(Date.now() - 1000) }],
    ['that was not used for too long', { seen_at: new Date(Date.now() - HOUR_MS) }],
    [
      'that has not begun',
      { created_at: new Date(Date.now() + HOUR_MS), seen_at: new Date(Date.now() + HOUR_MS) },
    ],
    ['that was last used in the future', { seen_at: new Date(Date.now() + HOUR_MS) }],
    ['of a desk of an exercise', { way: 'desk', passkey_id: null }],
  ])('%s is none', async (_what, change) => {
    const { officerId } = (await node.ask('/session', { cookie })).body as { officerId: never };
    const by = await node.ctx.db.selectFrom('passkey').select('id').executeTakeFirstOrThrow();
    const begun = { officerId, by: { way: 'passkey', passkeyId: by.id }, device: 'test', hours: 1 } as const;
    const made = await owner.transaction().execute((tx) => beginSession(tx, begun));
    await owner.updateTable('session').set(change).where('id', '=', made.sessionId).execute();
    await refused(ask(`__Host-icarus_mt=${made.token}`), unknown);
  });
});

describe('several requests on one connection', () => {
  test('are answered in their order', async () => {
    const answers = await rawHttp(
      node.url,
      http({ target: '/nodes/mt/api/sign-in/ways' }) + http({ fields: [`Cookie: ${cookie}`] }),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[1]?.body).toContain('"name":"ada"');
  });
  test('end with the first that is not well-formed: what follows it is not read', async () => {
    const smuggled = http({ method: 'DELETE', fields: [`Cookie: ${cookie}`] });
    const bad = http({
      method: 'POST',
      fields: ['Content-Length: 4', 'Transfer-Encoding: chunked'],
      body: `0\r\n\r\n${smuggled}`,
    });
    const answers = await rawHttp(node.url, http({ fields: [`Cookie: ${cookie}`] }) + bad);
    // The first was not answered yet: an answer about the second would be taken for its own.
    expect(answers).toEqual([]);
    expect((await node.ask('/session', { cookie })).status).toBe(200);
  });
  test('one officer’s answer never goes to the next who asks', async () => {
    const answers = await rawHttp(node.url, http({ fields: [`Cookie: ${cookie}`] }) + http({}));
    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
  });
});

test('what a browser asks beforehand for another site is not granted', async () => {
  const fields = [
    'Origin: https://example.org',
    'Access-Control-Request-Method: POST',
    'Access-Control-Request-Headers: content-type',
  ];
  const [answer] = await rawHttp(
    node.url,
    http({ method: 'OPTIONS', target: '/nodes/mt/api/officers', fields }),
  );
  expect(answer?.status).toBe(405);
  expect(answer?.head.toLowerCase()).not.toContain('access-control-allow');
});
