/** Address data that the agency loads, and which country and operator each address belonged to by it. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { RangeColumns } from '#observations/attribution/range-csv.ts';
import { asIs, choice, day, eachOf, instant, wholeNumber } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, facts } from './words.ts';

const LOADERS = { rir: "a regional registry's delegated-extended file", csv: 'your own table of ranges' };

interface LoadOptions {
  readonly loader: keyof typeof LOADERS;
  readonly date?: Date;
  readonly source?: string;
  readonly column?: readonly string[];
  readonly priority?: number;
}

export function attributionCommands(program: Command): void {
  const attribution = addCommand(
    program,
    'attribution',
    'which country and operator an address belonged to when it was seen',
    'icarus attribution run',
  );
  onOperation(
    addCommand(
      attribution,
      'load <files...>',
      'load one dated snapshot of address data; several CSV files together are one',
      [
        'icarus attribution load delegated-ripencc-extended-20110901 --loader rir',
        'icarus attribution load own.csv --loader csv --source own --date 2011-09-01 \\',
        '    --column start=from --column end=to --column country=cc --column operator=isp',
      ],
    ),
  )
    .addOption(
      choice('--loader <kind>', `rir: ${LOADERS.rir}; csv: ${LOADERS.csv}`, LOADERS).makeOptionMandatory(),
    )
    .option('--date <day>', 'first day on which it holds; a registry file names its own', day)
    .option('--source <name>', 'csv: the name that explanations print')
    .option(
      '--column <field=name>',
      'csv: name, or place from 1, of start, end, country, asn, operator',
      eachOf(asIs),
    )
    .option('--priority <n>', 'csv: sources are asked in ascending order; registries have 10', wholeNumber)
    .action((files: string[], options: LoadOptions, command: Command) =>
      runOnOperation(command, (run) => load(run, files, options)),
    );
  onOperation(
    addCommand(attribution, 'run', 'attribute every address with what is loaded', 'icarus attribution run'),
  ).action((_options: object, command: Command) => runOnOperation(command, attributeAll));
  onOperation(
    addCommand(
      attribution,
      'explain <address>',
      'say in words why an address is taken to be where it is',
      'icarus attribution explain 192.0.2.17 --at 2011-08-20T22:41:07Z',
    ),
  )
    .requiredOption('--at <time>', 'when it was seen, with its zone', instant)
    .action((address: string, options: { at: Date }, command: Command) =>
      runOnOperation(command, (run) => explain(run, address, options.at)),
    );
  onOperation(
    addCommand(attribution, 'sources', 'list the address data that is loaded', 'icarus attribution sources'),
  ).action((_options: object, command: Command) => runOnOperation(command, listSources));
}

async function load(run: OperationRun, files: readonly string[], options: LoadOptions): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { loadSnapshot } = await import('#observations/attribution/snapshots.ts');
  const { operationId } = operation;
  const { loader, date, priority } = options;
  const [path, second] = files;
  if (loader === 'rir' && (path === undefined || second !== undefined))
    throw wrongLoad('A registry file is a snapshot by itself: load one at a time.');
  const result = await loadSnapshot(
    node.ctx,
    actor,
    loader === 'rir'
      ? { loader: 'rir-delegated', operationId, path: path ?? '', signal, ...(date && { validFrom: date }) }
      : {
          loader: 'range-csv',
          operationId,
          paths: files,
          columns: columnsOf(options.column ?? []),
          source: required(options.source, '--source'),
          validFrom: required(date, '--date'),
          signal,
          ...(priority !== undefined && { priority }),
        },
  );
  const { source, validFrom, ranges } = result.snapshot;
  out.result(
    result,
    result.alreadyLoaded
      ? 'This snapshot was loaded before. Nothing was changed.'
      : `${counted(ranges, 'range')} of ${source} are loaded, holding from ${validFrom.toISOString().slice(0, 10)}.`,
  );
}

const COLUMNS = ['start', 'end', 'country', 'asn', 'operator'] as const satisfies (keyof RangeColumns)[];

function columnsOf(given: readonly string[]): RangeColumns {
  const chosen = new Map<string, string | number>();
  for (const text of given) {
    const [field = '', name = ''] = text.split('=', 2);
    if (!COLUMNS.some((known) => known === field) || name === '')
      throw wrongLoad(`"${text}" is no column: give ${COLUMNS.join(', ')} as field=name.`);
    chosen.set(field, /^\d+$/.test(name) ? Number(name) : name);
  }
  const [country, asn, operator] = (['country', 'asn', 'operator'] as const).map((field) =>
    chosen.get(field),
  );
  return {
    start: required(chosen.get('start'), '--column start=…'),
    end: required(chosen.get('end'), '--column end=…'),
    ...(country !== undefined && { country }),
    ...(asn !== undefined && { asn }),
    ...(operator !== undefined && { operator }),
  };
}

function required<T>(value: T | undefined, option: string): T {
  if (value === undefined) throw wrongLoad(`A table of your own needs ${option}.`);
  return value;
}

function wrongLoad(reason: string): IcarusError {
  return new IcarusError('cli/usage', { reason, command: 'icarus attribution load' });
}

async function attributeAll({ node, actor, operation, out, signal }: OperationRun): Promise<void> {
  const { attribute } = await import('#observations/attribution/attribute.ts');
  const run = await withProgress('Attributing addresses', (bar) =>
    attribute(node.ctx, actor, {
      operationId: operation.operationId,
      signal,
      onProgress: ({ done, total }) => bar.update(done, total, 'lists'),
    }),
  );
  out.result(run, [
    `${counted(run.addresses, 'address', 'addresses')} attributed.`,
    ...facts([
      ['no source knows', run.unattributed],
      ['sources disagree', run.disagreements],
      ['known only from later data', run.afterTheFact],
    ]),
  ]);
}

async function explain(
  { node, actor, operation, out }: OperationRun,
  address: string,
  at: Date,
): Promise<void> {
  const { explainAddress } = await import('#observations/attribution/explain.ts');
  authorize(actor, 'targets.read', operation);
  const explanation = await explainAddress(node.ctx, address, at);
  out.result(explanation, explanation.words);
}

async function listSources({ node, actor, operation, out }: OperationRun): Promise<void> {
  const { sourcesOf } = await import('#observations/store.ts');
  authorize(actor, 'targets.read', operation);
  const sources = await sourcesOf(node.ctx.db);
  out.result(
    sources,
    tableOr(
      'No address data is loaded. Load some with `icarus attribution load`.',
      ['source', 'holds from', 'ranges', 'asked', 'file'],
      sources.map((one) => [
        one.source,
        one.validFrom.toISOString().slice(0, 10),
        one.ranges,
        one.priority,
        one.fileName,
      ]),
    ),
  );
}
