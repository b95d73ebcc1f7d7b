/** `icarus`: the command line, its commands in the order in which an operation runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { exerciseCommands } from './exercise-commands.ts';
import { nodeCommands } from './node-commands.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

const program = new Command('icarus')
  .description(
    'Runs a cross-border police operation as one traceable chain, from an observation log to a press figure.',
  )
  .version(version)
  .option('--json', 'print the result as JSON')
  .option('--officer <id>', 'the officer who acts (or ICARUS_OFFICER)')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('Run the command with --help for an example.')
  .exitOverride((ended) => {
    // 2 is the exit code of a wrong command; help and version end well.
    process.exit(ended.exitCode === 0 || ended.code === 'commander.helpDisplayed' ? 0 : 2);
  });

for (const add of [exerciseCommands, nodeCommands]) add(program);

await program.parseAsync();
