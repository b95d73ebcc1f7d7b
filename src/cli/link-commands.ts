/** Which targets may be one: suggested by rules, merged, split and dismissed by an officer. Below `icarus targets`. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { TargetId } from '#core/ids.ts';
import type { LinkSuggestion, LinkType, Merge, MergeId } from '#observations/links/types.ts';
import { sayProposed } from './approval-commands.ts';
import { choice, wholeNumber } from './arguments.ts';
import { closedFor } from './closed-persons.ts';
import { addCommand, onOperation } from './commands.ts';
import { table, tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, facts, shownTime } from './words.ts';

const TYPES: Record<LinkType, string> = {
  'same-address-and-port': 'one followed the other at an address and port',
  'id-replaced': 'one began where the other had ended for good',
  'same-address-same-files': 'one address within days, and the same rare files',
  'same-files': 'one after the other anywhere, and the same rare files',
};

interface ListOptions {
  readonly type?: LinkType;
  readonly minimumScore: number;
  readonly dismissed: boolean;
  readonly limit: number;
  readonly offset: number;
}

interface ActOptions {
  readonly reason?: string;
  readonly packagesSeen: boolean;
}

export function linkCommands(targets: Command): void {
  readingCommands(targets);
  decidingCommands(targets);
}

function readingCommands(targets: Command): void {
  onOperation(
    addCommand(targets, 'suggest', 'compute which targets may be one', 'icarus targets suggest'),
  ).action((_options: object, command: Command) => runOnOperation(command, suggest));
  onOperation(
    addCommand(targets, 'links [target]', 'list suggested links, of one target or of all', [
      'icarus targets links --minimum-score 90',
      'icarus targets links target_01…',
    ]),
  )
    .addOption(choice('--type <rule>', 'of one rule', TYPES))
    .option('--minimum-score <points>', 'at least so many points of 100', wholeNumber, 0)
    .option('--dismissed', 'those that were dismissed', false)
    .option('--limit <n>', 'how many', wholeNumber, 50)
    .option('--offset <n>', 'how many to pass over', wholeNumber, 0)
    .action((target: string | undefined, options: ListOptions, command: Command) =>
      runOnOperation(command, (run) => list(run, target as TargetId | undefined, options)),
    );
  onOperation(
    addCommand(
      targets,
      'link <earlier> <later>',
      'open a suggestion: its score in words and the rows behind it',
      'icarus targets link target_01… target_02… --type id-replaced',
    ),
  )
    .addOption(choice('--type <rule>', 'the rule that suggests it', TYPES).default('same-address-and-port'))
    .action((earlier: string, later: string, options: { type: LinkType }, command: Command) =>
      runOnOperation(command, (run) =>
        open(run, { earlier: earlier as TargetId, later: later as TargetId, type: options.type }),
      ),
    );
  onOperation(
    addCommand(targets, 'merges', 'list merges and splits, newest first', 'icarus targets merges'),
  ).action((_options: object, command: Command) => runOnOperation(command, merges));
}

function decidingCommands(targets: Command): void {
  onOperation(
    addCommand(
      targets,
      'merge <targets...>',
      'say that targets are one; can be undone by split',
      'icarus targets merge target_01… target_02… --reason "one handle in the chat logs"',
    ),
  )
    .option('--reason <words>', 'why')
    .option('--packages-seen', 'you know which frozen packages hold them; they stay as they are', false)
    .action((ids: string[], options: ActOptions, command: Command) =>
      runOnOperation(command, (run) => merge(run, ids as TargetId[], options)),
    );
  onOperation(
    addCommand(
      targets,
      'split <merge>',
      'undo a merge: everything stands as before it',
      'icarus targets split merge_01… --reason "two brothers in one household"',
    ),
  )
    .option('--reason <words>', 'why')
    .option('--packages-seen', 'you know which frozen packages hold them; they stay as they are', false)
    .action((mergeId: string, options: ActOptions, command: Command) =>
      runOnOperation(command, (run) => split(run, mergeId as MergeId, options)),
    );
  onOperation(
    addCommand(
      targets,
      'dismiss <target> <other>',
      'say that two are not one, so that they are not suggested again',
      'icarus targets dismiss target_01… target_02… --reason "a café"',
    ),
  )
    .option('--reason <words>', 'why')
    .option('--take-back', 'suggest them again', false)
    .action((target: string, other: string, options: DismissOptions, command: Command) =>
      runOnOperation(command, (run) => dismiss(run, [target as TargetId, other as TargetId], options)),
    );
}

async function suggest({ node, actor, operation, out, signal }: OperationRun): Promise<void> {
  const { suggestLinks } = await import('#observations/links/suggest.ts');
  const result = await withProgress('Comparing client ids', (bar) =>
    suggestLinks(node.ctx, actor, {
      operationId: operation.operationId,
      signal,
      onProgress: (share) => bar.update(Math.round(share * 100), 100, 'per cent'),
    }),
  );
  out.result(result, [
    `${counted(result.suggestions, 'suggestion')}, none of them a fact until an officer decides.`,
    ...table(['suggestions', 'rule'], rulesOf(result.byType)),
    `${counted(result.suppressed.crowded, 'address', 'addresses')} (with or without port) link nothing: too many ids used them.`,
  ]);
}

function rulesOf(byType: Readonly<Record<LinkType, number>>): [number, string][] {
  return (Object.keys(TYPES) as LinkType[]).map((type) => [byType[type], `${type}: ${TYPES[type]}`]);
}

async function list(run: OperationRun, targetId: TargetId | undefined, options: ListOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const { suggestionsOf } = await import('#observations/links/suggestions.ts');
  authorize(actor, 'targets.read', operation);
  const page = await suggestionsOf(node.ctx, {
    ...options,
    operationId: operation.operationId,
    targetIds: targetId && [targetId],
    without: await closedFor(run),
  });
  if (!page.run) throw new IcarusError('links/none-computed');
  out.result(page, [
    ...tableOr(
      'Nothing is suggested here. Ask for another target or rule, or a lower score.',
      ['score', 'rule', 'earlier', 'later', 'where', 'later from'],
      page.suggestions.map((one) => [
        one.score,
        one.type,
        one.earlier.targetId,
        one.later.targetId,
        placeOf(one),
        shownTime(one.later.firstSeenAt),
      ]),
    ),
    ...(page.total > page.suggestions.length
      ? [`${page.suggestions.length.toLocaleString('en-GB')} of ${counted(page.total, 'suggestion')}.`]
      : []),
  ]);
}

function placeOf({ address, port }: LinkSuggestion): string {
  if (address === null) return 'by files';
  return port === null ? address : `${address} port ${port}`;
}

async function open(
  { node, actor, operation, out }: OperationRun,
  wanted: { readonly earlier: TargetId; readonly later: TargetId; readonly type: LinkType },
): Promise<void> {
  const [{ requireSuggestion }, { linkRows }, { explainLink }] = await Promise.all([
    import('#observations/links/suggestions.ts'),
    import('#observations/links/evidence.ts'),
    import('#observations/links/rules.ts'),
  ]);
  const { operationId } = operation;
  authorize(actor, 'observations.read', { operationId });
  const suggestion = await requireSuggestion(node.ctx, operationId, wanted);
  const behind = await linkRows(node.ctx, { operationId, suggestion });
  const parts = explainLink(suggestion);
  const use = ({ firstSeenAt, lastSeenAt }: LinkSuggestion['earlier']) =>
    `${shownTime(firstSeenAt)} to ${shownTime(lastSeenAt)}`;
  out.result({ suggestion, parts, ...behind }, [
    ...facts([
      ['earlier', `${suggestion.earlier.clientId}, ${use(suggestion.earlier)}`],
      ['later', `${suggestion.later.clientId}, ${use(suggestion.later)}`],
      ['where', placeOf(suggestion)],
    ]),
    '',
    `Score ${suggestion.score}, from:`,
    ...table(
      ['points', 'for'],
      parts.map(({ points, words }) => [points, words]),
    ),
    '',
    ...table(
      ['observed', 'client id', 'address', 'port', 'file of the log', 'line'],
      behind.rows.map((row) => [
        row.observedAt.toISOString(),
        row.clientId,
        row.address,
        row.port === null ? '-' : String(row.port),
        row.fileName,
        String(row.line),
      ]),
    ),
    ...(behind.total > behind.rows.length
      ? [`${behind.rows.length} of ${counted(behind.total, 'row')}.`]
      : []),
  ]);
}

async function merges(run: OperationRun): Promise<void> {
  const { node, actor, operation, out } = run;
  const { allMerges } = await import('#observations/links/merge-store.ts');
  const { mergeViews } = await import('#observations/links/views.ts');
  authorize(actor, 'targets.read', operation);
  const all = await allMerges(node.ctx.db, operation.operationId);
  const views = mergeViews(all, await closedFor(run));
  out.result(
    { merges: views },
    tableOr(
      'No targets were merged. See what is suggested with `icarus targets links`.',
      ['merge', 'target', 'members', 'state', 'at', 'reason'],
      views.map((one) => [
        one.mergeId,
        one.targetId,
        one.members.length,
        one.stands ? 'stands' : one.split ? 'split' : 'taken into a later merge',
        shownTime(one.split?.at ?? one.at),
        one.split?.reason ?? one.reason,
      ]),
    ),
  );
}

function reasonOf({ reason }: { readonly reason?: string }, command: string): string {
  const words = reason?.trim();
  if (!words)
    throw new IcarusError('cli/usage', {
      reason: 'Say why with --reason.',
      command: `icarus targets ${command}`,
    });
  return words;
}

async function merge(
  { node, actor, operation, out }: OperationRun,
  targetIds: TargetId[],
  options: ActOptions,
): Promise<void> {
  const [{ mergeTargets }, { orPropose }] = await Promise.all([
    import('#packages/merge-targets.ts'),
    import('#access/approvals/proposals.ts'),
  ]);
  const { operationId } = operation;
  const { packagesSeen } = options;
  const reason = reasonOf(options, 'merge');
  const made = await orPropose(node.ctx, actor, {
    reason,
    act: () => mergeTargets(node.ctx, actor, { operationId, targetIds, reason, packagesSeen }),
  });
  if ('proposal' in made) return sayProposed(out, made.proposal);
  const merged = made.done;
  out.result(merged, [
    `${merged.mergeId}: ${counted(merged.members.length, 'client id')} are one target, ${merged.targetId}.`,
    ...packageWords(merged),
    `Undo it with \`icarus targets split ${merged.mergeId}\`.`,
  ]);
}

async function split(
  { node, actor, operation, out }: OperationRun,
  mergeId: MergeId,
  options: ActOptions,
): Promise<void> {
  const { splitTargets } = await import('#packages/merge-targets.ts');
  const done = await splitTargets(node.ctx, actor, {
    operationId: operation.operationId,
    mergeId,
    reason: reasonOf(options, 'split'),
    packagesSeen: options.packagesSeen,
  });
  out.result(done, [`${mergeId} is split: its ${done.members.length} client ids stand as before it.`]);
}

function packageWords({ frozenPackages }: Merge): string[] {
  if (frozenPackages.length === 0) return [];
  return [
    `${counted(frozenPackages.length, 'frozen package')} stay as they are; the next version carries the merge.`,
  ];
}

interface DismissOptions {
  readonly reason?: string;
  readonly takeBack: boolean;
}

async function dismiss(
  { node, actor, operation, out }: OperationRun,
  targetIds: [TargetId, TargetId],
  options: DismissOptions,
): Promise<void> {
  const { decideLink } = await import('#observations/links/decide.ts');
  const decided = await decideLink(node.ctx, actor, {
    operationId: operation.operationId,
    targetIds,
    decision: options.takeBack ? 'reopened' : 'dismissed',
    reason: reasonOf(options, 'dismiss'),
  });
  out.result(decided, [
    decided.decision === 'dismissed'
      ? 'The two are not suggested as one any more.'
      : 'The two are suggested as one again.',
  ]);
}
