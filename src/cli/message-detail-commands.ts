/** One message with its whole way, and large messages that are being handed over. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { MessageId } from '#core/ids.ts';
import type { DeliveryView, MessageDetail, TransferView } from '#exchange/schemas.ts';
import { addCommand, onOperation } from './commands.ts';
import { table, tableOr } from './output.ts';
import { type OperationRun, runOnNode, runOnOperation } from './session.ts';
import { facts, shownSize, shownTime } from './words.ts';

export function messageDetailCommands(inbox: Command, outbox: Command): void {
  showCommand(inbox, 'received', 'show one message that came, and how far it has come here');
  showCommand(outbox, 'sent', 'show one message that was sent: each recipient, and how far its bytes are');
  addCommand(
    outbox,
    'transfers',
    'list large messages whose bytes are on their way, out of this node and into it',
    'icarus outbox transfers',
  ).action((_options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { transfersUnderWay } = await import('#exchange/transfers.ts');
      const transfers = await transfersUnderWay(node.ctx, actor);
      out.result({ transfers }, tableOr('No large message is on its way.', HEAD, transfers.map(transferRow)));
    }),
  );
}

function showCommand(box: Command, direction: 'sent' | 'received', description: string): void {
  const example = `icarus ${box.name()} show message_01…`;
  onOperation(addCommand(box, 'show <message>', description, example)).action(
    (messageId: string, _options: object, command: Command) =>
      runOnOperation(command, (run) => show(run, messageId as MessageId, direction)),
  );
}

async function show(
  { node, actor, operation, out }: OperationRun,
  messageId: MessageId,
  direction: 'sent' | 'received',
): Promise<void> {
  const { messageDetail } = await import('#exchange/message-detail.ts');
  authorize(actor, 'exchange.read', operation);
  const { operationId } = operation;
  const detail = await messageDetail(node.ctx, { operationId, messageId, direction });
  out.result(detail, detailLines(detail));
}

function detailLines({ message, postedBy, transfers }: MessageDetail): string[] {
  const { deliveries } = message;
  return [
    ...facts([
      ['message', message.messageId],
      ['kind', message.kind],
      ['from', message.from],
      ['to', message.to.join(', ')],
      ['carried by', message.via],
      ['subject', message.subject],
      ['sealed', shownTime(message.createdAt)],
      ['posted by', postedBy],
      ['came', message.receivedAt && shownTime(message.receivedAt)],
      ['state here', message.state],
      ['why', message.sentence],
      ['deadline', message.deadlineAt && shownTime(message.deadlineAt)],
      ['size', shownSize(message.sizeBytes)],
      ['SHA-256', message.sha256],
    ]),
    ...(deliveries.length > 0
      ? ['', ...table(['recipient', 'state', 'since', 'why'], deliveries.map(deliveryRow))]
      : []),
    ...(transfers.length > 0 ? ['', ...table(HEAD, transfers.map(transferRow))] : []),
  ];
}

function deliveryRow(delivery: DeliveryView): string[] {
  const { recipient, state, acknowledgedAt, deliveredAt, sentAt, sentence } = delivery;
  return [recipient, state, shownTime(acknowledgedAt ?? deliveredAt ?? sentAt), sentence ?? ''];
}

const HEAD = ['message', 'way', 'there', 'of', '', 'rate', 'left', 'last moved'];

function transferRow(transfer: TransferView): string[] {
  const { messageId, hop, doneBytes, sizeBytes, bytesPerSecond, secondsLeft, movedAt } = transfer;
  return [
    messageId,
    hop === null ? 'coming here' : `to ${hop}`,
    shownSize(doneBytes),
    shownSize(sizeBytes),
    `${Math.floor((100 * doneBytes) / sizeBytes)} %`,
    bytesPerSecond === null ? '-' : `${shownSize(Math.round(bytesPerSecond))}/s`,
    secondsLeft === null ? '-' : `${secondsLeft.toLocaleString('en-GB')} s`,
    shownTime(movedAt),
  ];
}
