/** Looking into an archive, and bringing a node back from it as it was at a moment. */
import type { Command } from 'commander';
import { IcarusError } from '#core/errors.ts';
import { textFile } from './arguments.ts';
import { keysOf, REGISTER, type RestoreOptions, restoredWords } from './backup-options.ts';
import { addCommand } from './commands.ts';
import { table } from './output.ts';
import { withProgress } from './progress.ts';
import { type CommandRun, runCommand } from './session.ts';
import { counted, facts, shownSize } from './words.ts';

export function archiveCommand(backup: Command): void {
  addCommand(backup, 'archive [folder]', 'which moments an archive gives back', [
    'icarus backup archive',
    'icarus backup archive /mnt/archive --register /mnt/register',
  ])
    .option('--register <folder>', REGISTER)
    .action((folder: string | undefined, options: { register?: string }, command: Command) =>
      runCommand(command, (run) => show(run, folder, options)),
    );
}

const KEY_WORDS = { there: 'can be brought back', closed: 'closed for good', unknown: '' } as const;

async function show(
  { config, out }: CommandRun,
  named: string | undefined,
  { register }: { readonly register?: string },
): Promise<void> {
  const folder = named ?? config.archiveDir;
  if (folder === null) throw new IcarusError('archive/none');
  const { archiveSpans } = await import('#assembly/archive/spans.ts');
  const spans = await archiveSpans(folder, register ?? config.backupRegister[0]);
  out.result(
    spans,
    table(
      ['from', 'to', 'key', 'size', ''],
      spans.map(({ from, until, key, gap, sizeBytes }) => [
        from,
        until ?? 'nothing yet',
        KEY_WORDS[key],
        shownSize(sizeBytes),
        gap === null ? '' : `a piece is missing with the log from ${gap} on`,
      ]),
    ),
  );
}

export async function restoreToMoment(
  run: CommandRun,
  folder: string,
  options: RestoreOptions & { readonly to: Date },
): Promise<void> {
  const { out, signal, config } = run;
  const [{ restoreTo }, { systemClock }, { createLog }] = await Promise.all([
    import('#assembly/archive/restore-to.ts'),
    import('#core/clock.ts'),
    import('#platform/log.ts'),
  ]);
  const keys = await keysOf(run, options);
  const checkpoint = options.checkpoint === undefined ? undefined : await textFile(options.checkpoint);
  const restored = await withProgress('Restoring', (bar) =>
    restoreTo({
      config,
      clock: systemClock,
      log: createLog({ level: 'error' }),
      folder,
      keys,
      to: options.to,
      checkpoint,
      acceptLoss: options.acceptLoss,
      journalFile: options.erasures,
      signal,
      onProgress: (done, total) => bar.update(done, total, 'bytes'),
    }),
  );
  out.result(restored, [
    `The node is back in ${config.dataDir} as it was at ${restored.to}; its custody log holds.`,
    ...facts([
      ['events in the log', restored.custodySize],
      ['files', counted(restored.files, 'file')],
      ['log replayed', shownSize(restored.logBytes)],
    ]),
    ...restoredWords(restored),
    'Next: `icarus serve`.',
  ]);
}
