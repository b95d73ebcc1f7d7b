/** Working a country's targets: what came of each. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { CaseSort, CaseTarget } from '#casework/schemas.ts';
import type { Flag, Outcome, OutcomeKind } from '#casework/types.ts';
import type { CountryCode } from '#core/countries.ts';
import type { SubjectCategory } from '#core/data-subjects.ts';
import { IcarusError } from '#core/errors.ts';
import type { TargetId } from '#core/ids.ts';
import type { NodeIdentity } from '#platform/context.ts';
import { choice, wholeNumber } from './arguments.ts';
import { CATEGORIES, categoriseCommand, openCommand, personWords } from './categorise-command.ts';
import { closedFor } from './closed-persons.ts';
import { addCommand, onOperation } from './commands.ts';
import { table, tableOr } from './output.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, facts, shownSize, shownTime } from './words.ts';

const OUTCOMES: Record<OutcomeKind, string> = {
  positive: 'material was confiscated or a suspect identified',
  negative: 'worked, and neither',
  'not-actionable': 'cannot be worked',
  pending: 'no result yet',
};
const FLAGS: Record<Flag, string> = {
  producer: 'a producer',
  'hands-on': 'a hands-on offender',
  'imminent-risk': 'somebody may be harmed now',
};
const SORTS: Record<CaseSort, string> = {
  urgency: 'imminent risk, then rank',
  'last-seen': 'seen last first',
  recorded: 'recorded last first',
};

interface ListOptions {
  readonly outcome?: OutcomeKind;
  readonly flag?: Flag;
  readonly category?: SubjectCategory;
  readonly sort: CaseSort;
  readonly limit: number;
}

interface RecordOptions {
  readonly outcome: OutcomeKind;
  readonly subscriber: boolean;
  readonly search: boolean;
  readonly identified: number;
  readonly arrested: number;
  readonly safeguarded: number;
  readonly devices: number;
  readonly bytes: number;
  readonly flag?: readonly Flag[];
  readonly note?: string;
  readonly reason?: string;
  readonly seenVersion?: number;
}

export function caseworkCommands(program: Command): void {
  const casework = addCommand(
    program,
    'casework',
    "this country's targets and what came of each",
    'icarus casework list',
  );
  onOperation(
    addCommand(casework, 'list', 'list the targets to work', 'icarus casework list --outcome pending'),
  )
    .addOption(choice('--outcome <kind>', 'only with this outcome', OUTCOMES))
    .addOption(choice('--flag <flag>', 'only with this flag', FLAGS))
    .addOption(choice('--category <kind>', 'only with this person behind', CATEGORIES))
    .addOption(choice('--sort <order>', 'order', SORTS).default('urgency'))
    .option('--limit <n>', 'how many', wholeNumber, 50)
    .action((options: ListOptions, command: Command) => runOnOperation(command, (run) => list(run, options)));
  onOperation(
    addCommand(
      casework,
      'show <target>',
      'show a target and every version of its outcome',
      'icarus casework show target_01…',
    ),
  ).action((targetId: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => show(run, targetId as TargetId)),
  );
  recordCommand(casework);
  categoriseCommand(casework);
  openCommand(casework);
}

function recordCommand(casework: Command): void {
  const record = addCommand(
    casework,
    'record <target>',
    'record what came of a target, whole; the version before stays as it was',
    [
      'icarus casework record target_01… --outcome positive --subscriber --search \\',
      '    --identified 1 --arrested 1 --devices 3 --bytes 2000000000000',
      'icarus casework record target_01… --outcome not-actionable --note "operator kept no record"',
    ],
  );
  onOperation(record)
    .addOption(choice('--outcome <kind>', 'what came of it', OUTCOMES).makeOptionMandatory())
    .option('--subscriber', 'the subscriber is identified', false)
    .option('--search', 'a search was done', false)
    .option('--identified <n>', 'suspects identified, those arrested included', wholeNumber, 0)
    .option('--arrested <n>', 'suspects arrested or detained', wholeNumber, 0)
    .option('--safeguarded <n>', 'victims safeguarded: a number and nothing else', wholeNumber, 0)
    .option('--devices <n>', 'devices and carriers seized', wholeNumber, 0)
    .option('--bytes <n>', 'bytes on them', wholeNumber, 0)
    .addOption(choice('--flag <flag...>', 'what stands out', FLAGS))
    .option('--note <words>', 'stays in the country: it is in no report')
    .option('--reason <words>', 'why something that was recorded before is taken back')
    .option(
      '--seen-version <n>',
      'the version that you saw; where another stands, nothing is recorded',
      wholeNumber,
    )
    .action((targetId: string, options: RecordOptions, command: Command) =>
      runOnOperation(command, (run) => recordOne(run, targetId as TargetId, options)),
    );
}

async function list(run: OperationRun, options: ListOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const [{ caseTargetRows, caseTotals, countCaseTargets }, { caseTarget }] = await Promise.all([
    import('#casework/outcome-store.ts'),
    import('#casework/rows.ts'),
  ]);
  authorize(actor, 'casework.read', operation);
  const { sort, limit, ...chosen } = options;
  const without = await closedFor(run);
  const own = { operationId: operation.operationId, country: ownCountry(node.ctx.node), without };
  const filter = {
    ...own,
    ...(chosen.outcome && { outcome: chosen.outcome }),
    ...(chosen.flag && { flag: chosen.flag }),
    ...(chosen.category && { category: chosen.category }),
  };
  const rows = (await caseTargetRows(node.ctx.db, filter, { sort, offset: 0, limit })).map(caseTarget);
  const total = await countCaseTargets(node.ctx.db, filter);
  const totals = await caseTotals(node.ctx.db, own);
  out.result({ rows, total, totals }, [
    ...tableOr(
      'No target is there. Add the package with `icarus inbox add`, or ask otherwise.',
      ['rank', 'target', 'last seen', 'outcome', 'identified', 'arrested', 'person', 'flags'],
      rows.map(caseRow),
    ),
    ...(total > rows.length
      ? [`${rows.length.toLocaleString('en-GB')} of ${counted(total, 'target')}.`]
      : []),
  ]);
}

function caseRow({
  rank,
  targetId,
  lastSeenAt,
  current,
  person,
  leadFlags,
}: CaseTarget): (string | number)[] {
  return [
    rank,
    targetId,
    shownTime(lastSeenAt),
    current?.outcome ?? 'pending',
    current?.suspectsIdentified ?? 0,
    current?.suspectsArrested ?? 0,
    personWords(person),
    (current?.flags ?? leadFlags).join(', '),
  ];
}

async function show(run: OperationRun, targetId: TargetId): Promise<void> {
  const { node, actor, operation, out } = run;
  const [
    { caseTargetRows, outcomeVersions },
    { personVersions },
    { caseTarget, outcomeVersion, personVersion },
    { withoutLinksTo },
  ] = await Promise.all([
    import('#casework/outcome-store.ts'),
    import('#casework/person-store.ts'),
    import('#casework/rows.ts'),
    import('#packages/linked-targets.ts'),
  ]);
  authorize(actor, 'casework.read', operation);
  const { operationId } = operation;
  const filter = { operationId, country: ownCountry(node.ctx.node), targetId };
  const [row] = await caseTargetRows(node.ctx.db, filter, { sort: 'urgency', offset: 0, limit: 1 });
  if (!row) throw new IcarusError('casework/target-unknown', { target: targetId });
  const history = (await outcomeVersions(node.ctx.db, operationId, targetId)).map(outcomeVersion);
  const statedBy = node.ctx.node.agencyId;
  const said = await personVersions(node.ctx.db, { operationId, targetId, statedBy });
  const persons = said.map(personVersion);
  const document = withoutLinksTo(row.document, await closedFor(run));
  const { reasons, addresses } = document;
  out.result({ target: caseTarget(row), document, history, persons }, [
    ...facts([
      ['target', targetId],
      ['client id', row.clientId],
      ['rank', `${row.rank}, score ${row.score}`],
      ['last seen', shownTime(row.lastSeenAt)],
    ]),
    '',
    ...table(
      ['points', 'for'],
      reasons.map(({ points, words }) => [points, words]),
    ),
    '',
    ...table(
      ['address', 'port', 'last seen', 'operator'],
      addresses.map((one) => [
        one.address,
        one.port === null ? '-' : String(one.port),
        shownTime(one.lastSeenAt),
        one.operator ?? '-',
      ]),
    ),
    '',
    ...tableOr(
      'Nothing is recorded yet: the target is pending.',
      ['version', 'outcome', 'identified', 'arrested', 'recorded', 'by'],
      history.map((one) => [
        one.version,
        one.outcome,
        one.suspectsIdentified,
        one.suspectsArrested,
        shownTime(one.recordedAt),
        one.recordedBy,
      ]),
    ),
    '',
    ...tableOr(
      'Nobody has said who the person is: a potential offender, since he was observed.',
      ['version', 'person', 'recorded', 'by', 'why'],
      persons.map((one) => [
        one.version,
        personWords(one),
        shownTime(one.recordedAt),
        one.recordedBy,
        one.reason,
      ]),
    ),
  ]);
}

async function recordOne(run: OperationRun, targetId: TargetId, options: RecordOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const { recordOutcome } = await import('#casework/record.ts');
  const { note, reason, seenVersion } = options;
  const { operationId: _operation, ...version } = await recordOutcome(node.ctx, actor, {
    ...outcomeOf(options),
    operationId: operation.operationId,
    targetId,
    ...(note !== undefined && { note }),
    ...(reason !== undefined && { reason }),
    ...(seenVersion !== undefined && { seenVersion }),
  });
  out.result(version, [
    `${targetId} is ${version.outcome}, version ${version.version}.`,
    ...facts([
      ['suspects', `${version.suspectsIdentified} identified, ${version.suspectsArrested} arrested`],
      ['seized', `${counted(version.devicesSeized, 'device')}, ${shownSize(version.bytesSeized)}`],
    ]),
    'Tell the coordinator with `icarus report send`.',
  ]);
}

function outcomeOf(options: RecordOptions): Outcome {
  return {
    outcome: options.outcome,
    subscriberIdentified: options.subscriber,
    searchDone: options.search,
    suspectsIdentified: options.identified,
    suspectsArrested: options.arrested,
    victimsSafeguarded: options.safeguarded,
    devicesSeized: options.devices,
    bytesSeized: options.bytes,
    flags: [...new Set(options.flag)],
  };
}

/** A node of no country, such as the coordinator's, works no targets. */
function ownCountry({ country, agencyId }: NodeIdentity): CountryCode {
  if (country === null) throw new IcarusError('report/not-participant', { agency: agencyId });
  return country;
}
