/** Working a list of targets: which few account for most, what is known of whom, with which weights, as a file. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { TargetId } from '#core/ids.ts';
import type { TargetMark, TargetSort } from '#observations/targets/target-query.ts';
import type { SeverityCode } from '#observations/types.ts';
import { asIs, choice, country, eachOf, jsonFile, wholeNumber } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { CODES, MARKS, SORTS } from './target-words.ts';
import { counted, shownTime } from './words.ts';

export interface FilterOptions {
  readonly country?: string;
  readonly search?: string;
  readonly severity?: SeverityCode;
  readonly mark?: readonly TargetMark[];
  readonly hoursLeft?: number;
  readonly leastFiles?: number;
  readonly sort: TargetSort;
}

/** The options that say which targets, in which order. */
export function withFilters(command: Command): Command {
  return command
    .option('--country <code>', 'of one country; none for those of no known country')
    .option('--search <text>', 'beginning of a client id, or a whole address')
    .addOption(choice('--severity <code>', 'with a file of this code', CODES))
    .addOption(
      choice(
        '--mark <mark>',
        `with this mark; may stand several times, then with all: ${Object.entries(MARKS)
          .map(([mark, words]) => `${mark}: ${words}`)
          .join('; ')}`,
        MARKS,
      ).argParser(eachOf(markOf)),
    )
    .option('--hours-left <n>', 'still to be identified, but not for longer than so many hours', wholeNumber)
    .option('--least-files <n>', 'with at least so many distinct files', wholeNumber)
    .addOption(choice('--sort <order>', 'order', SORTS).default('urgency'));
}

function markOf(text: string): TargetMark {
  if (text in MARKS) return text as TargetMark;
  throw new IcarusError('cli/usage', {
    reason: `There is no mark ${text}; the marks are ${Object.keys(MARKS).join(', ')}.`,
    command: 'icarus targets list',
  });
}

/** The filter that the options mean. */
export async function filterOf({ node, operation }: OperationRun, options: FilterOptions) {
  const { searchFilter } = await import('#observations/targets/address-search.ts');
  const { country: code, search, severity, mark, hoursLeft, leastFiles } = options;
  return {
    operationId: operation.operationId,
    ...(await searchFilter(node.ctx, operation.operationId, search)),
    country: code === 'none' ? null : code?.toUpperCase(),
    severity,
    marks: mark,
    hoursLeft,
    leastFiles,
  };
}

export function targetWorkCommands(targets: Command): void {
  onOperation(
    addCommand(
      targets,
      'cover',
      'if only so many can be worked: those that together account for most of the files',
      'icarus targets cover --country PL --most 20',
    ),
  )
    .option('--country <code>', 'of one country', country)
    .option('--most <n>', 'how many can be worked', wholeNumber, 25)
    .option('--hearsay', 'also targets that no direct grade saw', false)
    .option('--expired', 'also targets whose records are gone', false)
    .action((options: CoverOptions, command: Command) =>
      runOnOperation(command, (run) => cover(run, options)),
    );
  onOperation(
    addCommand(
      targets,
      'known <target>',
      'note that something is known of a target already: it then comes before every score',
      'icarus targets known target_01… --reason "suspect of an earlier case"',
    ),
  )
    .option('--reason <words>', 'what is known')
    .option('--clear', 'take it back', false)
    .action((targetId: string, options: KnownOptions, command: Command) =>
      runOnOperation(command, (run) => known(run, targetId as TargetId, options)),
    );
  withFilters(
    onOperation(
      addCommand(
        targets,
        'export <file>',
        'write a filtered list as CSV or, by the name of the file, as Parquet; it is recorded',
        'icarus targets export poland.csv --country PL --mark identifiable',
      ),
    ),
  ).action((file: string, options: FilterOptions, command: Command) =>
    runOnOperation(command, (run) => exportList(run, file, options)),
  );
  onOperation(
    addCommand(
      targets,
      'rank',
      'rank the targets again, with the weights and retention rules in force',
      'icarus targets rank',
    ),
  ).action((_options: object, command: Command) => runOnOperation(command, rank));
  rankingCommands(targets);
}

function rankingCommands(targets: Command): void {
  const ranking = addCommand(targets, 'ranking', 'the weights of the ranking', 'icarus targets ranking show');
  onOperation(
    addCommand(
      ranking,
      'show',
      'print the weights in force as JSON',
      'icarus targets ranking show > weights.json',
    ),
  ).action((_options: object, command: Command) => runOnOperation(command, showRanking));
  onOperation(
    addCommand(ranking, 'list', 'list the saved profiles, with their reasons', 'icarus targets ranking list'),
  ).action((_options: object, command: Command) => runOnOperation(command, listRankings));
  onOperation(
    addCommand(
      ranking,
      'save <file>',
      'save weights as the next version of a name; they count from the next ranking on',
      'icarus targets ranking save weights.json --name urgency --reason "rare files matter more"',
    ),
  )
    .requiredOption('--name <name>', 'name of the profile', asIs)
    .requiredOption('--reason <words>', 'why', asIs)
    .action((file: string, options: { name: string; reason: string }, command: Command) =>
      runOnOperation(command, (run) => saveRanking(run, file, options)),
    );
}

interface CoverOptions {
  readonly country?: string;
  readonly most: number;
  readonly hearsay: boolean;
  readonly expired: boolean;
}

async function cover(
  { node, actor, operation, out, signal }: OperationRun,
  options: CoverOptions,
): Promise<void> {
  const { coverTargets } = await import('#observations/targets/cover.ts');
  const result = await withProgress('Choosing targets', (bar) =>
    coverTargets(
      node.ctx,
      actor,
      { operationId: operation.operationId, ...options },
      { signal, onProgress: (share) => bar.update(Math.round(share * 100), 100, 'per cent') },
    ),
  );
  out.result(result, [
    ...tableOr(
      'No target can be chosen. Build the targets, or allow --hearsay or --expired.',
      ['', 'target', 'country', '', 'because it'],
      result.rows.map((row, n) => [n + 1, row.targetId, row.country ?? '-', row.standing ?? '', row.words]),
    ),
    ...(result.exact
      ? []
      : ['Not all targets fitted into memory: another might add more. Ask for one country.']),
  ]);
}

interface KnownOptions {
  readonly reason?: string;
  readonly clear: boolean;
}

async function known(
  { node, actor, operation, out }: OperationRun,
  targetId: TargetId,
  { reason, clear }: KnownOptions,
): Promise<void> {
  if (clear === (reason !== undefined))
    throw new IcarusError('cli/usage', {
      reason: 'Say what is known with --reason, or take it back with --clear.',
      command: 'icarus targets known',
    });
  const { noteKnown } = await import('#observations/targets/prior-knowledge.ts');
  const { inTransaction } = await import('#platform/context.ts');
  const said = { operationId: operation.operationId, targetId, reason: reason ?? null };
  await inTransaction(node.ctx, (tx) => noteKnown(node.ctx, tx, actor, said));
  out.result(said, clear ? `${targetId}: what was known is taken back.` : `${targetId}: known before.`);
}

async function exportList(run: OperationRun, file: string, options: FilterOptions): Promise<void> {
  const { exportTargetList } = await import('#observations/targets/export-list.ts');
  const { node, actor, out, signal } = run;
  authorize(actor, 'targets.read', run.operation);
  const format = file.toLowerCase().endsWith('.parquet') ? 'parquet' : 'csv';
  const filter = await filterOf(run, options);
  const request = { ...filter, searched: options.search, sort: options.sort, format, signal } as const;
  const targets = await exportTargetList(node.ctx, actor, request, file);
  out.result(
    { file, format, targets },
    `${counted(targets, 'target')} written to ${file}. The export is recorded.`,
  );
}

async function rank({ node, actor, operation, out, signal }: OperationRun): Promise<void> {
  const { rankAgain } = await import('#observations/targets/rank.ts');
  const build = await rankAgain(node.ctx, actor, { operationId: operation.operationId, signal });
  const { name, version } = build.profile;
  out.result(build, `${counted(build.targets, 'target')} ranked by ${name}-${version}.`);
}

async function showRanking({ node, actor, operation, out }: OperationRun): Promise<void> {
  const { currentProfile } = await import('#observations/targets/ranking-profiles.ts');
  authorize(actor, 'targets.read', operation);
  const { name: _name, version: _version, ...weights } = await currentProfile(node.ctx.db);
  out.result(weights, JSON.stringify(weights, null, 2));
}

async function listRankings({ node, actor, operation, out }: OperationRun): Promise<void> {
  const { profilesOf } = await import('#observations/targets/ranking-profiles.ts');
  authorize(actor, 'targets.read', operation);
  const profiles = await profilesOf(node.ctx.db);
  const rows = profiles.map(({ profile, savedAt, savedBy, reason }) => [
    `${profile.name}-${profile.version}`,
    shownTime(savedAt),
    savedBy ?? '-',
    reason,
  ]);
  out.result(profiles, tableOr('', ['profile', 'saved', 'by', 'because'], rows));
}

async function saveRanking(
  { node, actor, operation, out }: OperationRun,
  file: string,
  options: { name: string; reason: string },
): Promise<void> {
  const { saveProfile } = await import('#observations/targets/ranking-profiles.ts');
  const weights = await jsonFile(file);
  const saved = await saveProfile(node.ctx, actor, {
    operationId: operation.operationId,
    ...options,
    weights,
  });
  out.result(saved, `${saved.name}-${saved.version} is saved. It counts from \`icarus targets rank\` on.`);
}
