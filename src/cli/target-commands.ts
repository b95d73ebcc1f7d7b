/** Targets: built from the observations, ranked, each score opened into words. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { countryName } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { TargetId } from '#core/ids.ts';
import type { BuildResult } from '#observations/targets/build.ts';
import type { AddressOnClock } from '#observations/targets/target-clock.ts';
import type { Target } from '#observations/types.ts';
import { wholeNumber } from './arguments.ts';
import { closedFor } from './closed-persons.ts';
import { addCommand, onOperation } from './commands.ts';
import { linkCommands } from './link-commands.ts';
import { type Output, table, tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { type FilterOptions, filterOf, targetWorkCommands, withFilters } from './target-work-commands.ts';
import { counted, facts, shownTime } from './words.ts';

interface ListOptions extends FilterOptions {
  readonly limit: number;
  readonly offset: number;
}

export function targetCommands(program: Command): void {
  const targets = addCommand(
    program,
    'targets',
    'users of the network, ranked by urgency',
    'icarus targets list --country MT',
  );
  onOperation(
    addCommand(targets, 'build', 'build and rank the targets from all imports', [
      'icarus targets build',
      'icarus targets build --distributed',
    ]),
  )
    .option('--distributed', 'share the work among all that run `icarus worker`, and wait for them', false)
    .action(({ distributed }: { distributed: boolean }, command: Command) =>
      runOnOperation(command, distributed ? buildTogether : build),
    );
  withFilters(
    onOperation(
      addCommand(targets, 'list', 'list targets', [
        'icarus targets list --country MT --sort last-seen --limit 20',
        'icarus targets list --mark identifiable --hours-left 72',
      ]),
    ),
  )
    .option('--limit <n>', 'how many', wholeNumber, 50)
    .option('--offset <n>', 'how many to pass over', wholeNumber, 0)
    .action((options: ListOptions, command: Command) => runOnOperation(command, (run) => list(run, options)));
  onOperation(
    addCommand(
      targets,
      'show <target>',
      'show a target, its score in words and its addresses',
      'icarus targets show target_01…',
    ),
  ).action((targetId: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => show(run, targetId as TargetId)),
  );
  onOperation(
    addCommand(
      targets,
      'flag <target>',
      'say that somebody may be harmed now: alarms every agency concerned',
      'icarus targets flag target_01… --reason "arranges a meeting with a child on Friday"',
    ),
  )
    .option('--reason <words>', 'why')
    .option('--clear', 'take the alarm back', false)
    .action((targetId: string, options: FlagOptions, command: Command) =>
      runOnOperation(command, (run) => flag(run, targetId as TargetId, options)),
    );
  linkCommands(targets);
  targetWorkCommands(targets);
}

async function build({ node, actor, operation, out, signal }: OperationRun): Promise<void> {
  const { buildTargets } = await import('#observations/targets/build.ts');
  const result = await withProgress('Building targets', (bar) =>
    buildTargets(node.ctx, actor, {
      operationId: operation.operationId,
      signal,
      onProgress: ({ share }) => bar.update(Math.round(share * 100), 100, 'per cent'),
    }),
  );
  sayBuilt(out, result);
}

async function buildTogether({ node, actor, operation, out, signal }: OperationRun): Promise<void> {
  const { buildTargetsShared } = await import('#observations/partition/target-build.ts');
  let alone = false;
  const result = await withProgress('Building targets', (bar) =>
    buildTargetsShared(node.ctx, actor, {
      operationId: operation.operationId,
      signal,
      onProgress({ parts, done, running, workers, waitingSeconds }) {
        bar.update(done, parts, `parts, ${counted(workers, 'worker')}`);
        if (alone || done + running > 0 || waitingSeconds < LONELY_SECONDS) return;
        alone = true;
        out.note('No worker has taken a part yet. Start `icarus worker` here or on other machines.');
      },
    }),
  );
  sayBuilt(out, result);
}

/** So long without any worker at it, a person is told. */
const LONELY_SECONDS = 5;

function sayBuilt(out: Output, result: BuildResult): void {
  out.result(result, [
    `${counted(result.build.targets, 'target')} with ${counted(result.build.places, 'address', 'addresses')}.`,
    ...(result.targetsBefore === null
      ? []
      : [`The build before had ${counted(result.targetsBefore, 'target')}.`]),
  ]);
}

async function list(run: OperationRun, options: ListOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const { countTargets, countryTotals, listTargets } = await import('#observations/targets/target-reader.ts');
  authorize(actor, 'targets.read', operation);
  const { sort, limit, offset } = options;
  const filter = { ...(await filterOf(run, options)), without: await closedFor(run) };
  const rows = await listTargets(node.ctx, { ...filter, sort, limit, offset });
  const total = await countTargets(node.ctx, filter);
  const countries = await countryTotals(node.ctx, operation.operationId);
  out.result({ rows, total, offset, limit, countries }, [
    ...tableOr(
      'No target is there. Build them with `icarus targets build`, or ask for another country.',
      ['target', 'country', 'score', 'files', 'rows', 'last seen', ''],
      rows.map((one) => [
        one.targetId,
        one.country ?? '-',
        one.score,
        one.distinctFiles,
        one.rows,
        shownTime(one.lastSeenAt),
        one.imminentRisk ? 'IMMINENT RISK' : one.known ? 'known' : '',
      ]),
    ),
    ...(total > rows.length
      ? [`${rows.length.toLocaleString('en-GB')} of ${counted(total, 'target')}.`]
      : []),
    '',
    ...table(
      ['country', 'targets', 'identifiable now'],
      countries.map((one) => [one.country ?? '-', one.targets, one.identifiable]),
    ),
  ]);
}

async function show({ node, actor, operation, out }: OperationRun, targetId: TargetId): Promise<void> {
  const [{ targetById }, { targetOnClock }, { scorePartsOf }] = await Promise.all([
    import('#observations/targets/target-reader.ts'),
    import('#observations/targets/target-clock.ts'),
    import('#observations/targets/score-of-target.ts'),
  ]);
  authorize(actor, 'targets.read', operation);
  const target = await targetById(node.ctx, operation.operationId, targetId);
  if (!target) throw new IcarusError('target/not-found', { target: targetId });
  const { clock, addresses } = await targetOnClock(node.ctx, {
    operationId: operation.operationId,
    targetId,
  });
  const parts = await scorePartsOf(node.ctx, target);
  out.result(
    {
      target,
      ranking: { version: target.rankingVersion, rankedAt: target.rankedAt, parts },
      clock,
      addresses,
    },
    [
      ...factLines(target),
      '',
      clock.words,
      '',
      `Score ${target.score}, from:`,
      ...table(
        ['points', 'for'],
        parts.map(({ points, words }) => [points, words]),
      ),
      '',
      ...addressLines(addresses),
    ],
  );
}

function factLines(target: Target): string[] {
  const { A, B, C } = target.filesByCode;
  return facts([
    ['target', target.targetId],
    ['client id', target.clientId],
    ['country', target.country === null ? 'not known' : countryName(target.country)],
    ['seen', `${shownTime(target.firstSeenAt)} to ${shownTime(target.lastSeenAt)}`],
    ['observations', target.rows],
    ['files', `${target.distinctFiles.toLocaleString('en-GB')} (A ${A}, B ${B}, C ${C})`],
    ['rare files', target.rareFiles],
    ['flagged files', target.flaggedFiles],
    [
      'grades',
      Object.entries(target.grades)
        .map(([grade, rows]) => `${grade} ${rows}`)
        .join(', ') || null,
    ],
    ['merged', target.mergedClientIds?.join(', ') ?? null],
    ['software', target.software.join(', ') || null],
    ['imminent risk', target.imminentRisk?.reason ?? null],
    ['known before', target.known?.reason ?? null],
  ]);
}

function addressLines(addresses: readonly AddressOnClock[]): string[] {
  return table(
    [
      'address',
      'port',
      'first seen',
      'last seen',
      'rows',
      'direct',
      'identifiable until',
      'country',
      'operator',
      '',
    ],
    addresses.map((one) => [
      one.address,
      one.port === null ? '-' : String(one.port),
      shownTime(one.firstSeenAt),
      shownTime(one.lastSeenAt),
      one.rows,
      one.directRows,
      untilWords(one.clock),
      one.country ?? '-',
      one.operator ?? '-',
      heedWords(one),
    ]),
  );
}

/** `2011-11-14 09:00 UTC (212 h)`. */
function untilWords(clock: AddressOnClock['clock']): string {
  if (!clock?.until || clock.hoursLeft === null) return '-';
  return `${shownTime(clock.until)} (${clock.hoursLeft < 0 ? 'gone' : `${clock.hoursLeft} h`})`;
}

function heedWords(one: AddressOnClock): string {
  return [
    one.carrierNat && 'carrier NAT',
    one.hosting && 'hosting',
    one.disagreement && 'sources disagree',
    one.afterTheFact && 'attributed after the fact',
  ]
    .filter((words) => words !== false)
    .join(', ');
}

interface FlagOptions {
  readonly reason?: string;
  readonly clear: boolean;
}

async function flag(run: OperationRun, targetId: TargetId, options: FlagOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const reason = options.reason?.trim();
  if (!reason)
    throw new IcarusError('cli/usage', {
      reason: 'Say why with --reason, also when you take the alarm back with --clear.',
      command: 'icarus targets flag',
    });
  const { sayRisk } = await import('#casework/risk-alarm.ts');
  const state = options.clear ? 'cleared' : 'raised';
  const said = await sayRisk(node.ctx, actor, {
    operationId: operation.operationId,
    targetId,
    state,
    reason,
  });
  out.result(said, [
    `${targetId}: imminent risk ${said.state}. The agencies concerned are told at once.`,
    'Without a running server, `icarus outbox deliver` sends the word.',
  ]);
}
