/** Importing logs of the agency's own tools: looking first, importing, and what was refused. */
import type { Command } from 'commander';
import { IcarusError } from '#core/errors.ts';
import type { ImportRequest, ImportResult } from '#observations/import/import.ts';
import type { FileOutcome } from '#observations/import/import-folder.ts';
import type { LogPreview, PreviewRow } from '#observations/import/preview.ts';
import type { ImportProfile } from '#observations/import/profile.ts';
import type { ImportId } from '#observations/types.ts';
import { jsonFile } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { table } from './output.ts';
import { type ProgressBar, withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, facts } from './words.ts';

const PROFILE_OPTION = [
  '--profile <file or name>',
  'which column is which: a JSON file, or a saved profile (tool, or tool@3)',
] as const;

export function importCommands(observations: Command): void {
  onOperation(
    addCommand(
      observations,
      'import <file>',
      'import a log, a folder of logs or standard input (-); the same file twice changes nothing',
      [
        'icarus observations import export.csv.gz --profile tool.json',
        'icarus observations import july/ --profile our-tool',
        'zcat 09/*.gz | icarus observations import - --profile our-tool --name september.csv',
      ],
    ),
  )
    .requiredOption(...PROFILE_OPTION)
    .option('--name <name>', 'name of what comes on standard input')
    .action((file: string, options: { profile: string; name?: string }, command: Command) =>
      runOnOperation(command, (run) => importPath(run, file, options)),
    );
  onOperation(
    addCommand(
      observations,
      'preview <file>',
      'show what the first 100 rows of a log become, and import nothing',
      'icarus observations preview export.csv --profile tool.json',
    ),
  )
    .requiredOption(...PROFILE_OPTION)
    .action((file: string, options: { profile: string }, command: Command) =>
      runOnOperation(command, (run) => previewFile(run, file, options.profile)),
    );
  onOperation(
    addCommand(
      observations,
      'rejects <import>',
      'write the lines that an import refused, with column, value and reason, as CSV',
      'icarus observations rejects import_01… --out refused.csv',
    ),
  )
    .option('--out <file>', 'where to; without it, standard output')
    .action((importId: string, options: { out?: string }, command: Command) =>
      runOnOperation(command, (run) => writeRejects(run, importId as ImportId, options.out)),
    );
}

async function importPath(
  run: OperationRun,
  path: string,
  options: { readonly profile: string; readonly name?: string },
): Promise<void> {
  const { operation, signal } = run;
  const profile = await profileOf(run, options.profile);
  const request = { operationId: operation.operationId, path, profile, signal };
  const { isFolder } = await import('#observations/import/import-folder.ts');
  if (path !== '-') return (await isFolder(path)) ? importAll(run, request) : importOne(run, request);
  if (options.name === undefined)
    throw new IcarusError('cli/usage', {
      reason: 'What comes on standard input has no name: give it one with --name.',
      command: 'icarus observations import',
    });
  return importOne(run, { ...request, path: options.name, stream: process.stdin });
}

async function importOne({ node, actor, out }: OperationRun, request: ImportRequest): Promise<void> {
  const { importLog } = await import('#observations/import/import.ts');
  const result = await withProgress('Reading the log', (bar) =>
    importLog(node.ctx, actor, { ...request, onProgress: shownIn(bar) }),
  );
  out.result(result, importWords(result));
}

function shownIn(bar: ProgressBar): NonNullable<ImportRequest['onProgress']> {
  return ({ step, bytes, totalBytes, rows }) =>
    step === 'reading'
      ? bar.update(bytes, totalBytes ?? 0, 'bytes', counted(rows, 'row'))
      : bar.update(rows, rows, 'rows, looking for repeated ones');
}

function importWords({ import: row, alreadyImported, resumedRows }: ImportResult): string[] {
  const { importId, read, accepted, duplicate, refused, refusals } = row;
  return [
    alreadyImported
      ? `This file was imported before, as ${importId}. Nothing was changed.`
      : `Imported as ${importId}.`,
    ...(resumedRows > 0 ? [`${counted(resumedRows, 'row')} had been done before it was cut short.`] : []),
    ...facts([
      ['rows read', read],
      ['accepted', accepted],
      ['duplicate', duplicate],
      ['refused', refused],
    ]),
    ...Object.entries(refusals).map(([reason, rows]) => `  ${reason}: ${counted(rows, 'row')}`),
  ];
}

async function importAll({ node, actor, out }: OperationRun, request: ImportRequest): Promise<void> {
  const { importFolder } = await import('#observations/import/import-folder.ts');
  const outcomes = await withProgress('Reading the logs', async (bar) => {
    const done: FileOutcome[] = [];
    for await (const outcome of importFolder(node.ctx, actor, { ...request, onProgress: shownIn(bar) }))
      done.push(outcome);
    return done;
  });
  const rows = outcomes.map(({ path, result, error }) =>
    result
      ? [
          path,
          result.import.read,
          result.import.accepted,
          result.import.duplicate,
          result.import.refused,
          result.alreadyImported ? 'imported before' : result.import.importId,
        ]
      : [path, 0, 0, 0, 0, `not imported: ${error.code}`],
  );
  const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
  const heads = ['file', 'read', 'accepted', 'duplicate', 'refused', 'import'];
  const total = [`${counted(rows.length, 'file')}`, sum(1), sum(2), sum(3), sum(4), ''];
  out.result(
    outcomes.map(({ path, result, error }) => ({ path, ...result, ...(error && { error: error.code }) })),
    table(heads, [...rows, total]),
  );
  const failures = outcomes.flatMap(({ error }) => error ?? []);
  for (const { message } of failures) out.note(message);
  if (failures[0])
    throw new IcarusError('observations/folder-incomplete', { failed: failures.length, files: rows.length });
}

async function previewFile(run: OperationRun, path: string, profileName: string): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { previewLog } = await import('#observations/import/preview.ts');
  const profile = await profileOf(run, profileName);
  const { operationId } = operation;
  const preview = await previewLog(node.ctx, actor, { operationId, input: { path }, profile, signal });
  out.result(preview, previewWords(preview));
}

function previewWords({ format, compression, rows, accepted, refused, more }: LogPreview): string[] {
  const packed = compression === 'none' ? '' : `, compressed with ${compression}`;
  const shown = ({ line, values, refusal }: PreviewRow) =>
    values
      ? [
          String(line),
          values.time ?? '',
          `${values.address}${values.port === null ? '' : ` port ${values.port}`}`,
          values.clientId ?? '',
          values.fileHash ? `${values.hashAlgorithm} ${values.fileHash.slice(0, 12)}…` : '',
          values.grade ?? '',
        ]
      : [String(line), 'refused:', refusal?.column ?? '', refusal?.value ?? '', refusal?.words ?? '', ''];
  return [
    `A log in ${format}${packed}. ${counted(rows.length, 'row')} looked at${more ? ', and there are more' : ''}: ${accepted} accepted, ${refused} refused.`,
    ...table(['line', 'time', 'address', 'client id', 'file', 'grade'], rows.map(shown)),
  ];
}

async function writeRejects(run: OperationRun, importId: ImportId, to: string | undefined): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const [{ openRejects }, { pipeline }, { createWriteStream }] = await Promise.all([
    import('#observations/import/rejects.ts'),
    import('node:stream/promises'),
    import('node:fs'),
  ]);
  const { operationId } = operation;
  const { import: row, csv } = await openRejects(node.ctx, actor, { operationId, importId });
  if (to === undefined) return pipeline(csv, process.stdout, { end: false, signal });
  await pipeline(csv, createWriteStream(to, { flags: 'wx', mode: 0o600 }), { signal }).catch(
    (cause: unknown) => {
      const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
      throw exists ? new IcarusError('cli/file-exists', { path: to }, { cause }) : cause;
    },
  );
  out.result(
    { import: importId, file: to, refused: row.refused },
    `${counted(row.refused, 'refused line')} written to ${to}.`,
  );
}

/** A file where there is one of that name, else a saved profile, else one that an import of this operation used. */
export async function profileOf({ node, operation }: OperationRun, name: string): Promise<ImportProfile> {
  const [{ existsSync }, { readProfile }, { findProfile }] = await Promise.all([
    import('node:fs'),
    import('#observations/import/profile.ts'),
    import('#observations/import/profiles.ts'),
  ]);
  if (existsSync(name)) return readProfile(await jsonFile(name));
  return findProfile(node.ctx.db, operation.operationId, name);
}
