import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { GROUP_NAMES, icarusProgram } from './program.ts';

const program = icarusProgram({ json: false, onEnd: () => undefined });

function everyCommand(command: Command, path: string): { path: string; command: Command }[] {
  const below = command.commands.flatMap((one) => everyCommand(one, `${path} ${one.name()}`));
  return [{ path, command }, ...below];
}

const commands = everyCommand(program, 'icarus');

function helpOf(command: Command): string {
  let shown = '';
  command.configureOutput({ writeOut: (text) => (shown += text) });
  command.outputHelp();
  return shown;
}

test.each(commands)('$path closes its help with an example', ({ command }) => {
  expect(helpOf(command)).toMatch(/\nExample:\n {2}\S/);
});

test.each(commands.slice(1))('$path says what it does', ({ command }) => {
  expect(command.description()).toMatch(/^[a-z]/);
  expect(command.description().length).toBeLessThan(90);
});

test('the help lists the groups in the order of the chain', () => {
  const help = helpOf(program);
  const places = GROUP_NAMES.map((group) => help.indexOf(`\n${group}\n`));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test('every command gives its result as JSON on demand', () => {
  const words = commands.filter(({ command }) => command.options.some(({ long }) => long === '--json'));
  expect(words.map(({ path }) => path)).toEqual(['icarus']);
});

test('no room is loaded before its command runs, so that help answers at once', () => {
  const files = readdirSync(import.meta.dirname).filter(
    (name) =>
      name.endsWith('.ts') &&
      !name.endsWith('.test.ts') &&
      !['fixtures.ts', 'shared-server.ts'].includes(name),
  );
  const loaded = files.flatMap((name) => {
    const source = readFileSync(join(import.meta.dirname, name), 'utf8');
    return [...source.matchAll(/^import (?!type)[^;]*? from '(#[^']+)';/gm)].map(([, room]) => room);
  });
  // These import nothing but the core.
  const light = /^#core\/|^#access\/(policy|command-access)\.ts$|^#evidence\/types\.ts$/;
  expect([...new Set(loaded)].filter((room) => !light.test(room ?? ''))).toEqual([]);
});

test('a reader that goes away is no failure', async () => {
  const binary = join(import.meta.dirname, '../../bin/icarus.mjs');
  const { stdout, stderr } = await promisify(execFile)('sh', [
    '-c',
    `"${process.execPath}" "${binary}" --help | head -n 1`,
  ]);
  expect({ stdout, stderr }).toEqual({ stdout: 'Usage: icarus [options] [command]\n', stderr: '' });
});
