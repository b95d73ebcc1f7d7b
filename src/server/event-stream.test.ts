import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantRole, type RoleGrant } from '#access/officers.ts';
import { withdrawRole } from '#access/service.ts';
import type { OperationId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { recordEvent } from '#custody/record.ts';
import { OPERATOR, type SignInNode, signInNode } from './fixtures.ts';

const OWN = 'operation_own' as OperationId;
const OTHER = 'operation_other' as OperationId;

let node: SignInNode;
beforeAll(async () => {
  node = await signInNode();
});
afterAll(() => node[Symbol.asyncDispose]());

function act(operationId: OperationId | undefined, id: string, kind: EventKind = 'package.composed') {
  const event = { at: node.ctx.clock.now(), kind, actor: 'officer_1', subject: { kind: 'package', id } };
  return node.ctx.db
    .transaction()
    .execute((tx) => recordEvent(tx, { ...event, ...(operationId && { operationId }) }));
}

/** The ids of what the officer's page is told, until that of `last`. */
async function told(cookie: string, last: string, meanwhile: () => Promise<unknown>): Promise<string[]> {
  const ending = new AbortController();
  const answer = await fetch(`${node.url}/nodes/mt/api/events`, {
    headers: { cookie, 'last-event-id': '1' },
    signal: ending.signal,
  });
  await meanwhile();
  let text = '';
  for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    if (text.includes(`"id":"${last}"`)) break;
  }
  ending.abort();
  return [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? '');
}

test('live events are those of the officer’s operations, and end with his role', async () => {
  const { officerId, code } = await node.officer('one', [['press', OWN]]);
  const { cookie } = await node.enrolled(code);
  const grant: RoleGrant = { officerId, role: 'press', operationId: OTHER };
  const ids = await told(cookie, 'package_own_2', async () => {
    await act(OWN, 'package_own_1');
    await act(OTHER, 'package_other');
    await act(undefined, 'programme_1', 'programme.created');
    await act(OWN, 'package_own_2');
  });
  expect(ids.filter((id) => id !== officerId)).toEqual(['package_own_1', 'programme_1', 'package_own_2']);
  await grantRole(node.ctx, OPERATOR, grant);
  expect(await told(cookie, 'package_other', async () => {})).toContain('package_other');
  const after = await told(cookie, 'package_own_3', async () => {
    await withdrawRole(node.ctx, OPERATOR, grant);
    await act(OTHER, 'package_withdrawn');
    await act(OWN, 'package_own_3');
  });
  expect(after).not.toContain('package_withdrawn');
});

test('who serves at the node, and when, is told to its administrators only', async () => {
  const press = await node.officer('two', [['press', OWN]]);
  const administrator = await node.officer('three', [['administrator', null]]);
  const watched = await node.officer('four');
  const [byPress, byAdministrator] = [
    await node.enrolled(press.code),
    await node.enrolled(administrator.code),
  ];
  await act(undefined, 'programme_end', 'programme.created');
  expect(await told(byPress.cookie, 'programme_end', async () => {})).not.toContain(watched.officerId);
  expect(await told(byAdministrator.cookie, 'programme_end', async () => {})).toContain(watched.officerId);
});
