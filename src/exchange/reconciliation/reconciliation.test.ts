import { expect, test } from 'vitest';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { adoptOperation } from '#operations/create.ts';
import { inTransaction } from '#platform/context.ts';
import { entriesOf } from '#seal/fixtures.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { SYSTEM, type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import { notes, sendNote } from '#test/notes.ts';
import { reconciliationHandler } from './receive.ts';
import type { CounterpartDetail, CounterpartList } from './schemas.ts';
import { registerReconciliationJobs } from './send.ts';

async function twoNodes() {
  const handlers = [notes().handler, reconciliationHandler];
  const net = await testNodes(['dk', 'mt'], { handlers, jobs: registerReconciliationJobs });
  const operation = await net.operation({ lead: 'dk', coordinator: 'mt' });
  const { operationId } = operation;
  const { ctx } = net.node('mt');
  await inTransaction(ctx, (tx) => adoptOperation(tx, operation, { at: ctx.clock.now(), actor: 'test' }));
  for (const id of ['dk', 'mt']) net.node(id).signedIn = testOfficer('liaison', operationId);
  return { net, operationId };
}

async function standing(node: TestNode, operationId: OperationId, other: string): Promise<CounterpartDetail> {
  const url = `/nodes/${node.agencyId}/api/operations/${operationId}/reconciliations/${other}`;
  return (await node.app.inject({ url })).json();
}

async function askFor(node: TestNode, operationId: OperationId, other: string) {
  const url = `/nodes/${node.agencyId}/api/operations/${operationId}/reconciliations/${other}`;
  return node.app.inject({ method: 'POST', url, payload: { answerWanted: true } });
}

test('two nodes whose records agree find nothing, each about the other, with proofs of what receipts promised', async () => {
  const { net, operationId } = await twoNodes();
  await using _net = net;
  const [dk, mt] = [net.node('dk'), net.node('mt')];
  for (const text of ['one', 'two', 'three']) await sendNote(dk, { operationId, to: ['mt'], text });
  await net.settled();
  net.clock.advanceHours(2);
  for (const { ctx } of [dk, mt]) await sequenceNow(ctx);
  expect((await askFor(dk, operationId, 'mt')).statusCode).toBe(200);
  await net.settled();

  const agreed = { onTheWay: 0, open: 0, alarms: 0 };
  expect(await standing(mt, operationId, 'dk')).toMatchObject({
    newest: { ...agreed, oursSent: 0, theirsSent: 3, theirsHere: 3 },
    differences: [],
  });
  expect(await standing(dk, operationId, 'mt')).toMatchObject({
    newest: { ...agreed, oursSent: 3, oursThere: 3, theirsSent: 0 },
    askedAt: net.clock.now().toISOString(),
    differences: [],
    more: false,
  });
  const events = await listEvents(dk.ctx.db, { subject: { kind: 'agency', id: 'mt' } });
  expect(events.at(-1)).toMatchObject({
    kind: 'reconciliation.compared',
    facts: { oursThere: 3, alarms: 0 },
  });
  dk.signedIn = testOfficer('press', operationId);
  expect((await askFor(dk, operationId, 'mt')).statusCode).toBe(403);
});

test('what was lost, changed or made up on one side is found on the other', async () => {
  const { net, operationId } = await twoNodes();
  await using _net = net;
  const [dk, mt] = [net.node('dk'), net.node('mt')];
  const note = (text: string) => sendNote(dk, { operationId, to: ['mt'], text });
  const ids = [
    await note('kept'),
    await note('lost'),
    await note('changed'),
    await note('rewritten'),
  ] as const;
  const madeUp = await sendNote(mt, { operationId, to: ['dk'], text: 'from Malta' });
  await net.settled();
  const [, lost, changed, rewritten] = ids;
  // Malta restores an old backup, and somebody there has a hand in the records.
  await arrangeUnlogged(mt.ctx.db, async (tx) => {
    await tx.deleteFrom('inbox_message').where('id', '=', lost).execute();
    const change = (id: string, values: { sha256: string } | { log_leaf: string }) =>
      tx.updateTable('inbox_message').set(values).where('id', '=', id).execute();
    await change(changed, { sha256: 'f'.repeat(64) });
    await change(rewritten, { log_leaf: 'e'.repeat(64) });
    await tx.deleteFrom('delivery').where('message_id', '=', madeUp).execute();
    await tx.deleteFrom('outbox_message').where('id', '=', madeUp).execute();
  });
  net.clock.advanceHours(2);
  for (const { ctx } of [dk, mt]) await sequenceNow(ctx);
  await askFor(dk, operationId, 'mt');
  await net.settled();
  const { newest, differences } = await standing(dk, operationId, 'mt');
  expect(newest).toMatchObject({
    oursSent: 4,
    oursThere: 3,
    theirsSent: 1,
    theirsHere: 0,
    alarms: 4,
    open: 0,
  });
  expect(new Map(differences.map(({ messageId, difference }) => [messageId, difference]))).toEqual(
    new Map([
      [lost, 'lost-there'],
      [changed, 'other-digest'],
      [rewritten, 'other-leaf'],
      [madeUp, 'unknown-there'],
    ]),
  );
  expect(differences.every(({ sentence }) => sentence.endsWith('.'))).toBe(true);
  const list = (
    await dk.app.inject({ url: `/nodes/dk/api/operations/${operationId}/reconciliations` })
  ).json<CounterpartList>();
  expect(list.counterparts).toMatchObject([{ agencyId: 'mt', newest: { alarms: 4 } }]);
});

test('a statement that is not of its form, by another, or out of order is refused and compared with nothing', async () => {
  const { net, operationId } = await twoNodes();
  await using _net = net;
  const [dk, mt] = [net.node('dk'), net.node('mt')];
  const statement = {
    format: 'icarus-reconciliation/1',
    operationId,
    by: 'mt',
    with: 'dk',
    fromAt: null,
    untilAt: net.clock.now().toISOString(),
    at: net.clock.now().toISOString(),
    entries: 1,
    answerWanted: false,
  };
  const line = (messageId: string) =>
    `${JSON.stringify({ messageId, kind: 'note', direction: 'sent', sha256: 'a'.repeat(64), state: 'queued' })}\n`;
  const state = async (change: object, lines = line('message_a')) => {
    const sealed = await sealMessage(mt.ctx, {
      kind: 'reconciliation',
      operationId,
      to: ['dk' as AgencyId],
      entries: entriesOf({
        'statement.json': JSON.stringify({ ...statement, ...change }),
        'entries.ndjson': lines,
      }),
    });
    await inTransaction(mt.ctx, (tx) => postMessage(mt.ctx, tx, sealed, { actor: SYSTEM }));
    await net.settled();
    return inboxById(dk.ctx.db, sealed.messageId);
  };
  const refused = { state: 'refused', code: 'exchange/reconciliation-invalid' };
  expect(await state({ by: 'fr' })).toMatchObject(refused);
  expect(await state({ with: 'fr' })).toMatchObject(refused);
  expect(await state({ format: 'icarus-reconciliation/2' })).toMatchObject(refused);
  expect(await state({ entries: 2 })).toMatchObject(refused);
  expect(await state({}, '{}\n')).toMatchObject(refused);
  expect(await state({ entries: 2 }, line('message_b') + line('message_a'))).toMatchObject(refused);
  expect((await standing(dk, operationId, 'mt')).newest).toBeNull();
  expect(await state({})).toMatchObject({ state: 'opened' });
  expect((await standing(dk, operationId, 'mt')).newest).toMatchObject({ theirsSent: 1, onTheWay: 1 });
  expect((await standing(dk, operationId, 'xx')) as unknown).toMatchObject({ code: 'agency/not-found' });
});
