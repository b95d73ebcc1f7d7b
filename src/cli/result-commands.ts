/** The board, figures with the reports behind each, their release, and the press note made from them. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { countryName } from '#core/countries.ts';
import type { PressForm } from '#results/documents.ts';
import type { FigureSetId } from '#results/figure-store.ts';
import type { Board, FigureSetDetail, FigureSetRow } from '#results/schemas.ts';
import { asIs, choice, digestStart, eachOf, instant } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { table, tableOr } from './output.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { facts, shownTime } from './words.ts';

const KINDS: Record<FigureSetRow['kind'], string> = {
  provisional: 'for now, subject to change',
  final: 'the last word',
};
const FORMS: Record<PressForm, string> = { docx: 'to be edited in Word', pdf: 'to be handed out' };

export function resultCommands(program: Command): void {
  onOperation(
    addCommand(program, 'board', 'how every country stands: package, report, what is due', 'icarus board'),
  ).action((_options: object, command: Command) => runOnOperation(command, showBoard));
  figureCommands(
    addCommand(program, 'figures', 'frozen sets of figures, and their release', 'icarus figures list'),
  );
  onOperation(
    addCommand(
      program,
      'press-note <figures>',
      'write the press note of a set; what is not released prints as XX',
      'icarus press-note figures_01… --format docx --out press-note.docx',
    ),
  )
    .addOption(choice('--format <form>', 'kind of document', FORMS).makeOptionMandatory())
    .requiredOption('--out <file>', 'a file that is not there yet')
    .action((id: string, options: { format: PressForm; out: string }, command: Command) =>
      runOnOperation(command, (run) => pressNote(run, id as FigureSetId, options)),
    );
}

interface ComputeOptions {
  readonly kind: FigureSetRow['kind'];
  readonly asOf?: Date;
}

interface ReleaseOptions {
  readonly digest: string;
  readonly withhold?: readonly string[];
}

function figureCommands(figures: Command): void {
  onOperation(
    addCommand(figures, 'compute', 'count the reports as they stand and freeze the figures', [
      'icarus figures compute --kind provisional',
      'icarus figures compute --kind final --as-of 2011-12-16T08:00:00Z',
    ]),
  )
    .addOption(choice('--kind <kind>', 'what they are for', KINDS).makeOptionMandatory())
    .option('--as-of <time>', 'count reports as they stood then, with its zone (default: now)', instant)
    .action((options: ComputeOptions, command: Command) =>
      runOnOperation(command, (run) => compute(run, options)),
    );
  onOperation(addCommand(figures, 'list', 'list the sets', 'icarus figures list')).action(
    (_options: object, command: Command) => runOnOperation(command, list),
  );
  onOperation(
    addCommand(
      figures,
      'show <figures>',
      'show each figure with the reports that it counts',
      'icarus figures show figures_01…',
    ),
  ).action((id: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => show(run, id as FigureSetId)),
  );
  onOperation(
    addCommand(
      figures,
      'release <figures>',
      'release a set to the press, over the digest that you looked at',
      'icarus figures release figures_01… --digest 9b0e… --withhold victims-safeguarded',
    ),
  )
    .requiredOption('--digest <value>', 'of the set that you looked at, or its first 8 digits', digestStart)
    .option('--withhold <figure>', 'keep a figure XX; may stand again', eachOf(asIs))
    .action((id: string, options: ReleaseOptions, command: Command) =>
      runOnOperation(command, (run) => release(run, id as FigureSetId, options)),
    );
}

async function showBoard({ node, actor, operation, out }: OperationRun): Promise<void> {
  const { board } = await import('#results/board.ts');
  authorize(actor, 'operations.read', operation);
  const shown = await board(node.ctx.db, operation, node.ctx.clock.now());
  const { clock, totals } = shown;
  out.result(shown, [
    ...facts([
      ['operation', `${operation.codeName}${operation.exercise ? ' (exercise)' : ''}`],
      ['receipts', `${clock.acknowledged} of ${clock.expected}, due ${shownTime(clock.deadlineAt)}`],
      ['suspects', `${totals.suspectsIdentified} identified, ${totals.suspectsArrested} arrested`],
    ]),
    '',
    ...table(
      ['country', 'package', 'targets', 'report', 'no', 'identified', 'arrested'],
      shown.countries.map(countryRow),
    ),
    ...(shown.alerts.length > 0 ? ['', ...shown.alerts.map(({ words }) => `! ${words}`)] : []),
  ]);
}

function countryRow({ name, package: sent, report }: Board['countries'][number]): (string | number)[] {
  return [
    name,
    sent.state,
    sent.targets ?? 0,
    report.state,
    report.sequence ?? 0,
    report.totals?.suspectsIdentified ?? 0,
    report.totals?.suspectsArrested ?? 0,
  ];
}

async function compute(
  { node, actor, operation, out }: OperationRun,
  options: ComputeOptions,
): Promise<void> {
  const [{ computeFigureSet }, { figureSet }, { formatValue }] = await Promise.all([
    import('#results/compute.ts'),
    import('#results/figure-set.ts'),
    import('#results/press-note.ts'),
  ]);
  const { kind, asOf } = options;
  const { operationId } = operation;
  const { figureSetId } = await computeFigureSet(node.ctx, actor, {
    operationId,
    kind,
    ...(asOf && { asOf }),
  });
  const detail = await figureSet(node.ctx.db, { figureSetId, operationId });
  out.result(detail, [
    ...setLines(detail),
    '',
    ...table(
      ['figure', 'value'],
      detail.figures.map((figure) => [figure.label, formatValue(figure)]),
    ),
    'Next: a press officer looks at it with `icarus figures show` and releases it.',
  ]);
}

async function list({ node, actor, operation, out }: OperationRun): Promise<void> {
  const [{ listFigureSets }, { figureSetRow }] = await Promise.all([
    import('#results/figure-store.ts'),
    import('#results/figure-set.ts'),
  ]);
  authorize(actor, 'results.read', operation);
  const sets = (await listFigureSets(node.ctx.db, operation.operationId)).map(figureSetRow);
  out.result(
    sets,
    tableOr(
      'No figures were computed. Compute them with `icarus figures compute`.',
      ['figures', 'kind', 'as of', 'checks', 'digest', 'released'],
      sets.map((one) => [
        one.figureSetId,
        one.kind,
        shownTime(one.asOf),
        one.passed ? 'passed' : 'FAILED',
        one.digest.slice(0, 8),
        shownTime(one.release?.releasedAt),
      ]),
    ),
  );
}

async function show({ node, actor, operation, out }: OperationRun, figureSetId: FigureSetId): Promise<void> {
  const [{ figureSet }, { formatValue }] = await Promise.all([
    import('#results/figure-set.ts'),
    import('#results/press-note.ts'),
  ]);
  authorize(actor, 'results.read', operation);
  const detail = await figureSet(node.ctx.db, { figureSetId, operationId: operation.operationId });
  const reports = new Map(detail.reports.map((report) => [report.reportId, report]));
  const sourceOf = ({ country, reportId, share }: FigureSetDetail['figures'][number]['shares'][number]) => {
    const report = reportId === null ? undefined : reports.get(reportId);
    return `    ${countryName(country)}: ${share.toLocaleString('en-GB')}${report ? `, report ${report.sequence} (${report.reportId})` : ''}`;
  };
  out.result(detail, [
    ...setLines(detail),
    ...detail.figures.flatMap(({ figureId, label, value, unit, definition, released, shares }) => [
      '',
      `${label}: ${formatValue({ value, unit })}  [${figureId}]${released ? '' : ' not released'}`,
      `  ${definition}`,
      ...shares.map(sourceOf),
    ]),
  ]);
}

function setLines(set: FigureSetDetail): string[] {
  return [
    ...facts([
      ['figures', set.figureSetId],
      ['kind', set.kind],
      ['as of', shownTime(set.asOf)],
      ['digest', set.digest],
      [
        'released',
        set.release ? `${shownTime(set.release.releasedAt)} by ${set.release.releasedByName}` : 'no',
      ],
    ]),
    ...set.checks
      .filter(({ passed }) => !passed)
      .map(({ words, detail }) => `CHECK FAILED: ${words}: ${detail}`),
  ];
}

async function release(run: OperationRun, figureSetId: FigureSetId, options: ReleaseOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const { releaseFigureSet, requireFigureSet } = await import('#results/release.ts');
  authorize(actor, 'results.release', operation);
  const of = { figureSetId, operationId: operation.operationId };
  const { digest } = await requireFigureSet(node.ctx.db, of);
  const released = await releaseFigureSet(node.ctx, actor, {
    ...of,
    digest: digest.startsWith(options.digest) ? digest : options.digest,
    ...(options.withhold && { withhold: options.withhold }),
  });
  out.result({ figureSetId, ...released }, [
    `Released by ${released.releasedByName} at ${shownTime(released.releasedAt)}.`,
    ...(released.withheld.length > 0 ? [`Withheld: ${released.withheld.join(', ')}.`] : []),
    'Write the press note with `icarus press-note`.',
  ]);
}

async function pressNote(
  { node, actor, operation, out }: OperationRun,
  figureSetId: FigureSetId,
  options: { format: PressForm; out: string },
): Promise<void> {
  const [{ pressDocument, pressNoteOf }, { requireFigureSet }, { stagingFile }] = await Promise.all([
    import('#results/documents.ts'),
    import('#results/release.ts'),
    import('#platform/staging-folder.ts'),
  ]);
  authorize(actor, 'results.read', operation);
  const set = await requireFigureSet(node.ctx.db, { figureSetId, operationId: operation.operationId });
  const note = await pressNoteOf(node.ctx.db, set, operation);
  const bytes = await pressDocument(note, set, options.format);
  const file = await stagingFile(options.out);
  await file.write(bytes);
  await file.commit();
  out.result(
    { file: options.out, released: set.release !== undefined, note },
    set.release
      ? `${options.out} holds the press note.`
      : `${options.out} holds a draft: no figure of the set is released, so every number is XX.`,
  );
}
