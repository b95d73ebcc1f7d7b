/** Logs of the agency's own tools, and its severity list. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { ImportId, ObservationImport } from '#observations/types.ts';
import { addCommand, onOperation } from './commands.ts';
import { importCommands } from './import-commands.ts';
import { tableOr } from './output.ts';
import { profileCommands } from './profile-commands.ts';
import { queryCommand } from './query-command.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, shownTime } from './words.ts';

export function observationCommands(program: Command): void {
  const observations = addCommand(
    program,
    'observations',
    'logs of your own tools, imported and kept row by row',
    'icarus observations import export.csv --profile tool.json',
  );
  importCommands(observations);
  keepingCommands(observations);
  profileCommands(observations);
  queryCommand(observations);
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

function keepingCommands(observations: Command): void {
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
