/** Requests for preservation that packages carry: what there is, their files, and that one was sent. */
import type { Command } from 'commander';
import { countryName } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { PackageId } from '#core/ids.ts';
import type { PreservationFormat } from '#packages/preservation-write.ts';
import { choice, instant } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { shownTime } from './words.ts';

const FORMATS: Record<PreservationFormat, string> = {
  pdf: 'to print and sign',
  docx: 'to fill in',
  csv: 'its lines, for the operator’s machines',
};

interface SaveOptions {
  readonly format: PreservationFormat;
  readonly out: string;
}

interface SentOptions {
  readonly at: Date;
  readonly until?: Date;
  readonly note: string;
}

export function preservationCommands(program: Command): void {
  const group = addCommand(
    program,
    'preservation',
    'requests to operators to preserve their records, one an operator and package',
    'icarus preservation list package_01…',
  );
  onOperation(
    addCommand(
      group,
      'list <package>',
      'list the requests of a package, and when each was sent',
      'icarus preservation list package_01…',
    ),
  ).action((packageId: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => list(run, packageId as PackageId)),
  );
  onOperation(
    addCommand(
      group,
      'save <package> <request>',
      'write one of the files of a request; it is logged',
      'icarus preservation save package_01… pl-as64500-net --format docx --out net.docx',
    ),
  )
    .addOption(choice('--format <kind>', 'which', FORMATS).default('pdf'))
    .requiredOption('--out <file>', 'a file that is not there yet')
    .action((packageId: string, name: string, options: SaveOptions, command: Command) =>
      runOnOperation(command, (run) => save(run, { packageId: packageId as PackageId, name }, options)),
    );
  onOperation(
    addCommand(
      group,
      'sent <package> <request>',
      'record that a request was sent or renewed: it stops the clock of its targets',
      'icarus preservation sent package_01… pl-as64500-net --at 2011-09-22T09:30:00Z --note "KWP 77/2011"',
    ),
  )
    .requiredOption('--at <time>', 'when it was sent, with its zone', instant)
    .option('--until <time>', 'how long it holds; at most 90 days, which is the default', instant)
    .option('--note <words>', 'the reference it went out under, or what was answered', '')
    .action((packageId: string, name: string, options: SentOptions, command: Command) =>
      runOnOperation(command, (run) => sent(run, { packageId: packageId as PackageId, name }, options)),
    );
}

async function list({ node, actor, operation, out }: OperationRun, packageId: PackageId): Promise<void> {
  const { requestsOfPackage } = await import('#packages/preservation.ts');
  const { operationId } = operation;
  const standings = await requestsOfPackage(node.ctx, actor, { operationId, packageId });
  out.result(
    standings,
    tableOr(
      'The package names no address that an operator could be asked about.',
      ['request', 'operator', 'country', 'targets', 'lines', 'without port', 'sent', 'preserved until'],
      standings.map(({ request, sent: recorded }) => [
        request.name,
        request.operator ?? 'not known',
        request.country === null ? 'not known' : countryName(request.country),
        request.targets,
        request.lines,
        request.linesWithoutPort,
        shownTime(recorded.at(-1)?.sentAt),
        shownTime(recorded.at(-1)?.until),
      ]),
    ),
  );
}

interface Which {
  readonly packageId: PackageId;
  readonly name: string;
}

async function save(
  { node, actor, operation, out }: OperationRun,
  which: Which,
  options: SaveOptions,
): Promise<void> {
  const [{ requestPath }, { copyFile, constants }] = await Promise.all([
    import('#packages/preservation.ts'),
    import('node:fs/promises'),
  ]);
  const { operationId } = operation;
  const { path, sizeBytes } = await requestPath(node.ctx, actor, {
    operationId,
    ...which,
    format: options.format,
  });
  await copyFile(path, options.out, constants.COPYFILE_EXCL).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'EEXIST' ? 'it is there already' : 'it cannot be written';
    throw new IcarusError('retention/file-not-written', { path: options.out, reason }, { cause });
  });
  out.result({ file: options.out, sizeBytes }, `${which.name} is in ${options.out}.`);
}

async function sent(
  { node, actor, operation, out }: OperationRun,
  which: Which,
  { at, until, note }: SentOptions,
): Promise<void> {
  const { recordRequestSent } = await import('#packages/preservation.ts');
  const { operationId } = operation;
  const recorded = await recordRequestSent(node.ctx, actor, {
    operationId,
    ...which,
    sentAt: at,
    note,
    ...(until && { until }),
  });
  out.result(
    recorded,
    `${which.name} was sent ${shownTime(recorded.sentAt)}; the records are preserved until ${shownTime(recorded.until)}.`,
  );
}
