/** Operational meetings: planned, held, decided, their minutes approved and printed. */
import { type Command, InvalidArgumentError } from 'commander';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import type { Attendance, DecisionId, Meeting, MeetingId } from '#operations/meeting-types.ts';
import { agency, asIs, eachOf, instant } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { table, tableOr } from './output.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { facts, shownTime } from './words.ts';

interface PlanOptions {
  readonly place: string;
  readonly start: Date;
  readonly end: Date;
  readonly invite: readonly AgencyId[];
  readonly agenda?: readonly string[];
}

interface DecideOptions {
  readonly text?: string;
  readonly releasePackages: boolean;
  readonly responsible?: AgencyId;
  readonly due?: Date;
  readonly supersedes?: string;
}

export function meetingCommands(program: Command): void {
  const meeting = addCommand(
    program,
    'meeting',
    'operational meetings: attendance, decisions, minutes',
    'icarus meeting list',
  );
  onOperation(
    addCommand(meeting, 'plan <title>', 'plan a meeting', [
      'icarus meeting plan "Operational meeting" --place "The Hague" --start 2011-09-21T09:00+02:00 \\',
      '    --end 2011-09-21T17:00+02:00 --invite dk --invite mt --agenda "Handing over of packages"',
    ]),
  )
    .requiredOption('--place <place>', 'where')
    .requiredOption('--start <time>', 'when it begins, with its zone', instant)
    .requiredOption('--end <time>', 'when it ends, with its zone', instant)
    .requiredOption('--invite <agency>', 'an agency; may stand again', eachOf(agency))
    .option('--agenda <title>', 'an item of the agenda; may stand again', eachOf(asIs))
    .action((title: string, options: PlanOptions, command: Command) =>
      runOnOperation(command, (run) => plan(run, title, options)),
    );
  onOperation(addCommand(meeting, 'list', 'list the meetings', 'icarus meeting list')).action(
    (_options: object, command: Command) => runOnOperation(command, list),
  );
  onOperation(
    addCommand(
      meeting,
      'show <meeting>',
      'show a meeting and its decisions',
      'icarus meeting show meeting_01…',
    ),
  ).action((id: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => show(run, id as MeetingId)),
  );
  heldCommands(meeting);
  minutesCommands(meeting);
}

function heldCommands(meeting: Command): void {
  onOperation(
    addCommand(
      meeting,
      'hold <meeting>',
      'record that it was held and who was there',
      'icarus meeting hold meeting_01… --present "dk:Officer DK-1, Officer DK-2" --present "mt:Officer MT-1"',
    ),
  )
    .requiredOption(
      '--present <agency:officers>',
      'an agency and its officers; may stand again',
      eachOf(attendance),
    )
    .action((id: string, options: { present: readonly Attendance[] }, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
        const { holdMeeting } = await import('#operations/meeting.ts');
        const { present } = options;
        const held = await holdMeeting(node.ctx, actor, { operationId, meetingId: id as MeetingId, present });
        out.result(held, `Held, with ${present.map(({ agencyId }) => agencyId).join(', ')}.`);
      }),
    );
  onOperation(
    addCommand(meeting, 'decide <meeting>', 'record a decision; one that no longer holds is superseded', [
      'icarus meeting decide meeting_01… --text "Europol collects the results" --responsible europol',
      'icarus meeting decide meeting_01… --release-packages',
    ]),
  )
    .option('--text <words>', 'what was decided')
    .option('--release-packages', 'the packages may go out from now on', false)
    .option('--responsible <agency>', 'who sees to it', agency)
    .option('--due <time>', 'by when, with its zone', instant)
    .option('--supersedes <decision>', 'the decision that this one replaces')
    .action((id: string, options: DecideOptions, command: Command) =>
      runOnOperation(command, (run) => decide(run, id as MeetingId, options)),
    );
}

function minutesCommands(meeting: Command): void {
  onOperation(
    addCommand(
      meeting,
      'approve-minutes <meeting>',
      'approve the minutes that you looked at; the meeting is closed',
      'icarus meeting approve-minutes meeting_01… --digest 77aa…',
    ),
  )
    .requiredOption('--digest <value>', 'as `icarus meeting show` prints it')
    .action((id: string, options: { digest: string }, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
        const { approveMinutes } = await import('#operations/minutes.ts');
        const ref = { operationId, meetingId: id as MeetingId };
        const closed = await approveMinutes(node.ctx, actor, { ...ref, digest: options.digest });
        out.result(closed, 'The minutes are approved.');
      }),
    );
  onOperation(
    addCommand(
      meeting,
      'minutes <meeting>',
      'write the minutes as a DOCX file',
      'icarus meeting minutes meeting_01… --out minutes.docx',
    ),
  )
    .requiredOption('--out <file>', 'a file that is not there yet')
    .action((id: string, options: { out: string }, command: Command) =>
      runOnOperation(command, (run) => minutes(run, id as MeetingId, options.out)),
    );
}

async function plan(
  { node, actor, operation, out }: OperationRun,
  title: string,
  options: PlanOptions,
): Promise<void> {
  const { planMeeting } = await import('#operations/meeting.ts');
  const meeting = await planMeeting(node.ctx, actor, {
    operationId: operation.operationId,
    title,
    place: options.place,
    startsAt: options.start,
    endsAt: options.end,
    invited: options.invite,
    ...(options.agenda && { agenda: options.agenda }),
  });
  out.result(meeting, `Planned as ${meeting.meetingId}, ${shownTime(meeting.startsAt)}.`);
}

async function list({ node, actor, operation, out }: OperationRun): Promise<void> {
  const { listMeetings } = await import('#operations/meeting-store.ts');
  authorize(actor, 'meeting.read', operation);
  const meetings = await listMeetings(node.ctx.db, operation.operationId);
  out.result(
    meetings,
    tableOr(
      'No meeting was planned.',
      ['meeting', 'title', 'begins', 'state', 'decisions'],
      meetings.map((one) => [
        one.meetingId,
        one.title,
        shownTime(one.startsAt),
        one.state,
        one.decisions.length,
      ]),
    ),
  );
}

async function show({ node, actor, operation, out }: OperationRun, meetingId: MeetingId): Promise<void> {
  const [{ requireMeeting }, { minutesDigest }] = await Promise.all([
    import('#operations/meeting.ts'),
    import('#operations/minutes.ts'),
  ]);
  authorize(actor, 'meeting.read', operation);
  const meeting = await requireMeeting(node.ctx.db, { operationId: operation.operationId, meetingId });
  const digest = minutesDigest(meeting, operation);
  out.result({ ...meeting, digest }, [
    ...facts([
      ['meeting', meeting.title],
      ['place', meeting.place],
      ['time', `${shownTime(meeting.startsAt)} to ${shownTime(meeting.endsAt)}`],
      ['state', meeting.state],
      ['digest', digest],
    ]),
    '',
    ...table(
      ['agency', 'invited', 'present'],
      meeting.agencies.map((one) => [
        one.name,
        one.invited ? 'yes' : 'no',
        one.attendants.join(', ') || 'no',
      ]),
    ),
    ...meeting.agenda.map((item, i) => `${i === 0 ? '\n' : ''}Item ${i + 1}: ${item}`),
    '',
    ...decisionLines(meeting),
  ]);
}

function decisionLines({ decisions }: Meeting): string[] {
  return decisions.length === 0
    ? ['Nothing was decided yet.']
    : decisions.map(
        (one) =>
          `Decision ${one.number}${one.supersededBy ? ' (superseded)' : ''}: ${one.text}${one.responsible ? ` [${one.responsible}]` : ''}  ${one.decisionId}`,
      );
}

async function decide(run: OperationRun, meetingId: MeetingId, options: DecideOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const { recordDecision, releaseDecision } = await import('#operations/meeting-decisions.ts');
  const { text, releasePackages, responsible, due, supersedes } = options;
  const common = {
    operationId: operation.operationId,
    meetingId,
    dueAt: due,
    supersedes: supersedes as DecisionId | undefined,
  };
  if (!releasePackages && text === undefined)
    throw new IcarusError('cli/usage', {
      reason: 'Say with --text what was decided, or give --release-packages.',
      command: 'icarus meeting decide',
    });
  const meeting = releasePackages
    ? await releaseDecision(node.ctx, actor, { ...common, text })
    : await recordDecision(node.ctx, actor, {
        ...common,
        text: text ?? '',
        responsible,
      });
  out.result(meeting, decisionLines(meeting));
}

async function minutes(
  { node, actor, operation, out }: OperationRun,
  meetingId: MeetingId,
  path: string,
): Promise<void> {
  const [{ printMinutes }, { stagingFile }] = await Promise.all([
    import('#operations/minutes.ts'),
    import('#platform/staging-folder.ts'),
  ]);
  const { bytes } = await printMinutes(node.ctx, actor, { operationId: operation.operationId, meetingId });
  const file = await stagingFile(path);
  await file.write(bytes);
  await file.commit();
  out.result({ file: path }, `${path} holds the minutes.`);
}

/** `dk:Officer DK-1, Officer DK-2` */
function attendance(text: string): Attendance {
  const colon = text.indexOf(':');
  const attendants = text
    .slice(colon + 1)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (colon < 0 || attendants.length === 0)
    throw new InvalidArgumentError('Give an agency and its officers, as "dk:Officer DK-1, Officer DK-2".');
  return { agencyId: agency(text.slice(0, colon)), attendants };
}
