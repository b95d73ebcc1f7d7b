import type { Command } from 'commander';

/** `targets list` of `icarus targets list`. */
export function wordsOf(command: Command): string[] {
  return command.parent ? [...wordsOf(command.parent), command.name()] : [];
}
