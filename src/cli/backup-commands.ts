/** Backing this machine's node up, looking a backup through, and bringing a node back. */
import type { Command } from 'commander';
import type { Backup } from '#assembly/backup/backup.ts';
import { IcarusError } from '#core/errors.ts';
import { asIs, eachOf } from './arguments.ts';
import { addCommand } from './commands.ts';
import { identitiesOf } from './identities.ts';
import { withProgress } from './progress.ts';
import { type CommandRun, type NodeRun, runCommand, runOnNode } from './session.ts';
import { counted, facts, shownSize } from './words.ts';

const IDENTITY = 'file with age identities that open it; may stand again';

export function backupCommands(program: Command): void {
  const backup = addCommand(
    program,
    'backup',
    'backups of this node',
    'icarus backup make --out /backup/2026-11-26',
  );
  addCommand(backup, 'make', 'write a backup while the node runs; complete or not there', [
    'icarus backup make --out /backup/monday --recipient age1…',
    'icarus backup make --out /backup/tuesday --recipient age1… --earlier /backup/monday --identity backup-key.txt',
  ])
    .requiredOption('--out <folder>', 'a folder that is not there yet')
    .option('--recipient <age1…>', 'who can read it; may stand again', eachOf(asIs))
    .option('--in-clear', 'unencrypted, secret keys too: for a disk that is itself encrypted', false)
    .option('--earlier <folder>', 'share unchanged files with this backup, on the same disk')
    .option('--identity <file>', IDENTITY, eachOf(asIs))
    .action((options: MakeOptions, command: Command) => runOnNode(command, (run) => make(run, options)));
  addCommand(
    backup,
    'check <folder>',
    'read a backup through: is everything there, and as it was?',
    'icarus backup check /backup/monday --identity backup-key.txt',
  )
    .option('--identity <file>', IDENTITY, eachOf(asIs))
    .action((folder: string, options: { identity?: readonly string[] }, command: Command) =>
      runCommand(command, (run) => check(run, folder, options.identity)),
    );
  addCommand(
    program,
    'restore <folder>',
    'bring a node back from a backup, into an empty data directory and database',
    'ICARUS_DATA_DIR=/srv/icarus icarus restore /backup/monday --identity backup-key.txt',
  )
    .option('--identity <file>', IDENTITY, eachOf(asIs))
    .action((folder: string, options: { identity?: readonly string[] }, command: Command) =>
      runCommand(command, (run) => restore(run, folder, options.identity)),
    );
}

interface MakeOptions {
  readonly out: string;
  readonly recipient?: readonly string[];
  readonly inClear: boolean;
  readonly earlier?: string;
  readonly identity?: readonly string[];
}

async function make({ node, actor, out, signal, databaseUrl }: NodeRun, options: MakeOptions): Promise<void> {
  const { backUp } = await import('#assembly/backup/backup.ts');
  const recipients = options.recipient ?? [];
  if (recipients.length === 0 && !options.inClear) throw new IcarusError('backup/in-clear');
  const identities = await identitiesOf(options.identity);
  const made = await withProgress('Backing up', (bar) =>
    backUp(node.ctx, actor, {
      out: options.out,
      recipients,
      earlier: options.earlier === undefined ? undefined : { folder: options.earlier, identities },
      databaseUrl,
      signal,
      onProgress: (doneBytes) => bar.update(doneBytes, 0, 'bytes'),
    }),
  );
  out.result(made, [
    `The backup is in ${made.folder}.`,
    ...backupFacts(made),
    'Keep it elsewhere, and try to restore it before you need it: `icarus restore`.',
  ]);
}

async function check(
  { out, signal }: CommandRun,
  folder: string,
  identity?: readonly string[],
): Promise<void> {
  const { checkBackup } = await import('#assembly/backup/check.ts');
  const identities = await identitiesOf(identity);
  const found = await withProgress('Reading the backup', (bar) =>
    checkBackup(folder, {
      identities,
      signal,
      onProgress: (done, total) => bar.update(done, total, 'bytes'),
    }),
  );
  out.result(found, ['Everything is there, and as it was.', ...backupFacts(found)]);
}

async function restore(
  { out, signal, config }: CommandRun,
  folder: string,
  identity?: readonly string[],
): Promise<void> {
  const [{ restoreNode }, { openDatabaseServer }, { systemClock }, { createLog }] = await Promise.all([
    import('#assembly/backup/restore.ts'),
    import('#assembly/database-server.ts'),
    import('#core/clock.ts'),
    import('#platform/log.ts'),
  ]);
  const identities = await identitiesOf(identity);
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
        identities,
        signal,
        onProgress: (done, total) => bar.update(done, total, 'bytes'),
      }),
    );
    out.result(restored, [
      `The node is back in ${config.dataDir}; its custody log ends where the backup's does.`,
      ...backupFacts(restored),
      'Next: `icarus custody verify`, then `icarus serve`.',
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
