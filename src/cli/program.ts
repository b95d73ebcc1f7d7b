/** The whole command line as one tree, its commands in the order in which an operation runs. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { agencyCommands } from './agency-commands.ts';
import { approvalCommands } from './approval-commands.ts';
import { askReasons } from './ask-reasons.ts';
import { attributionCommands } from './attribution-commands.ts';
import { backupCommands } from './backup-commands.ts';
import { breakGlassCommands } from './break-glass-commands.ts';
import { caseworkCommands } from './casework-commands.ts';
import { consultationCommands } from './consultation-commands.ts';
import { crossmatchCommands } from './crossmatch-commands.ts';
import { custodyCommands } from './custody-commands.ts';
import { eraseCommands } from './erase-commands.ts';
import { evidenceCommands } from './evidence-commands.ts';
import { exchangeCommands } from './exchange-commands.ts';
import { exerciseCommands } from './exercise-commands.ts';
import { keyCommands } from './key-commands.ts';
import { keysCommands } from './keys-commands.ts';
import { letterCommands } from './letter-commands.ts';
import { meetingCommands } from './meeting-commands.ts';
import { nodeCommands } from './node-commands.ts';
import { observationCommands } from './observation-commands.ts';
import { operationCommands } from './operation-commands.ts';
import { packageCommands } from './package-commands.ts';
import { preservationCommands } from './preservation-commands.ts';
import { programmeCommands } from './programme-commands.ts';
import { queryCommands } from './query-commands.ts';
import { recallCommands } from './recall-commands.ts';
import { referralCommands } from './referral-commands.ts';
import { reportCommands } from './report-commands.ts';
import { resultCommands } from './result-commands.ts';
import { freezeCurveCommand, retentionCommands } from './retention-commands.ts';
import { reviewCommands } from './review-commands.ts';
import { sealedFileCommands } from './sealed-file-commands.ts';
import { serviceAccountCommands } from './service-account-commands.ts';
import { signInCommands } from './sign-in-commands.ts';
import { statusCommand } from './status-command.ts';
import { targetCommands } from './target-commands.ts';
import { tlsCommands } from './tls-commands.ts';

/** Groups of `icarus --help`, in the order of the chain, with what adds the commands of each. */
const GROUPS: readonly (readonly [group: string, ...add: ((program: Command) => void)[]])[] = [
  ['Exercise', exerciseCommands],
  [
    'Node',
    nodeCommands,
    statusCommand,
    signInCommands,
    keyCommands,
    keysCommands,
    serviceAccountCommands,
    tlsCommands,
    backupCommands,
  ],
  [
    'Agencies and operations',
    agencyCommands,
    programmeCommands,
    operationCommands,
    meetingCommands,
    breakGlassCommands,
  ],
  [
    'Observations',
    observationCommands,
    attributionCommands,
    retentionCommands,
    targetCommands,
    freezeCurveCommand,
  ],
  ['Packages', packageCommands, preservationCommands, sealedFileCommands],
  ['Exchange', exchangeCommands],
  ['Correspondence', letterCommands, queryCommands, recallCommands],
  ['Casework', caseworkCommands, reportCommands],
  ['Results', resultCommands],
  ['Evidence', evidenceCommands],
  ['Cross-match', crossmatchCommands],
  ['Referrals', referralCommands],
  ['Custody', custodyCommands, consultationCommands],
  ['Data protection', reviewCommands, eraseCommands, approvalCommands],
];

export const GROUP_NAMES = GROUPS.map(([group]) => group);

/** Exit code of a wrong command. */
const WRONG_COMMAND = 2;

export interface ProgramOptions {
  /** Wrong usage is told as JSON, as every other failure is. */
  readonly json: boolean;
  /** Called when commander itself ends the command: help, version, wrong usage. */
  readonly onEnd: (exitCode: number) => void;
}

export function icarusProgram({ json, onEnd }: ProgramOptions): Command {
  const program = new Command('icarus')
    .description(
      'Runs a cross-border police operation as one traceable chain, from an observation log to a press figure.',
    )
    .version(packageVersion())
    .option('--json', 'print the result as JSON')
    .option(
      '--key <file>',
      'your key, which signs the command: a file, or SHA256:… in an ssh-agent (or ICARUS_KEY)',
    )
    .option('--officer <id>', 'in an exercise only: the officer who acts (or ICARUS_OFFICER)')
    .configureHelp({ showGlobalOptions: true, subcommandTerm: termOf })
    .configureOutput({ outputError: (text, write) => write(json ? asJson(text) : told(text)) })
    .showHelpAfterError(json ? false : 'Run the command with --help for an example.')
    .addHelpText(
      'after',
      '\nExample:\n  icarus operation list --key ~/.ssh/id_ed25519\n  icarus package --help',
    )
    .exitOverride(({ exitCode, code }) =>
      onEnd(exitCode === 0 || code === 'commander.helpDisplayed' ? 0 : WRONG_COMMAND),
    );
  for (const [group, ...adders] of GROUPS) {
    program.commandsGroup(group);
    for (const add of adders) add(program);
  }
  for (const command of program.commands) askReasons(command);
  return program.commandsGroup('Help').helpCommand('help [command]', 'show the help of a command');
}

/** A noun is followed by its commands; a command by its arguments, its options stay in its own help. */
function termOf(command: Command): string {
  const verbs = command.commands.map((verb) => verb.name());
  if (verbs.length > 0) return `${command.name()} …`;
  const values = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return [command.name(), ...values].join(' ');
}

function told(text: string): string {
  return text.replace(/^error: /, 'icarus: ');
}

function asJson(text: string): string {
  const message = text.replace(/^error: /, '').trim();
  return `${JSON.stringify({ error: { code: 'cli/usage', message } })}\n`;
}

function packageVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
