/** Following what was sent: deadlines, officers' notes, and what a counterpart's records say of it. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { MessageId } from '#core/ids.ts';
import type { DeadlineRow } from '#exchange/schemas.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { type OperationRun, runOnNode, runOnOperation } from './session.ts';
import { shownTime } from './words.ts';

export function trackingCommands(inbox: Command, outbox: Command): void {
  onOperation(
    addCommand(
      outbox,
      'overdue',
      'list recipients whose receipt did not come in time',
      'icarus outbox overdue --json',
    ),
  ).action((_options: object, command: Command) =>
    runOnOperation(command, (run) =>
      deadlines(run, 'Nothing is overdue.', ({ delivery }) => delivery.overdue),
    ),
  );
  onOperation(
    addCommand(
      outbox,
      'alarms',
      'list recipients whose receipt is not here though half of its time, or more, has passed',
      'icarus outbox alarms',
    ),
  ).action((_options: object, command: Command) =>
    runOnOperation(command, (run) =>
      deadlines(run, 'No alarm stands.', ({ delivery }) => delivery.alarmPercent !== null),
    ),
  );
  addCommand(
    inbox,
    'note <message>',
    'take note of a message under your name; its sender is told',
    'icarus inbox note message_01…',
  ).action((messageId: string, _options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { takeNote } = await import('#exchange/take-note.ts');
      await takeNote(node.ctx, actor, messageId as MessageId);
      out.result({ messageId }, `You took note of ${messageId}. Its sender is told so under your name.`);
    }),
  );
}

async function deadlines(
  { node, actor, operation, out }: OperationRun,
  none: string,
  wanted: (row: DeadlineRow) => boolean,
): Promise<void> {
  const [{ deadlineList }, { raiseAlarms }] = await Promise.all([
    import('#exchange/deadline-list.ts'),
    import('#exchange/alarms.ts'),
  ]);
  authorize(actor, 'exchange.read', operation);
  // Also without a server that runs: what is due by now is raised before it is listed.
  await raiseAlarms(node.ctx);
  const rows = (await deadlineList(node.ctx, operation.operationId)).rows.filter(wanted);
  out.result(
    { rows },
    tableOr(
      none,
      ['message', 'kind', 'recipient', 'state', 'due', 'passed', 'alarm', 'why'],
      rows.map(({ messageId, kind, deadlineAt, elapsedPercent, delivery }) => [
        messageId,
        kind,
        delivery.recipient,
        delivery.state,
        shownTime(deadlineAt),
        `${Math.floor(elapsedPercent)} %`,
        delivery.alarmPercent === null
          ? ''
          : delivery.alarmPercent === 100
            ? 'over'
            : `${delivery.alarmPercent} %`,
        delivery.code ?? '',
      ]),
    ),
  );
}
