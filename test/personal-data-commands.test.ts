import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { COMMAND_DATA, commandData } from '#cli/personal-data.ts';
import { icarusProgram } from '#cli/program.ts';

/** The words of every command that does something, and of the nouns before them. */
function walk(command: Command, words: readonly string[] = []): { verbs: string[][]; all: string[] } {
  const below = command.commands.filter((one) => one.name() !== 'help');
  const found = below.map((one) => walk(one, [...words, one.name()]));
  return {
    verbs: below.length === 0 ? [[...words]] : found.flatMap(({ verbs }) => verbs),
    all: [words.join(' '), ...found.flatMap(({ all }) => all)],
  };
}

test('every command says which personal data it shows, or why it shows none', () => {
  const { verbs, all } = walk(icarusProgram({ json: false, onEnd: () => undefined }));
  expect(verbs.length).toBeGreaterThan(100);
  expect(
    verbs.filter((words) => commandData(words) === undefined).map((words) => words.join(' ')),
    'to declare in src/cli/personal-data.ts',
  ).toEqual([]);
  expect(
    Object.keys(COMMAND_DATA).filter((words) => !all.includes(words)),
    'to take out of src/cli/personal-data.ts: there is no such command',
  ).toEqual([]);
});
