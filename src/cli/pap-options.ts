/** Options of levels (PAP) and of the conditions of a permission, as several commands take them. */
import { type Command, InvalidArgumentError, type Option } from 'commander';
import { PERMITTED_ACTS, type PermittedAct } from '#core/conditions.ts';
import { PAP_ACTS, type PapAct, type PapLevel } from '#core/pap.ts';
import type { ConditionsDocument } from '#correspondence/document.ts';
import { agency, choice, eachOf, instant } from './arguments.ts';

const LEVELS: Readonly<Record<PapLevel, string>> = {
  RED: 'nothing that anybody outside could notice',
  AMBER: 'checks, also with partner agencies',
  GREEN: 'active measures',
  CLEAR: 'no restriction',
};

export function papOption(words: string): Option {
  return choice('--pap <level>', words, LEVELS);
}

/** An act that a level can forbid. */
export function papAct(text: string): PapAct {
  const act = PAP_ACTS.find((one) => one === text);
  if (!act) throw new InvalidArgumentError(`Name one of ${PAP_ACTS.join(', ')}.`);
  return act;
}

function permittedAct(text: string): PermittedAct {
  const act = PERMITTED_ACTS.find((one) => one === text);
  if (!act) throw new InvalidArgumentError(`Name one of ${PERMITTED_ACTS.join(', ')}.`);
  return act;
}

export interface ConditionOptions {
  readonly condition?: string;
  readonly until?: Date;
  readonly onlyTo?: readonly string[];
  readonly onlyFor?: readonly PermittedAct[];
}

/** What a yes may be bound to. */
export function conditionOptions(command: Command): Command {
  return command
    .option('--condition <words>', 'of a yes: a condition that the asking officer keeps')
    .option('--until <time>', 'of a yes: it ends then', instant)
    .option('--only-to <agency>', 'of a yes: only to this agency; may stand again', eachOf(agency))
    .option(
      '--only-for <act>',
      `of a yes: only for ${PERMITTED_ACTS.join(', ')}; may stand again`,
      eachOf(permittedAct),
    );
}

/** What was said of them; undefined where nothing was. */
export function conditionsOf(options: ConditionOptions): ConditionsDocument | undefined {
  const { condition, until, onlyTo, onlyFor } = options;
  if (condition === undefined && !until && !onlyTo && !onlyFor) return undefined;
  return {
    text: condition ?? '',
    until: until?.toISOString() ?? null,
    onlyTo: onlyTo ? [...onlyTo] : null,
    onlyFor: onlyFor ? [...onlyFor] : null,
  };
}
