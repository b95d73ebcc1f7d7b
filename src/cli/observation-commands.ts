/** Logs of the agency's own tools, and its severity list. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { ImportProfile } from '#observations/import/profile.ts';
import type { ImportId, ObservationImport } from '#observations/types.ts';
import { jsonFile } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, facts, shownTime } from './words.ts';

export function observationCommands(program: Command): void {
  importCommands(
    addCommand(
      program,
      'observations',
      'logs of your own tools, imported and kept row by row',
      'icarus observations import export.csv --profile tool.json',
    ),
  );
  const severity = addCommand(
    program,
    'severity',
    "the agency's list of file hashes with their severity codes",
    'icarus severity load codes.csv',
  );
  onOperation(
    addCommand(
      severity,
      'load <file>',
      'load a list: CSV with the columns hash and code; the last one loaded is in force',
      'icarus severity load codes.csv --operation Icarus',
    ),
  ).action((file: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => loadSeverity(run, file)),
  );
}

function importCommands(observations: Command): void {
  onOperation(
    addCommand(
      observations,
      'import <file>',
      'import a log, plain or gzip; the same file twice changes nothing',
      [
        'icarus observations import export.csv.gz --profile tool.json',
        'icarus observations import july.csv --profile tool-export',
      ],
    ),
  )
    .requiredOption(
      '--profile <file or name>',
      'which column is which: a JSON file, or a profile used before',
    )
    .action((file: string, options: { profile: string }, command: Command) =>
      runOnOperation(command, (run) => importFile(run, file, options.profile)),
    );
  onOperation(
    addCommand(observations, 'list', 'list the imports and what each refused', 'icarus observations list'),
  ).action((_options: object, command: Command) => runOnOperation(command, listImports));
  onOperation(
    addCommand(
      observations,
      'remove <import>',
      'remove an import: exactly its rows',
      'icarus observations remove import_01… --reason "wrong tool settings"',
    ),
  )
    .requiredOption('--reason <words>', 'why; it stands in the custody log')
    .action((importId: string, options: { reason: string }, command: Command) =>
      runOnOperation(command, (run) => removeOne(run, importId as ImportId, options.reason)),
    );
}

async function importFile(run: OperationRun, path: string, profileName: string): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { importLog } = await import('#observations/import/import.ts');
  const profile = await profileOf(run, profileName);
  const result = await withProgress('Reading the log', (bar) =>
    importLog(node.ctx, actor, {
      operationId: operation.operationId,
      path,
      profile,
      signal,
      onProgress: ({ step, bytes, totalBytes, rows }) =>
        step === 'reading'
          ? bar.update(bytes, totalBytes ?? bytes, 'bytes')
          : bar.update(rows, rows, 'rows checked'),
    }),
  );
  const { importId, read, accepted, duplicate, refused, refusals } = result.import;
  out.result(result, [
    result.alreadyImported
      ? `This file was imported before, as ${importId}. Nothing was changed.`
      : `Imported as ${importId}.`,
    ...facts([
      ['rows read', read],
      ['accepted', accepted],
      ['duplicate', duplicate],
      ['refused', refused],
    ]),
    ...Object.entries(refusals).map(([reason, rows]) => `  ${reason}: ${counted(rows, 'row')}`),
  ]);
}

/** A file where there is one of that name, else the profile that an import of this operation used last. */
async function profileOf({ node, operation }: OperationRun, name: string): Promise<ImportProfile> {
  const [{ existsSync }, { readProfile }, { profileNamed }] = await Promise.all([
    import('node:fs'),
    import('#observations/import/profile.ts'),
    import('#observations/store.ts'),
  ]);
  if (existsSync(name)) return readProfile(await jsonFile(name));
  const known = await profileNamed(node.ctx.db, operation.operationId, name);
  if (known) return readProfile(known);
  throw new IcarusError('cli/usage', {
    reason: `"${name}" is neither a file nor a profile that an import of ${operation.codeName} used.`,
    command: 'icarus observations import',
  });
}

async function listImports({ node, actor, operation, out }: OperationRun): Promise<void> {
  const { importsOf } = await import('#observations/store.ts');
  authorize(actor, 'observations.read', operation);
  const imports = await importsOf(node.ctx.db, operation.operationId);
  const row = (one: ObservationImport) => [
    one.importId,
    one.fileName,
    one.read,
    one.accepted,
    one.duplicate,
    one.refused,
    shownTime(one.importedAt),
  ];
  out.result(
    imports,
    tableOr(
      'Nothing was imported yet. Import a log with `icarus observations import`.',
      ['import', 'file', 'read', 'accepted', 'duplicate', 'refused', 'imported'],
      imports.map(row),
    ),
  );
}

async function removeOne(run: OperationRun, importId: ImportId, reason: string): Promise<void> {
  const { node, actor, operation, out } = run;
  const { removeImport } = await import('#observations/import/remove.ts');
  await removeImport(node.ctx, actor, { operationId: operation.operationId, importId, reason });
  out.result(
    { removed: importId },
    `${importId} is removed. Run \`icarus attribution run\` and \`icarus targets build\` to take its rows out of the targets.`,
  );
}

async function loadSeverity(
  { node, actor, operation, out, signal }: OperationRun,
  path: string,
): Promise<void> {
  const { loadSeverityList } = await import('#observations/targets/severity.ts');
  const list = await loadSeverityList(node.ctx, actor, { operationId: operation.operationId, path, signal });
  out.result(
    list,
    `${list.name} is in force, with ${counted(list.entries, 'hash', 'hashes')}. Build the targets again to use it.`,
  );
}
