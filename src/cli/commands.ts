/** How commands are declared: each with a description and an example that closes its help. */
import type { Command } from 'commander';

/**
 * Adds a command below `parent`.
 * @param usage name and arguments: `import <file>`
 * @param example one line a person can type, or several
 */
export function addCommand(
  parent: Command,
  usage: string,
  description: string,
  example: string | readonly string[],
): Command {
  const lines = typeof example === 'string' ? [example] : example;
  return parent
    .command(usage)
    .description(description)
    .addHelpText('after', `\nExample:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

/** A command of one operation. */
export function onOperation(command: Command): Command {
  return command.option(
    '--operation <name>',
    'code name or id of the operation; may be left out where there is only one',
  );
}
