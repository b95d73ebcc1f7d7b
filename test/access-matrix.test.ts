/**
 * Need to know, walked through: every route of a node, asked by an officer of every role, on his own operation,
 * on another, and without a role. What is expected is said in one place: src/access/route-access.ts and policy.ts.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessMatrixPage } from '#access/matrix-page.ts';
import { ACTIONS, type Actor, ROLES, type Role } from '#access/policy.ts';
import { actionsAsked, isOpen, ROUTE_ACCESS } from '#access/route-access.ts';
import { approveAccount, drawToken, makeAccount } from '#access/service-account/manage.ts';
import { SERVICE_ACTIONS, type ServiceAction } from '#access/service-account/scope.ts';
import type { OfficerId, OperationId } from '#core/ids.ts';
import { OTHER_ANSWERS } from '#server/other-answers.ts';
import { type AccessNode, type Asking, accessNode, officerIdOf, type Route } from './access-node.ts';
import { sample } from './schema-sample.ts';
import { seedEveryTable } from './seed-every-table.ts';

const NOWHERE = `operation_${'z'.repeat(26)}` as OperationId;
/** It does not end: src/server/event-stream.test.ts. */
const STREAM = 'GET /api/events';

let node: AccessNode;
beforeAll(async () => {
  node = await accessNode();
});
afterAll(() => node[Symbol.asyncDispose]());

/** Has the role every action that the route asks, on an operation that he has it on? */
function mayAsk({ key }: Route, role: Role | 'no role'): boolean {
  const asked = actionsAsked(ROUTE_ACCESS[key] ?? []);
  // His role is of the node: on an operation it counts for nothing.
  if (role === 'administrator' && key.includes(' {op}')) return false;
  return asked.every((action) => (ACTIONS[action] as readonly string[]).includes(role));
}

test('every route without a schema of its answer says what it answers, and nothing is listed that is gone', () => {
  const unsaid = node.routes.filter(({ schema }) => !('response' in schema)).map(({ key }) => key);
  expect(unsaid.toSorted(), 'as src/server/other-answers.ts lists them').toEqual(
    Object.keys(OTHER_ANSWERS).sort(),
  );
});

function asksMore({ key }: Route): boolean {
  const access = ROUTE_ACCESS[key];
  return typeof access === 'object' && ('more' in access || 'refuses' in access);
}

function isOfOperation({ key }: Route): boolean {
  return key.includes(' {op}');
}

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
}

async function ask(route: Route, asking: Asking, operation = node.own, seed = '2'): Promise<Answer> {
  const { statusCode: status, body, headers } = await node.ask(route, asking, { operation, seed });
  const json = String(headers['content-type']).includes('json') && status >= 400;
  const { code, message } = (json ? JSON.parse(body) : {}) as { code?: string; message?: string };
  return { status, code, text: json ? `${message}` : body };
}

const REFUSED = { status: 403, code: 'access/denied' };
const UNKNOWN = { status: 401, code: 'access/sign-in-required' };

/** Asks all at once, so that what waits for the database does not wait in line. */
async function failing(
  routes: readonly Route[],
  check: (route: Route) => Promise<string[]>,
): Promise<string[]> {
  return (await Promise.all(routes.filter(({ key }) => key !== STREAM).map(check))).flat();
}

function differs(what: string, answer: Answer, allowed: boolean, asksMore = false): string[] {
  const refused = answer.status === REFUSED.status && answer.code === REFUSED.code;
  if (allowed && refused && asksMore) return [];
  if (allowed ? !refused && answer.code !== UNKNOWN.code && answer.status !== 500 : refused) return [];
  return [`${what}: ${answer.status} ${answer.code ?? ''}, expected to be ${allowed ? 'let in' : 'refused'}`];
}

/** The ids that a request of the first seed asks for. */
function idsIn(routes: readonly Route[]): string[] {
  const ids = routes.flatMap(({ schema }) =>
    Object.values((sample(schema.params, '0') ?? {}) as Record<string, string>),
  );
  return [...new Set(ids)].filter((id) => !id.startsWith('operation_'));
}

test('docs/access-matrix.md says what the node does: `npm run docs:access` writes it', async () => {
  const page = join(import.meta.dirname, '../docs/access-matrix.md');
  expect(await readFile(page, 'utf8')).toBe(accessMatrixPage());
});

test('every route is listed, and nothing is listed that is gone', () => {
  expect(node.routes.map(({ key }) => key).sort()).toEqual(
    Object.keys(ROUTE_ACCESS)
      .filter((key) => !key.startsWith('HEAD '))
      .sort(),
  );
});

test('a role opens exactly what the table says, on its own operation', async () => {
  const wrong = await failing(node.routes, async (route) => {
    const roles = [...ROLES, 'no role'] as const;
    const answers = roles.map(async (as) => {
      if (isOpen(ROUTE_ACCESS[route.key] ?? [])) return [];
      const answer = await ask(route, { as, on: node.own });
      return differs(`${as}: ${route.key}`, answer, mayAsk(route, as), asksMore(route));
    });
    return (await Promise.all(answers)).flat();
  });
  expect(wrong).toEqual([]);
  // Some thousand requests, on whatever machine.
}, 180_000);

test('on another operation every role is refused, with the very words for an operation that does not exist', async () => {
  const wrong = await failing(node.routes.filter(isOfOperation), async (route) => {
    const roles = ([...ROLES, 'no role'] as const).map(async (as) =>
      differs(`${as}: ${route.key}`, await ask(route, { as, on: node.other }), false),
    );
    const every = { as: 'all roles', on: node.other } as const;
    const [other, nowhere] = [await ask(route, every), await ask(route, every, NOWHERE)];
    expect(other, route.key).toEqual(nowhere);
    return [...(await Promise.all(roles)).flat(), ...differs(route.key, other, false)];
  });
  expect(wrong).toEqual([]);
}, 180_000);

/** The token of a program in the stead of the officer who has every role on the own operation. */
async function program(actions: readonly ServiceAction[]): Promise<string> {
  const { ctx, own } = node;
  const administrator = (officerId: string): Actor => ({
    kind: 'officer',
    officerId: officerId as OfficerId,
    name: officerId,
    grants: [{ role: 'administrator', operationId: null }],
  });
  const ownerId = officerIdOf('all roles', own);
  const accountId = await makeAccount(ctx, administrator('officer_first'), {
    name: `Asks every route, for ${actions.length}`,
    ownerId,
    purpose: 'Every route is asked',
    actions,
    operations: [own],
    expiresAt: new Date(Date.now() + 86_400_000),
  });
  await approveAccount(ctx, administrator('officer_second'), accountId);
  return drawToken(ctx, { kind: 'officer', officerId: ownerId, name: 'owner', grants: [] }, accountId);
}

const PROGRAM_REFUSED = [REFUSED.code, 'access/service-refused', UNKNOWN.code];
/** Of every program: who it is, and where it may ask. */
const PROGRAMS_OWN = ['GET /api/session', 'GET /api/operations'];
/** Why an officer reads belongs to his session; a program has its purpose. */
const OF_A_SESSION = ['GET {op}/consultations/reason', 'POST {op}/consultations/reason'];

test.each([
  ['all that it can be made for', SERVICE_ACTIONS],
  ['one action', ['operations.read']],
] as const)(
  'a program that was made for %s opens exactly the routes that ask no more, and none on another operation',
  async (_what, actions) => {
    const asking = { as: 'program', token: await program(actions) } as const;
    const opens = ({ key }: Route): boolean => {
      const asked = actionsAsked(ROUTE_ACCESS[key] ?? []);
      if (OF_A_SESSION.includes(key)) return false;
      if (asked.length === 0) return PROGRAMS_OWN.includes(key);
      return asked.every((action) => (actions as readonly string[]).includes(action));
    };
    const wrong = await failing(node.routes, async (route) => {
      if (isOpen(ROUTE_ACCESS[route.key] ?? [])) return [];
      const answers: [string, Answer, boolean][] = [
        ['own', await ask(route, asking), opens(route)],
        ...(isOfOperation(route)
          ? [['other', await ask(route, asking, node.other), false] as [string, Answer, boolean]]
          : []),
      ];
      return answers.flatMap(([where, { status, code }, allowed]) => {
        const refused = [401, 403].includes(status) && PROGRAM_REFUSED.includes(code ?? '');
        const fine = allowed ? (!refused && status !== 500) || asksMore(route) : refused;
        return fine ? [] : [`${where}: ${route.key}: ${status} ${code ?? ''}`];
      });
    });
    expect(wrong).toEqual([]);
  },
  60_000,
);

test('nobody who is not signed in gets further than the ways of signing in', async () => {
  const wrong = await failing(node.routes, async (route) => {
    const { status, code } = await ask(route, { as: 'nobody' });
    const asked = status === UNKNOWN.status && code === UNKNOWN.code;
    return asked === isOpen(ROUTE_ACCESS[route.key] ?? []) ? [`${route.key}: ${status} ${code}`] : [];
  });
  expect(wrong).toEqual([]);
});

/** Say how long the log of the whole node is, and nothing of what is in it. */
const OF_THE_WHOLE_LOG = ['GET {op}/custody/state', 'GET /api/custody/log/checkpoint'];

/** Tell of every reading, so also of those of this test, on the officer's own operation. */
const OF_READINGS = ['GET {op}/consultations', 'GET {op}/consultations.csv'];

/** When a session was last seen, and how long it goes on, is this test's own doing. */
function timeless({ text }: Answer): string {
  return text
    .replaceAll(/"seenAt":"[^"]*"/g, '"seenAt":""')
    .replaceAll(/"(unused|latest)Ms":\d+/g, '"$1Ms":0');
}

test('what lies in another operation changes no answer: no list, count, history, export, nor an object asked for by its id', async () => {
  const everyRole = { as: 'all roles', on: node.own } as const;
  const reading = node.routes.filter(
    ({ key, method }) =>
      method === 'GET' &&
      ![STREAM, ...OF_THE_WHOLE_LOG, ...OF_READINGS].includes(key) &&
      !isOpen(ROUTE_ACCESS[key] ?? []),
  );
  const before = new Map(
    await Promise.all(
      reading.map(async (route) => [route, await ask(route, everyRole, node.own, '0')] as const),
    ),
  );
  const seeded = await seedEveryTable(node.ownerUrl, node.other, idsIn(node.routes));
  expect(seeded.length).toBeGreaterThan(50);
  const changed = await failing(reading, async (route) => {
    const [was, is] = [before.get(route), await ask(route, everyRole, node.own, '0')];
    return was?.status === is.status && timeless(was) === timeless(is)
      ? []
      : [`${route.key}: ${was?.text} | ${is.text}`];
  });
  expect(changed).toEqual([]);
  const acting = node.routes.filter((route) => isOfOperation(route) && route.method !== 'GET');
  const told = await failing(acting, async (route) => {
    const [there, nowhere] = [
      await ask(route, everyRole, node.own, '0'),
      await ask(route, everyRole, node.own, '1'),
    ];
    const same = there.status === nowhere.status && there.code === nowhere.code;
    return same ? [] : [`${route.key}: ${there.status} ${there.text} | ${nowhere.status} ${nowhere.text}`];
  });
  expect(told).toEqual([]);
});
