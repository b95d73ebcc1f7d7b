/** Following what was sent: deadlines, officers' notes, and what a counterpart's records say of it. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import type { DeadlineRow } from '#exchange/schemas.ts';
import { agency, instant } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { type OperationRun, runOnNode, runOnOperation } from './session.ts';
import { facts, shownTime } from './words.ts';

export function trackingCommands(program: Command, inbox: Command, outbox: Command): void {
  reconcileCommand(program);
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

interface ReconcileOptions {
  readonly ask?: boolean;
  readonly send?: boolean;
  readonly since?: Date;
  readonly until?: Date;
  readonly out?: string;
}

function reconcileCommand(program: Command): void {
  onOperation(
    addCommand(
      program,
      'reconcile <agency>',
      'compare what this node and another have of the messages between them',
      [
        'icarus reconcile mt --ask',
        'icarus reconcile mt --ask --out /media/stick/to-malta.icarus',
        'icarus reconcile mt',
      ],
    ),
  )
    .option('--ask', 'send this node’s statement and ask the other for theirs')
    .option('--send', 'send this node’s statement only')
    .option('--since <time>', 'only messages sealed from here on', instant)
    .option('--until <time>', 'only messages sealed before', instant)
    .option('--out <file>', 'also write the statement to a file, where there is no network')
    .action((other: string, options: ReconcileOptions, command: Command) =>
      runOnOperation(command, (run) =>
        options.ask || options.send ? sendOurs(run, agency(other), options) : compared(run, agency(other)),
      ),
    );
}

async function sendOurs(
  { node, actor, operation, out }: OperationRun,
  counterpart: AgencyId,
  { ask = false, since, until, out: file }: ReconcileOptions,
): Promise<void> {
  const [{ sendStatement }, { exportFile }] = await Promise.all([
    import('#exchange/reconciliation/send.ts'),
    import('#exchange/files.ts'),
  ]);
  const messageId = await sendStatement(node.ctx, actor, {
    counterpart,
    operationId: operation.operationId,
    answerWanted: ask,
    ...(since && { fromAt: since }),
    ...(until && { untilAt: until }),
  });
  const written = file === undefined ? undefined : await exportFile(node.ctx, actor, messageId, file);
  out.result({ messageId, file: written?.path ?? null }, [
    `This node’s statement for ${counterpart} is sealed as ${messageId} and waits to be delivered.`,
    ...(written ? [`It was written to ${written.path} as well.`] : []),
    ...(ask ? [`Theirs is compared when it comes: see \`icarus reconcile ${counterpart}\`.`] : []),
  ]);
}

async function compared({ node, actor, operation, out }: OperationRun, other: AgencyId): Promise<void> {
  const { counterpartDetail } = await import('#exchange/reconciliation/views.ts');
  authorize(actor, 'exchange.read', operation);
  const detail = await counterpartDetail(node.ctx, operation.operationId, other);
  const { newest, differences, more } = detail;
  if (!newest) throw new IcarusError('exchange/reconciliation-not-found', { agency: other });
  out.result(detail, [
    ...facts([
      ['their statement', shownTime(newest.statedAt)],
      ['compared', shownTime(newest.comparedAt)],
      ['messages from', newest.fromAt === null ? 'the beginning' : shownTime(newest.fromAt)],
      ['messages until', shownTime(newest.untilAt)],
      ['sent by us', `${newest.oursSent}, they have ${newest.oursThere}`],
      ['sent by them', `${newest.theirsSent}, we have ${newest.theirsHere}`],
      ['on the way', newest.onTheWay],
      ['open', newest.open],
      ['alarms', newest.alarms],
    ]),
    '',
    ...tableOr(
      'No difference.',
      ['message', 'kind', 'here', 'there', '', 'what'],
      differences.map((one) => [
        one.messageId,
        one.kind,
        one.here ?? '-',
        one.there ?? '-',
        one.severity === 'alarm' ? 'ALARM' : 'open',
        one.sentence,
      ]),
    ),
    ...(more ? ['There are more: compare a shorter time with --since and --until.'] : []),
  ]);
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
