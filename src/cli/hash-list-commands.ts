/** Hash lists: files that are known, of interest or benign. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { Meaning } from '#evidence/types.ts';
import { choice, requireFile } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, facts, shownTime } from './words.ts';

const MEANINGS: Record<Meaning, string> = {
  known: 'known material of a national category',
  'of-interest': 'software to wipe or hide, for instance',
  benign: 'may be passed over where two hashes agree',
};

interface ImportOptions {
  readonly name: string;
  readonly source: string;
  readonly version: string;
  readonly meaning: Meaning;
}

export function hashListCommands(program: Command): void {
  const lists = addCommand(
    program,
    'hash-list',
    'lists of file hashes to compare with',
    'icarus hash-list list',
  );
  onOperation(
    addCommand(
      lists,
      'preview <file>',
      'say what an import would take, and write nothing',
      'icarus hash-list preview national.csv',
    ),
  ).action((file: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => preview(run, file)),
  );
  onOperation(
    addCommand(
      lists,
      'import <file>',
      'import a list, whole or not at all; the same file twice changes nothing',
      'icarus hash-list import national.csv --name National --source "national unit" --list-version 2011-09 --meaning known',
    ),
  )
    .requiredOption('--name <name>', 'what it is called here')
    .requiredOption('--source <name>', 'who made it')
    .requiredOption('--list-version <text>', 'its version')
    .addOption(choice('--meaning <kind>', 'what an entry means', MEANINGS).makeOptionMandatory())
    .action(
      (file: string, options: Omit<ImportOptions, 'version'> & { listVersion: string }, command: Command) => {
        const { listVersion: version, ...rest } = options;
        return runOnOperation(command, (run) => importFile(run, file, { ...rest, version }));
      },
    );
  onOperation(addCommand(lists, 'list', 'list the lists', 'icarus hash-list list')).action(
    (_options: object, command: Command) => runOnOperation(command, list),
  );
}

async function preview({ node, actor, operation, out, signal }: OperationRun, path: string): Promise<void> {
  const { previewHashList } = await import('#evidence/hash-lists.ts');
  const { operationId } = operation;
  await requireFile(path);
  const found = await previewHashList(node.ctx, actor, { operationId, path }, { signal });
  out.result(found, [
    ...facts([
      ['format', found.format],
      ['rows', found.rowsRead],
      ['would be taken', found.rowsTaken],
      ['skipped', found.rowsSkipped],
      ['imported before as', found.importedAs],
    ]),
    ...found.skippedByReason.map(({ reason, rows }) => `  ${reason}: ${counted(rows, 'row')}`),
  ]);
}

async function importFile(run: OperationRun, path: string, options: ImportOptions): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { importHashList } = await import('#evidence/hash-lists.ts');
  const { name, source, version, meaning } = options;
  await requireFile(path);
  const draft = { operationId: operation.operationId, path, name, source, version, meaning };
  const { list: imported, alreadyHere } = await importHashList(node.ctx, actor, draft, { signal });
  out.result({ ...imported, alreadyHere }, [
    alreadyHere
      ? `This file was imported before, as ${imported.listId}. Nothing was changed.`
      : `Imported as ${imported.listId}.`,
    ...facts([
      ['rows taken', imported.rowsImported],
      ['skipped', imported.rowsSkipped],
    ]),
  ]);
}

async function list({ node, actor, operation, out }: OperationRun): Promise<void> {
  const { hashLists } = await import('#evidence/hash-list-store.ts');
  authorize(actor, 'evidence.read', operation);
  const lists = await hashLists(node.ctx.db);
  out.result(
    lists,
    tableOr(
      'No hash list was imported.',
      ['list', 'name', 'version', 'means', 'rows', 'imported'],
      lists.map((one) => [
        one.listId,
        one.name,
        one.version,
        one.meaning,
        one.rowsImported,
        shownTime(one.importedAt),
      ]),
    ),
  );
}
