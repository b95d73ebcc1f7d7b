/** Address data that the agency loads, and which country and operator each address belonged to by it. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { asIs, choice, day, eachOf, instant, wholeNumber } from './arguments.ts';
import { LOADER_WORDS, type LoadOptions, loadFiles } from './attribution-load.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, facts } from './words.ts';

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
      'load one dated snapshot of address data; several files together are one',
      [
        'icarus attribution load delegated-ripencc-extended-20110901',
        'icarus attribution load routeviews-rv2-20110901-1200.pfx2as.gz',
        'icarus attribution load own.csv --loader csv --source own --date 2011-09-01 \\',
        '    --column prefix=net --column country=cc --column operator=isp',
        'icarus attribution load nat.csv --loader carrier-nat --date 2011-09-01',
      ],
    ),
  )
    .addOption(
      choice(
        '--loader <kind>',
        `${Object.entries(LOADER_WORDS)
          .map(([name, words]) => `${name}: ${words}`)
          .join('; ')}; may be left out where the content leaves no doubt`,
        LOADER_WORDS,
      ),
    )
    .option('--date <day>', 'first day on which it holds, where the file does not say', day)
    .option('--source <name>', 'the name that explanations print; csv needs it', asIs)
    .option(
      '--column <field=name>',
      'csv: name, or place from 1, of start and end or prefix, country, asn, operator, valid_from, valid_to; flags: prefix, start, end, asn, note',
      eachOf(asIs),
    )
    .option(
      '--priority <n>',
      'sources are asked in ascending order; registries have 10, mmdb 50, iptoasn 60, pfx2as 70, others 100',
      wholeNumber,
    )
    .action((files: string[], options: LoadOptions, command: Command) =>
      runOnOperation(command, (run) => loadFiles(run, files, options)),
    );
  onOperation(
    addCommand(attribution, 'run', 'attribute every address with what is loaded', 'icarus attribution run'),
  )
    .option('--afresh', 'ask every address anew, also where the run before still holds')
    .action((options: { afresh?: boolean }, command: Command) =>
      runOnOperation(command, (run) => attributeAll(run, options.afresh ?? false)),
    );
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

async function attributeAll(
  { node, actor, operation, out, signal }: OperationRun,
  afresh: boolean,
): Promise<void> {
  const { attribute } = await import('#observations/attribution/attribute.ts');
  const run = await withProgress('Attributing addresses', (bar) =>
    attribute(node.ctx, actor, {
      operationId: operation.operationId,
      signal,
      afresh,
      onProgress: ({ done, total }) => bar.update(done, total, 'lists'),
    }),
  );
  out.result(run, [
    `${counted(run.addresses, 'address', 'addresses')} attributed.`,
    ...facts([
      ['asked', run.asked],
      ['taken over from the run before', run.takenOver],
      ['no source knows', run.unattributed],
      ['sources disagree', run.disagreements],
      ['known only from later data', run.afterTheFact],
      ['behind carrier NAT', run.carrierNat],
      ['hosting or anonymising', run.hosting],
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
      ['source', 'loader', 'holds from', 'ranges', 'asked', 'file'],
      sources.map((one) => [
        one.source,
        one.loader,
        one.validFrom.toISOString().slice(0, 10),
        one.ranges,
        one.priority,
        one.fileName,
      ]),
    ),
  );
}
