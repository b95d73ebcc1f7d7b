import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { IcarusError } from '#core/errors.ts';
import { inTransaction } from '#platform/context.ts';
import { listEvents } from '#custody/record.ts';
import { SYSTEM, type TestNet, type TestNode, testNodes } from '#test/nodes.ts';
import { deliveries, deliveryOf } from './deliveries.ts';
import { inboxById, inboxOf } from './inbox-store.ts';
import type { MessageHandler } from './kinds.ts';
import { postMessage, sealMessage } from './send.ts';

const noteHandler = (notes: string[]): MessageHandler => ({
  kind: 'note',
  async receive(ctx, _tx, message) {
    notes.push(`${ctx.node.agencyId}: ${await readFile(join(message.folder, 'note.txt'), 'utf8')}`);
  },
});

export async function sendNote(
  node: TestNode,
  draft: { operationId: OperationId; to: readonly string[]; text?: string; deadlineAt?: Date },
): Promise<MessageId> {
  const bytes = Buffer.from(draft.text ?? 'a note');
  const sealed = await sealMessage(node.ctx, {
    kind: 'note',
    operationId: draft.operationId,
    to: draft.to as AgencyId[],
    entries: [{ path: 'note.txt', sizeBytes: bytes.length, content: async function* () { yield bytes; } }],
    ...(draft.deadlineAt && { deadlineAt: draft.deadlineAt }),
  });
  await inTransaction(node.ctx, (tx) => postMessage(node.ctx, tx, sealed, { actor: SYSTEM }));
  return sealed.messageId;
}

test('a message goes from the lead by the coordinator to a national node, and the receipts come back', async () => {
  const notes: string[] = [];
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [noteHandler(notes)] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const deadlineAt = new Date('2011-09-22T10:00:00.000Z');
  const messageId = await sendNote(net.node('dk'), { operationId, to: ['mt', 'europol'], text: 'seven targets', deadlineAt });
  await net.settled();
  expect(notes.toSorted()).toEqual(['europol: seven targets', 'mt: seven targets']);
  const lead = await deliveryOf(net.node('dk').ctx.db, messageId, net.clock.now());
  expect(lead.map((d) => [d.recipient, d.state, d.role])).toEqual([['europol', 'acknowledged', 'sender'], ['mt', 'acknowledged', 'sender']]);
  const coordinator = await deliveries(net.node('europol').ctx.db, operationId, net.clock.now());
  expect(coordinator.map((d) => [d.recipient, d.state, d.role, d.deadlineAt])).toEqual([['mt', 'acknowledged', 'courier', deadlineAt]]);
});
