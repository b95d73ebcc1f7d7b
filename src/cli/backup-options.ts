/** What the commands that open backups and archives share: the keys, and what is said of a restore. */
import type { Command } from 'commander';
import type { FinishedRestore } from '#assembly/backup/finish-restore.ts';
import { asIs, eachOf } from './arguments.ts';
import { identitiesOf } from './identities.ts';
import type { CommandRun } from './session.ts';
import { facts } from './words.ts';

const IDENTITY = 'file with age identities that open it; may stand again';
export const REGISTER = 'a copy of the register of backup keys; default: the first of ICARUS_BACKUP_REGISTER';

export interface KeyOptions {
  readonly identity?: readonly string[];
  readonly register?: string;
}

export function withKeys(command: Command): Command {
  return command.option('--identity <file>', IDENTITY, eachOf(asIs)).option('--register <folder>', REGISTER);
}

export interface RestoreOptions extends KeyOptions {
  readonly to?: Date;
  readonly erasures?: string;
  readonly checkpoint?: string;
  readonly acceptLoss: boolean;
}

export async function keysOf({ config }: CommandRun, { identity, register }: KeyOptions) {
  return { identities: await identitiesOf(identity), register: register ?? config.backupRegister[0] };
}

export function restoredWords({ erasedAgain, forgotten, behind }: FinishedRestore): string[] {
  const { records, messages, events } = erasedAgain;
  return [
    ...facts([['erased again', `${records} records, ${messages} messages, ${events} events of the log`]]),
    ...forgotten.map((part) => `Not given back, its key is destroyed: ${part}.`),
    ...(behind
      ? [
          `Events ${behind.from} to ${behind.to} of the custody log are missing; partners have seen them and will alarm.`,
          'Telephone them, then ask each for what is missing: `icarus reconcile AGENCY --ask`.',
        ]
      : []),
  ];
}
