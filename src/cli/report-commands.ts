/** Reports: a country's word to the coordinator, never edited, each superseding the one before. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { ReportRow } from '#casework/schemas.ts';
import { countryName } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { ReportId } from '#core/ids.ts';
import { closedFor } from './closed-persons.ts';
import { addCommand, onOperation } from './commands.ts';
import { table, tableOr } from './output.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, facts, shownSize, shownTime } from './words.ts';

export function reportCommands(program: Command): void {
  const report = addCommand(program, 'report', 'reports to the coordinator', 'icarus report list');
  onOperation(
    addCommand(
      report,
      'preview',
      'show what a report sent now would say that the last one did not',
      'icarus report preview',
    ),
  ).action((_options: object, command: Command) => runOnOperation(command, preview));
  onOperation(
    addCommand(report, 'send', 'send the report of this country, all targets as they stand', [
      'icarus report send',
      'icarus report send --reason "two arrests were counted twice"',
    ]),
  )
    .option('--reason <words>', 'why it takes back something that the last one stated')
    .action((options: { reason?: string }, command: Command) =>
      runOnOperation(command, (run) => send(run, options.reason)),
    );
  onOperation(
    addCommand(
      report,
      'list',
      'list the reports sent from here or, at the coordinator, received',
      'icarus report list',
    ),
  ).action((_options: object, command: Command) => runOnOperation(command, list));
  onOperation(
    addCommand(report, 'show <report>', 'show a report target by target', 'icarus report show report_01…'),
  ).action((reportId: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => show(run, reportId as ReportId)),
  );
}

async function preview(run: OperationRun): Promise<void> {
  const { node, actor, operation, out } = run;
  const { previewReport } = await import('#casework/send-report.ts');
  const draft = await previewReport(node.ctx, actor, operation.operationId);
  const { sequence, nothingNew, needsReason, statement } = draft;
  const closed = await closedFor(run);
  const changed = draft.changed.filter(({ targetId }) => !closed.has(targetId));
  out.result({ sequence, nothingNew, needsReason, changed, totals: statement.totals }, [
    nothingNew ? 'Nothing is new since the last report.' : `Report ${sequence} would change:`,
    ...(changed.length === 0
      ? []
      : table(
          ['target', 'before', 'now', 'identified', 'arrested'],
          changed.map(({ targetId, before, after }) => [
            targetId,
            before?.outcome ?? '-',
            after.outcome,
            after.suspectsIdentified,
            after.suspectsArrested,
          ]),
        )),
    ...(needsReason ? ['It takes something back: give a --reason when you send it.'] : []),
  ]);
}

async function send(
  { node, actor, operation, out }: OperationRun,
  reason: string | undefined,
): Promise<void> {
  const { sendReport } = await import('#casework/send-report.ts');
  const report = await sendReport(node.ctx, actor, {
    operationId: operation.operationId,
    ...(reason !== undefined && { reason }),
  });
  const { totals } = report;
  out.result(report, [
    `Report ${report.sequence} is in the outbox for ${operation.coordinator}, as ${report.reportId}.`,
    `It states ${counted(totals.targets, 'target')}: ${totals.positive} positive, ${totals.negative} negative, ${totals.notActionable} not actionable, ${totals.pending} pending.`,
  ]);
}

async function list({ node, actor, operation, out }: OperationRun): Promise<void> {
  const [{ reportHistory }, { reportRows }, { contradictions }] = await Promise.all([
    import('#casework/report-store.ts'),
    import('#casework/rows.ts'),
    import('#casework/contradictions.ts'),
  ]);
  authorize(actor, 'reports.read', operation);
  const { operationId } = operation;
  const reports = reportRows(await reportHistory(node.ctx.db, operationId));
  const found = await contradictions(node.ctx.db, operationId, node.ctx.clock.now());
  out.result({ reports, contradictions: found }, [
    ...tableOr(
      'No report was sent or received.',
      ['country', 'no', 'report', 'sent', 'positive', 'identified', 'arrested', ''],
      reports.map(reportLine),
    ),
    ...(found.length > 0 ? [`${counted(found.length, 'contradiction')}: see --json or the board.`] : []),
  ]);
}

function reportLine(one: ReportRow): (string | number)[] {
  return [
    one.country,
    one.sequence,
    one.reportId,
    shownTime(one.createdAt),
    one.totals.positive,
    one.totals.suspectsIdentified,
    one.totals.suspectsArrested,
    one.standing ? 'stands' : 'superseded',
  ];
}

async function show(run: OperationRun, reportId: ReportId): Promise<void> {
  const { node, actor, operation, out } = run;
  const { reportById } = await import('#casework/report-store.ts');
  authorize(actor, 'reports.read', operation);
  const found = await reportById(node.ctx.db, reportId);
  const closed = await closedFor(run);
  const report = found && {
    ...found,
    targets: found.targets.filter(({ targetId }) => !closed.has(targetId)),
  };
  if (report?.operationId !== operation.operationId)
    throw new IcarusError('request/not-found', { what: 'report' });
  const { totals } = report;
  out.result(report, [
    ...facts([
      ['report', `${report.sequence} of ${countryName(report.country)}`],
      ['sent', shownTime(report.createdAt)],
      ['reason', report.reason],
      ['supersedes', report.supersedes],
      ['suspects', `${totals.suspectsIdentified} identified, ${totals.suspectsArrested} arrested`],
      ['victims', `${totals.victimsSafeguarded} safeguarded`],
      ['seized', `${counted(totals.devicesSeized, 'device')}, ${shownSize(totals.bytesSeized)}`],
    ]),
    '',
    ...table(
      ['target', 'outcome', 'identified', 'arrested', 'flags'],
      report.targets.map((one) => [
        one.targetId,
        one.outcome,
        one.suspectsIdentified,
        one.suspectsArrested,
        one.flags.join(', '),
      ]),
    ),
  ]);
}
