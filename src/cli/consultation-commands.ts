/** `icarus consultations`: who read what of persons, when, why and to whom; for auditors. */
import { type Command, Option } from 'commander';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { day, wholeNumber } from './arguments.ts';
import { tableOr } from './output.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, shownTime } from './words.ts';

interface Filters {
  readonly by?: string;
  readonly kind?: string;
  readonly of?: string;
  readonly text?: string;
  readonly from?: Date;
  readonly until?: Date;
}

const EXAMPLE =
  'icarus consultations list --of target_01… --reason "Complaint 12 of 2011" --key ~/.ssh/id_ed25519';

export function consultationCommands(program: Command): void {
  const consultations = program
    .command('consultations')
    .description('who read personal data, when, why and to whom')
    .addHelpText('after', `\nExample:\n  ${EXAMPLE}`);
  filtered(
    consultations
      .command('list')
      .description('list readings, newest first')
      .option('--limit <count>', 'most of them', wholeNumber, 50),
    EXAMPLE,
  ).action((options: Filters & { limit: number }, command: Command) =>
    runOnOperation(command, (run) => list(run, options)),
  );
  filtered(
    consultations
      .command('export')
      .description('write the readings to a new CSV file')
      .argument('<file>', 'the file'),
    'icarus consultations export readings.csv --from 2011-09-01 --reason "Yearly audit" --key ~/.ssh/id_ed25519',
  ).action((file: string, options: Filters, command: Command) =>
    runOnOperation(command, (run) => exportTo(run, file, options)),
  );
  consultations
    .command('verify')
    .description('prove that the readings are those that the custody log states')
    .option('--operation <name>', 'code name or id of the operation')
    .addHelpText('after', '\nExample:\n  icarus consultations verify --key ~/.ssh/id_ed25519')
    .action((_options: object, command: Command) => runOnOperation(command, verify));
}

function filtered(command: Command, example: string): Command {
  return command
    .option('--by <officer>', 'only readings of this officer')
    .option('--kind <kind>', 'only of this kind of thing: target, package, exhibit, operation')
    .option('--of <id>', 'only of the thing with this id')
    .option('--text <text>', 'only where this stands in reason, recipient, officer, data, filters or id')
    .addOption(new Option('--from <day>', 'from this day on').argParser(day))
    .addOption(new Option('--until <day>', 'before this day').argParser(day))
    .option('--operation <name>', 'code name or id of the operation')
    .addHelpText('after', `\nExample:\n  ${example}`);
}

function filterOf({ operation }: OperationRun, { by, kind, of, text, from, until }: Filters) {
  const { operationId } = operation;
  return { operationId, officerId: by, subjectKind: kind, subjectId: of, text, from, until };
}

async function list(run: OperationRun, options: Filters & { limit: number }): Promise<void> {
  const { listConsultations } = await import('#access/consultation/read.ts');
  const filter = filterOf(run, options);
  authorize(run.actor, 'consultations.read', filter);
  const found = await listConsultations(run.node.ctx.db, { ...filter, limit: options.limit });
  run.out.result(
    found,
    tableOr(
      'Nobody read anything that fits.',
      ['last', 'readings', 'officer', 'read', 'of', 'reason', 'disclosed to'],
      found.map((one) => [
        shownTime(one.lastAt),
        one.count,
        one.officer,
        one.act === 'export' ? `${one.data} (file)` : one.data,
        one.subjectKind === 'operation' ? one.detail : one.subjectId,
        one.reason,
        one.recipient ?? '',
      ]),
    ),
  );
}

async function exportTo(run: OperationRun, file: string, options: Filters): Promise<void> {
  const [{ consultationsCsv }, { stagingFile }] = await Promise.all([
    import('#access/consultation/read.ts'),
    import('#platform/staging-folder.ts'),
  ]);
  const filter = filterOf(run, options);
  authorize(run.actor, 'consultations.read', filter);
  const staging = await stagingFile(file);
  let lines = -1;
  for await (const line of consultationsCsv(run.node.ctx.db, filter)) {
    run.signal.throwIfAborted();
    await staging.write(Buffer.from(line, 'utf8'));
    lines += 1;
  }
  await staging.commit();
  run.out.result({ file, records: lines }, `${counted(lines, 'record')} in ${file}.`);
}

async function verify({ node, actor, operation, out }: OperationRun): Promise<void> {
  const { brokenBatches } = await import('#access/consultation/seal.ts');
  const { operationId } = operation;
  authorize(actor, 'consultations.read', { operationId });
  const broken = await brokenBatches(node.ctx.db, operationId);
  if (broken.length > 0) throw new IcarusError('consultation/altered', { batches: broken.join(', ') });
  out.result({ holds: true }, 'The readings are those that the custody log states.');
}
