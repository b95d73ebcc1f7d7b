/** Every command of `icarus`, given in this process, as the walks over all of them give it. */
import type { Argument, Command, Option } from 'commander';
import { expect, vi } from 'vitest';
import { icarusProgram } from '#cli/program.ts';

export interface Verb {
  readonly words: readonly string[];
  readonly command: Command;
}

/** The commands that do something, without the nouns before them. */
export function verbs(command: Command, words: readonly string[] = []): Verb[] {
  const below = command.commands.filter((one) => one.name() !== 'help');
  return below.length === 0
    ? [{ words, command }]
    : below.flatMap((one) => verbs(one, [...words, one.name()]));
}

export const newProgram = () =>
  icarusProgram({ json: true, onEnd: (code) => expect.fail(`wrong usage: ${code}`) });

/** One of these is what every argument and option takes. */
const VALUES = [
  'x',
  'dk',
  'DK',
  '1',
  'mt:MT',
  'Denmark:DK:dk',
  'dk:2',
  'A1',
  'H0',
  '2011-09',
  '2011-09-21',
  '2011-09-21T09:00:00Z',
  'https://127.0.0.1:9',
  'a'.repeat(64),
];

export function valueFor(taking: Argument | Option): string {
  const [choice] = taking.argChoices ?? [];
  if (choice !== undefined) return choice;
  const { parseArg } = taking;
  const taken = VALUES.find((value) => {
    try {
      parseArg?.(value, undefined);
      return true;
    } catch {
      return false;
    }
  });
  if (taken === undefined) throw new Error(`a value for ${taking.name()} is missing in test/command-line.ts`);
  return taken;
}

/** The command with all that it needs, and nothing more. @param valued of arguments and options; default: any that is taken */
export function typed(
  { words, command }: Verb,
  valued: (taking: Argument | Option) => string = valueFor,
): string[] {
  const given = command.registeredArguments.filter(({ required }) => required).map(valued);
  const options = command.options
    .filter(({ mandatory }) => mandatory)
    .flatMap((option) => (option.required ? [option.long ?? '', valued(option)] : [option.long ?? '']));
  return [...words, ...given, ...options];
}

export interface Given {
  /** Of the error that the command ended with; undefined where it succeeded. */
  readonly code: string | undefined;
  /** Standard output. */
  readonly answer: string;
  /** Standard error. */
  readonly said: string;
}

/** @param key file with which the officer signs; undefined for nobody */
export async function give(
  words: readonly string[],
  key: string | undefined,
  program: Command = newProgram(),
): Promise<Given> {
  let [said, answer] = ['', ''];
  const quiet = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    answer += String(text);
    return true;
  });
  const heard = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  try {
    await program.parseAsync([
      'node',
      'icarus',
      '--json',
      ...(key === undefined ? [] : ['--key', key]),
      ...words,
    ]);
  } finally {
    quiet.mockRestore();
    heard.mockRestore();
    process.exitCode = 0;
  }
  const error = said.split('\n').find((line) => line.startsWith('{"error"'));
  const code = error && (JSON.parse(error) as { error: { code: string } }).error.code;
  return { code, answer, said };
}
