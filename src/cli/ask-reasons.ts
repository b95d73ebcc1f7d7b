/** Gives every command that shows personal data the options that say why, and to whom. */
import type { Command } from 'commander';
import { commandData } from './personal-data.ts';

export function askReasons(command: Command, before: readonly string[] = []): void {
  const words = [...before, command.name()];
  for (const verb of command.commands) askReasons(verb, words);
  const declared = commandData(words);
  if (command.commands.length > 0 || declared === undefined || typeof declared === 'string') return;
  command
    .option('--reason <text>', 'why you read personal data (or ICARUS_REASON); it is logged')
    .option('--recipient <name>', 'to whom you disclose it, if to anybody');
}
