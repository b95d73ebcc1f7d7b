import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import { inTransaction } from '#platform/context.ts';
import { SYSTEM, testNodes } from '#test/nodes.ts';
import { notes, sealNote } from '#test/notes.ts';
import { deliveryOf } from './deliveries.ts';
import { postMessages } from './send.ts';

test('of messages that are opened at the same time a refused one keeps no other out, and each has its receipt', async () => {
  const refused: string[] = [];
  const { handler, taken } = notes(({ messageId }) => {
    if (refused.includes(messageId)) throw new IcarusError('operation/not-found', { operation: 'it' });
  });
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  const sealed = await Promise.all(
    Array.from({ length: 12 }, () => sealNote(dk, { operationId, to: ['europol'] })),
  );
  refused.push(sealed[5]?.messageId ?? '');
  await inTransaction(dk.ctx, (tx) => postMessages(dk.ctx, tx, sealed, { actor: SYSTEM }));
  await net.settled();
  const stands = await Promise.all(
    sealed.map(async ({ messageId }) => (await deliveryOf(dk.ctx.db, messageId, net.clock.now()))[0]?.state),
  );
  expect(stands).toEqual(sealed.map((_, place) => (place === 5 ? 'refused' : 'acknowledged')));
  const { rows } = await sql<{ state: string; n: number }>`
    select state, count(*)::int as n from inbox_message group by state order by state`.execute(
    europol.ctx.db,
  );
  expect(rows).toEqual([
    { state: 'opened', n: 11 },
    { state: 'refused', n: 1 },
  ]);
  expect(taken.length).toBeGreaterThanOrEqual(11);
});

test('messages that are opened together share a receipt, which is unpacked nowhere', async () => {
  const { handler } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const { ctx } = net.node('dk');
  const sealed = await Promise.all(
    Array.from({ length: 12 }, () => sealNote(net.node('dk'), { operationId, to: ['europol'] })),
  );
  await inTransaction(ctx, (tx) => postMessages(ctx, tx, sealed, { actor: SYSTEM }));
  await net.settled();
  const { rows } = await sql<{ folder: string | null; receipts: number }>`
    select max(folder) as folder, count(*)::int as receipts
    from inbox_message where kind = 'receipt' and state = 'opened'`.execute(ctx.db);
  expect(rows[0]?.folder).toBeNull();
  expect(rows[0]?.receipts).toBeLessThan(12);
  const stands = await Promise.all(
    sealed.map(async ({ messageId }) => (await deliveryOf(ctx.db, messageId, net.clock.now()))[0]?.state),
  );
  expect(stands).toEqual(sealed.map(() => 'acknowledged'));
});
