/** Opening an operation at once for imminent risk, and what is owed for it, at the terminal. */
import type { Command } from 'commander';
import type { EmergencyView } from '#access/break-glass/schemas.ts';
import type { EmergencyAccess, EmergencyId, EmergencyState } from '#access/break-glass/types.ts';
import { choice } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { type NodeRun, type OperationRun, runOnNode, runOnOperation } from './session.ts';
import { shownTime } from './words.ts';

const STATES: Record<EmergencyState, string> = {
  open: 'open',
  ended: 'to be justified',
  overdue: 'NOT JUSTIFIED IN TIME',
  'to-review': 'justified, to be reviewed',
  closed: 'closed',
};

const OUTCOMES: Record<'justified' | 'not-justified', string> = {
  justified: 'the risk was such that it could not wait',
  'not-justified': 'it was not, or nobody said why',
};

export function breakGlassCommands(program: Command): void {
  const group = addCommand(
    program,
    'break-glass',
    'imminent risk: open an operation at once, and account for it',
    'icarus break-glass open ICARUS --because "A child is with the suspect tonight"',
  );
  addCommand(
    group,
    'open <operation>',
    'open an operation at once: you read it for an hour, and it alarms',
    'icarus break-glass open ICARUS --because "A child is with the suspect tonight"',
  )
    .requiredOption('--because <words>', 'who is at risk, and why it cannot wait')
    .action((codeName: string, { because }: { because: string }, command: Command) =>
      runOnNode(command, (run) => open(run, codeName, because)),
    );
  addCommand(
    group,
    'list',
    'the accesses that stand: yours, and those that you answer for',
    'icarus break-glass list',
  ).action((_options: object, command: Command) => runOnNode(command, list));
  addCommand(
    group,
    'justify <access>',
    'account for yours, within the hour: what you found, did, whom you told',
    'icarus break-glass justify emergency_01… --words "The child was found unharmed at nine"',
  )
    .requiredOption('--words <words>', 'your account')
    .action((id: string, { words }: { words: string }, command: Command) =>
      runOnNode(command, (run) => account(run, id as EmergencyId, words)),
    );
  addCommand(
    group,
    'end <access>',
    'end yours: you need it no more',
    'icarus break-glass end emergency_01…',
  ).action((id: string, _options: object, command: Command) =>
    runOnNode(command, (run) => end(run, id as EmergencyId)),
  );
  reviewCommand(group);
}

function reviewCommand(group: Command): void {
  onOperation(
    addCommand(
      group,
      'review <access>',
      'close the alarm of another’s access, after reading what was opened',
      'icarus break-glass review emergency_01… --outcome justified --words "Read two targets of Malta"',
    ),
  )
    .addOption(choice('--outcome <outcome>', 'your word on it', OUTCOMES).makeOptionMandatory())
    .requiredOption('--words <words>', 'what you found')
    .action((id: string, options: ReviewOptions, command: Command) =>
      runOnOperation(command, (run) => review(run, id as EmergencyId, options)),
    );
}

interface ReviewOptions {
  readonly outcome: keyof typeof OUTCOMES;
  readonly words: string;
}

async function open(run: NodeRun, codeName: string, reason: string): Promise<void> {
  const [{ openByName }, { COMMAND_LINE }, { listOperations }] = await Promise.all([
    import('#access/break-glass/open.ts'),
    import('#access/consultation/reason.ts'),
    import('#operations/store.ts'),
  ]);
  const { ctx } = run.node;
  const opened = await openByName(ctx, run.actor, {
    codeName,
    reason,
    sessionId: COMMAND_LINE,
    operations: () => listOperations(ctx.db),
  });
  const { expiresAt, justifyBy, emergencyId } = opened;
  await tell(run, opened, [
    `${codeName} is open to you until ${shownTime(expiresAt)}. Whoever answers for it is alarmed.`,
    `Account for it until ${shownTime(justifyBy)}: icarus break-glass justify ${emergencyId} --words "…"`,
  ]);
}

async function account(run: NodeRun, emergencyId: EmergencyId, words: string): Promise<void> {
  const { justify } = await import('#access/break-glass/open.ts');
  const justified = await justify(run.node.ctx, run.actor, { emergencyId, words });
  await tell(run, justified, [
    `${emergencyId} is justified. An auditor or data-protection officer reviews it.`,
  ]);
}

async function end(run: NodeRun, emergencyId: EmergencyId): Promise<void> {
  const { endAccess } = await import('#access/break-glass/open.ts');
  const ended = await endAccess(run.node.ctx, run.actor, emergencyId);
  await tell(run, ended, [
    `${emergencyId} is ended.`,
    ...(ended.justified ? [] : [`Account for it until ${shownTime(ended.justifyBy)}.`]),
  ]);
}

async function review(run: OperationRun, emergencyId: EmergencyId, options: ReviewOptions): Promise<void> {
  const { reviewAccess } = await import('#access/break-glass/open.ts');
  const { operationId } = run.operation;
  const reviewed = await reviewAccess(run.node.ctx, run.actor, { operationId, emergencyId, ...options });
  await tell(run, reviewed, [`${emergencyId} is closed: ${options.outcome}.`]);
}

async function list(run: NodeRun): Promise<void> {
  const [{ emergencies }, { mayKnow }] = await Promise.all([
    import('#access/break-glass/store.ts'),
    import('#access/break-glass/views.ts'),
  ]);
  const standing = await emergencies(run.node.ctx.db, { standing: true });
  const shown = await viewsFor(
    run,
    standing.filter((one) => mayKnow(run.actor, one)),
  );
  run.out.result(
    { emergencies: shown },
    tableOr(
      'No operation stands opened at once.',
      ['access', 'operation', 'officer', 'state', 'until', 'justify by', 'reason'],
      shown.map((one) => [
        one.emergencyId,
        one.operation,
        one.officer,
        STATES[one.state],
        shownTime(new Date(one.expiresAt)),
        shownTime(new Date(one.justifyBy)),
        one.reason ?? '',
      ]),
    ),
  );
}

async function tell(run: NodeRun, access: EmergencyAccess, lines: string[]): Promise<void> {
  const [view] = await viewsFor(run, [access]);
  run.out.result({ ...view }, lines);
}

async function viewsFor(run: NodeRun, found: readonly EmergencyAccess[]): Promise<EmergencyView[]> {
  const [{ emergencyViews }, { listOperations }] = await Promise.all([
    import('#access/break-glass/views.ts'),
    import('#operations/store.ts'),
  ]);
  return emergencyViews(run.actor, found, await listOperations(run.node.ctx.db));
}
