/** Backing this machine's node up, looking a backup through, and bringing a node back. */
import type { Command } from 'commander';
import type { Backup } from '#assembly/backup/backup.ts';
import { IcarusError } from '#core/errors.ts';
import { archiveCommand, restoreToMoment } from './archive-commands.ts';
import { asIs, eachOf, instant, textFile } from './arguments.ts';
import { type KeyOptions, keysOf, type RestoreOptions, restoredWords, withKeys } from './backup-options.ts';
import { addCommand } from './commands.ts';
import { withProgress } from './progress.ts';
import { type CommandRun, type NodeRun, runCommand, runOnNode } from './session.ts';
import { counted, facts, shownSize } from './words.ts';

export function backupCommands(program: Command): void {
  const backup = addCommand(
    program,
    'backup',
    'backups of this node',
    'icarus backup make --out /backup/2026-11-26 --recipient age1…',
  );
  withKeys(
    addCommand(backup, 'make', 'write a backup while the node runs; complete or not there', [
      'icarus backup make --out /backup/monday --recipient age1…',
      'icarus backup make --out /backup/tuesday --recipient age1… --earlier /backup/monday --identity backup-key.txt',
    ]),
  )
    .requiredOption('--out <folder>', 'a folder that is not there yet')
    .option('--recipient <age1…>', 'who can restore it, with the register; may stand again', eachOf(asIs))
    .option('--in-clear', 'unencrypted, secret keys too: for a disk that is itself encrypted', false)
    .option('--earlier <folder>', 'share unchanged files with this backup, on the same disk')
    .action((options: MakeOptions, command: Command) => runOnNode(command, (run) => make(run, options)));
  withKeys(
    addCommand(
      backup,
      'check <folder>',
      'read a backup through: is everything there, and as it was?',
      'icarus backup check /backup/monday --identity backup-key.txt --register /mnt/register',
    ),
  ).action((folder: string, options: KeyOptions, command: Command) =>
    runCommand(command, (run) => check(run, folder, options)),
  );
  addCommand(
    backup,
    'prune <folder>',
    'remove the backups in a folder that were kept long enough, and destroy their keys',
    'icarus backup prune /backup',
  ).action((folder: string, _options: object, command: Command) =>
    runOnNode(command, (run) => prune(run, folder)),
  );
  addCommand(
    backup,
    'retire <folder>',
    'end the use of a copy of the register: its keys are destroyed',
    'icarus backup retire /mnt/register',
  )
    .option('--lost', 'it is not there any more, and you answer for it', false)
    .action((folder: string, options: { lost: boolean }, command: Command) =>
      runOnNode(command, (run) => retire(run, folder, options.lost)),
    );
  archiveCommand(backup);
  withKeys(
    addCommand(
      program,
      'restore <folder>',
      'bring a node back from a backup or an archive, into an empty data directory and database',
      [
        'ICARUS_DATA_DIR=/srv/icarus icarus restore /backup/monday --identity backup-key.txt --register /mnt/register',
        'ICARUS_DATA_DIR=/srv/icarus icarus restore /mnt/archive --to 2026-11-26T14:05:00Z --identity backup-key.txt --register /mnt/register',
      ],
    ),
  )
    .option('--to <moment>', 'from an archive, as the node was then: 2026-11-26T14:05:00Z', instant)
    .option('--erasures <file>', 'journal of erasures; default: that of the register')
    .option(
      '--checkpoint <file>',
      'checkpoint of this node’s log that a partner cosigned: is all of it here?',
    )
    .option('--accept-loss', 'go on although the partner has seen more than the backup has', false)
    .action((folder: string, options: RestoreOptions, command: Command) =>
      runCommand(command, (run) => restore(run, folder, options)),
    );
}

interface MakeOptions extends KeyOptions {
  readonly out: string;
  readonly recipient?: readonly string[];
  readonly inClear: boolean;
  readonly earlier?: string;
}

async function make(run: NodeRun, options: MakeOptions): Promise<void> {
  const { node, actor, out, signal, database } = run;
  const [{ backUp }, { ownerOf }] = await Promise.all([
    import('#assembly/backup/backup.ts'),
    import('#platform/database-logins.ts'),
  ]);
  const recipients = options.recipient ?? [];
  if (recipients.length === 0 && !options.inClear) throw new IcarusError('backup/in-clear');
  const { earlier } = options;
  const keys = await keysOf(run, options);
  const made = await withProgress('Backing up', (bar) =>
    backUp(node.ctx, actor, {
      out: options.out,
      recipients,
      earlier: earlier === undefined ? undefined : { folder: earlier, keys },
      ownerUrl: ownerOf(database),
      signal,
      onProgress: (doneBytes) => bar.update(doneBytes, 0, 'bytes'),
    }),
  );
  const { registers = [], keepDays } = node.ctx.backups ?? {};
  out.result(made, [
    `The backup is in ${made.folder}.`,
    ...backupFacts(made),
    ...(recipients.length > 0
      ? [`Its keys are in ${registers.join(', ')}, for at most ${keepDays} days.`]
      : ['It is in clear: what is erased from now on stays readable in it until it is deleted.']),
    'Keep it elsewhere, and try to restore it before you need it: `icarus restore`.',
  ]);
}

async function check(run: CommandRun, folder: string, options: KeyOptions): Promise<void> {
  const { checkBackup } = await import('#assembly/backup/check.ts');
  const keys = await keysOf(run, options);
  const found = await withProgress('Reading the backup', (bar) =>
    checkBackup(folder, {
      keys,
      signal: run.signal,
      onProgress: (done, total) => bar.update(done, total, 'bytes'),
    }),
  );
  run.out.result(found, [
    'Everything is there, and as it was.',
    ...backupFacts(found),
    ...found.closed.map((part) => `Closed for good, its key is destroyed: ${part}.`),
  ]);
}

async function prune({ node, actor, out }: NodeRun, folder: string): Promise<void> {
  const { pruneBackups } = await import('#assembly/backup/prune.ts');
  const pruned = await pruneBackups(node.ctx, actor, folder);
  out.result(pruned, [
    `${counted(pruned.folders.length, 'backup')} removed, ${counted(pruned.keysDestroyed, 'key')} destroyed.`,
    ...pruned.folders,
  ]);
}

async function retire({ node, actor, out }: NodeRun, folder: string, lost: boolean): Promise<void> {
  const { retireRegister } = await import('#assembly/backup/prune.ts');
  const copy = await retireRegister(node.ctx, actor, { folder, lost });
  out.result({ folder: copy, lost }, `${copy} is no copy of the register any more.`);
}

async function restore(run: CommandRun, folder: string, options: RestoreOptions): Promise<void> {
  if (options.to !== undefined) return restoreToMoment(run, folder, { ...options, to: options.to });
  const { out, signal, config } = run;
  const [{ restoreNode }, { openDatabaseServer }, { systemClock }, { createLog }] = await Promise.all([
    import('#assembly/backup/restore.ts'),
    import('#assembly/database-server.ts'),
    import('#core/clock.ts'),
    import('#platform/log.ts'),
  ]);
  const keys = await keysOf(run, options);
  const checkpoint = options.checkpoint === undefined ? undefined : await textFile(options.checkpoint);
  const server = await openDatabaseServer(config);
  try {
    const log = createLog({ level: 'error' });
    const restored = await withProgress('Restoring', (bar) =>
      restoreNode({
        server,
        config,
        clock: systemClock,
        log,
        folder,
        keys,
        checkpoint,
        acceptLoss: options.acceptLoss,
        journalFile: options.erasures,
        signal,
        onProgress: (done, total) => bar.update(done, total, 'bytes'),
      }),
    );
    out.result(restored, [
      `The node is back in ${config.dataDir}; its custody log holds and ends where the backup’s does.`,
      ...backupFacts(restored),
      ...restoredWords(restored),
      'Next: `icarus serve`.',
    ]);
  } finally {
    await server.stop();
  }
}

function backupFacts({ tables, rows, files, sizeBytes, custodySequence }: Backup): string[] {
  return facts([
    ['database', `${counted(rows, 'row')} in ${counted(tables, 'table')}`],
    ['files', counted(files, 'file')],
    ['size', shownSize(sizeBytes)],
    ['newest event', String(custodySequence)],
  ]);
}
