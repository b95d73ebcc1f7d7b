/** How long operators keep their records, by the agency's own table, and the day on which packages should leave. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { DataClass, RetentionRule } from '#observations/retention/rule-types.ts';
import { choice, country, day, textFile, wholeNumber } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted } from './words.ts';

const CLASSES: Record<DataClass, string> = {
  'address-assignment': 'who had an address when',
  session: 'every session with its ports',
};

export function retentionCommands(program: Command): void {
  const retention = addCommand(
    program,
    'retention',
    'how long operators keep what leads from an address to a subscriber',
    'icarus retention list --country PL',
  );
  onOperation(
    addCommand(retention, 'list', 'list the rules with their sources', 'icarus retention list --country PL'),
  )
    .option('--country <code>', 'of one country', country)
    .action((options: { country?: CountryCode }, command: Command) =>
      runOnOperation(command, (run) => list(run, options)),
    );
  setCommand(retention);
  onOperation(
    addCommand(retention, 'withdraw <rule>', 'take a rule out of the table; its versions stay', [
      'icarus retention withdraw retention_01… --reason "the operator was taken over"',
    ]),
  )
    .requiredOption('--reason <words>', 'why, for the custody log')
    .action((ruleId: string, options: { reason: string }, command: Command) =>
      runOnOperation(command, (run) => withdraw(run, ruleId, options)),
    );
  onOperation(
    addCommand(retention, 'load <table>', 'load a CSV file, or the table 2011-exercise that is here', [
      'icarus retention load 2011-exercise',
      'icarus retention load our-table.csv --reason "letters of the operators, September"',
    ]),
  )
    .option('--reason <words>', 'why, for the custody log')
    .action((table: string, options: { reason?: string }, command: Command) =>
      runOnOperation(command, (run) => load(run, table, options)),
    );
  onOperation(
    addCommand(retention, 'export <file>', 'write the table as CSV that can be loaded again', [
      'icarus retention export retention.csv',
    ]),
  ).action((file: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => exportTable(run, file)),
  );
}

interface SetOptions {
  readonly country: CountryCode;
  readonly days: number;
  readonly operator?: string;
  readonly as?: number;
  readonly class: DataClass;
  readonly from?: Date;
  readonly until?: Date;
  readonly law: string;
  readonly source: string;
  readonly verifiedBy?: string;
  readonly verifiedOn?: Date;
  readonly revises?: string;
  readonly reason: string;
}

function setCommand(retention: Command): void {
  onOperation(
    addCommand(retention, 'set', 'enter a rule, or a new version of one', [
      'icarus retention set --country PL --operator "Sieć" --days 90 --law "practice" \\',
      '    --source "letter of 3 September" --reason "they keep less than the act says"',
    ]),
  )
    .requiredOption('--country <code>', 'country of the operator', country)
    .requiredOption('--days <n>', 'days kept; a month is 30.4375 days, rounded down', wholeNumber)
    .option('--operator <name>', 'only this operator, as attribution spells it')
    .option('--as <number>', 'only this autonomous system', wholeNumber)
    .addOption(choice('--class <kind>', 'what is kept', CLASSES).default('address-assignment'))
    .option('--from <day>', 'first day on which it holds', day)
    .option('--until <day>', 'first day on which it holds no more', day)
    .requiredOption('--law <words>', 'the law that it comes from')
    .requiredOption('--source <words>', 'where you took it from')
    .option('--verified-by <name>', 'who checked it against the law')
    .option('--verified-on <day>', 'on which day', day)
    .option('--revises <rule>', 'the rule that this is a new version of')
    .requiredOption('--reason <words>', 'why, for the custody log')
    .action((options: SetOptions, command: Command) => runOnOperation(command, (run) => set(run, options)));
}

async function list(run: OperationRun, options: { country?: CountryCode }): Promise<void> {
  const rules = await standing(run);
  const shown = rules.filter((rule) => options.country === undefined || rule.country === options.country);
  run.out.result(
    shown,
    tableOr(
      'The table has no rule. Load one with `icarus retention load`; until then 7 days are assumed everywhere.',
      ['country', 'operator', 'kept', 'days', 'in force', 'verified', 'law', 'rule'],
      shown.map((rule) => [
        rule.country,
        rule.operator ?? (rule.asn === null ? 'every' : `AS${rule.asn}`),
        rule.dataClass,
        rule.daysKept,
        `${dayText(rule.inForceFrom)} – ${dayText(rule.inForceUntil)}`,
        rule.verifiedOn === null ? 'NOT VERIFIED' : dayText(rule.verifiedOn),
        rule.legalReference,
        rule.ruleId,
      ]),
    ),
  );
}

async function standing({ node, actor, operation }: OperationRun): Promise<RetentionRule[]> {
  const { retentionRulesOf } = await import('#observations/retention/rule-store.ts');
  authorize(actor, 'retention.read', operation);
  return retentionRulesOf(node.ctx.db);
}

function dayText(at: Date | null): string {
  return at?.toISOString().slice(0, 10) ?? '';
}

async function set(run: OperationRun, options: SetOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const { setRule } = await import('#observations/retention/rules.ts');
  const revised = options.revises === undefined ? undefined : await ruleNamed(run, options.revises);
  const rule = await setRule(node.ctx, actor, {
    operationId: operation.operationId,
    reason: options.reason,
    content: {
      country: options.country,
      operator: options.operator ?? null,
      asn: options.as ?? null,
      dataClass: options.class,
      daysKept: options.days,
      inForceFrom: options.from ?? null,
      inForceUntil: options.until ?? null,
      legalReference: options.law,
      source: options.source,
      verifiedBy: options.verifiedBy ?? null,
      verifiedOn: options.verifiedOn ?? null,
    },
    ...(revised && { revises: revised }),
  });
  out.result(rule, `${rule.ruleId}, version ${rule.version}: ${counted(rule.daysKept, 'day')}.`);
}

async function ruleNamed(run: OperationRun, ruleId: string): Promise<RetentionRule> {
  const found = (await standing(run)).find((rule) => rule.ruleId === ruleId);
  if (!found) throw new IcarusError('retention/rule-not-found', { rule: ruleId });
  return found;
}

async function withdraw(run: OperationRun, ruleId: string, { reason }: { reason: string }): Promise<void> {
  const { node, actor, operation, out } = run;
  const { withdrawRule } = await import('#observations/retention/rules.ts');
  const { version } = await ruleNamed(run, ruleId);
  const { operationId } = operation;
  await withdrawRule(node.ctx, actor, { operationId, ruleId, version, reason });
  out.result({ ruleId, withdrawn: true }, `${ruleId} is withdrawn.`);
}

async function load(run: OperationRun, table: string, options: { reason?: string }): Promise<void> {
  const { node, actor, operation, out } = run;
  const [{ loadRules }, { readRulesCsv }, { SEED_2011, seed2011 }] = await Promise.all([
    import('#observations/retention/rules.ts'),
    import('#observations/retention/rule-csv.ts'),
    import('#observations/retention/seed-2011.ts'),
  ]);
  const seed = table === SEED_2011;
  const reason = options.reason ?? (seed ? 'the table "2011, for exercises"' : undefined);
  if (reason === undefined)
    throw new IcarusError('cli/usage', {
      reason: 'Say why with --reason.',
      command: 'icarus retention load',
    });
  const { operationId } = operation;
  const rules = seed ? seed2011() : readRulesCsv(await textFile(table), table);
  const loaded = await loadRules(node.ctx, actor, { operationId, name: table, rules, reason });
  out.result(
    loaded,
    `${counted(loaded.added, 'rule')} added, ${loaded.revised} changed, ${loaded.unchanged} as before.`,
  );
}

async function exportTable(run: OperationRun, file: string): Promise<void> {
  const [{ rulesCsv }, { writeFile }] = await Promise.all([
    import('#observations/retention/rule-csv.ts'),
    import('node:fs/promises'),
  ]);
  const rules = await standing(run);
  await writeFile(file, rulesCsv(rules), { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'EEXIST' ? 'it is there already' : 'it cannot be written';
    throw new IcarusError('retention/file-not-written', { path: file, reason }, { cause });
  });
  run.out.result({ file, rules: rules.length }, `${counted(rules.length, 'rule')} in ${file}.`);
}

interface CurveOptions {
  readonly country?: string;
  readonly transitDays: number;
  readonly from?: Date;
  readonly to?: Date;
}

/** Adds `freeze-curve` to the commands of targets. */
export function freezeCurveCommand(program: Command): void {
  const targets = program.commands.find((command) => command.name() === 'targets') ?? program;
  onOperation(
    addCommand(
      targets,
      'freeze-curve',
      'show how many targets can be identified, by the day on which packages leave',
      'icarus targets freeze-curve --country PL --transit-days 1',
    ),
  )
    .option('--country <code>', 'where the operators are; none for addresses of no known country')
    .option('--transit-days <n>', 'days from sending until an operator is asked', wholeNumber, 1)
    .option('--from <day>', 'first day shown', day)
    .option('--to <day>', 'last day shown', day)
    .action((options: CurveOptions, command: Command) =>
      runOnOperation(command, (run) => showCurve(run, options)),
    );
}

async function showCurve(run: OperationRun, options: CurveOptions): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const [{ freezeCurve }, { chosenCurve }, { curveChart }, { dayNumber }] = await Promise.all([
    import('#observations/retention/freeze-curve.ts'),
    import('#observations/retention/views.ts'),
    import('#observations/retention/curve-words.ts'),
    import('#observations/retention/curve.ts'),
  ]);
  const { transitDays, from, to } = options;
  if (transitDays > 365)
    throw new IcarusError('cli/usage', {
      reason: 'A package is at most 365 days under way.',
      command: 'icarus targets freeze-curve',
    });
  const curve = await withProgress('Computing the freeze curve', (bar) =>
    freezeCurve(node.ctx, actor, {
      operationId: operation.operationId,
      transitDays,
      signal,
      onProgress: (share) => bar.update(Math.round(share * 100), 100, 'per cent'),
    }),
  );
  const { view, words, points, today } = chosenCurve(curve, {
    country: options.country === 'none' ? 'none' : options.country?.toUpperCase(),
    range: { ...(from && { from: dayNumber(from) }), ...(to && { to: dayNumber(to) }) },
    now: node.ctx.clock.now(),
  });
  const chart = curveChart(points, today);
  out.result({ transitDays, ...view, words }, [...words, ...(chart.length > 0 ? ['', ...chart] : [])]);
}
