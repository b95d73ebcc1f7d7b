/** No importer is overlooked: each place where a file comes in is fuzzed, or it is said why not. */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { icarusProgram } from '#cli/program.ts';
import { FILES_OF_COMMANDS, FILES_OF_ROUTES, type FuzzedBy, OTHER_READERS } from './importers.ts';
import { FUZZ_TARGETS } from './targets.ts';

const SOURCE = join(import.meta.dirname, '../../src');
const NAMES = new Set(FUZZ_TARGETS.map(({ name }) => name));
/** What a command calls something that lies on a disk. */
const FILE = /^(?:file|files|file or name|folder|table|items|list)$/;

function unknownIn(places: readonly (readonly [string, FuzzedBy])[]): string[] {
  return places.flatMap(([place, by]) =>
    typeof by === 'string'
      ? by.length > 10
        ? []
        : [`${place}: no reason`]
      : by.filter((name) => !NAMES.has(name)).map((name) => `${place}: ${name}`),
  );
}

function filesOf(command: Command, words: readonly string[] = []): string[] {
  const below = command.commands.flatMap((one) => filesOf(one, [...words, one.name()]));
  const named = command.registeredArguments.map((one) => one.name()).filter((name) => FILE.test(name));
  const options = command.options.filter(
    ({ flags, long }) => long !== '--out' && FILE.test(/<([^>]+)>/.exec(flags)?.[1] ?? ''),
  );
  const own = [...named, ...options.map(({ long }) => long ?? '')].map((one) => [...words, one].join(' '));
  return [...below, ...own];
}

test('every file that a command reads has a parser that is fuzzed, or the reason why it needs none', () => {
  const found = filesOf(icarusProgram({ json: false, onEnd: () => undefined })).filter(
    (place) => !WRITTEN.has(place),
  );
  expect([...new Set(found)].sort()).toEqual(Object.keys(FILES_OF_COMMANDS).sort());
  expect(unknownIn(Object.entries(FILES_OF_COMMANDS))).toEqual([]);
});

/** Arguments that name a file to write. */
const WRITTEN = new Set([
  'retention export file',
  'targets export file',
  'custody export folder',
  'consultations export file',
  'package open --to',
  'message save --name',
  'message save --out',
]);

test('every route that takes a file has a parser that is fuzzed', () => {
  const counted = globSync('**/*routes.ts', { cwd: SOURCE }).flatMap((file) => {
    const routes = readFileSync(join(SOURCE, file), 'utf8').match(/takesBytes: true/g) ?? [];
    return routes.length > 0 ? [[file.replaceAll('\\', '/'), routes.length] as const] : [];
  });
  expect(Object.fromEntries(counted)).toEqual(
    Object.fromEntries(Object.entries(FILES_OF_ROUTES).map(([file, routes]) => [file, routes.length])),
  );
  const all = Object.entries(FILES_OF_ROUTES).flatMap(([file, routes]) =>
    routes.map((by) => [file, by] as const),
  );
  expect(unknownIn(all)).toEqual([]);
});

const READER = /^export (?:async )?(?:function\*?|const) ((?:read|parse|recognise|inspect)[A-Z]\w*)/gm;

/** `#room/file.ts name` of what the lists of parsers import. */
function importedByParsers(): Set<string> {
  const lists = readdirSync(import.meta.dirname).filter((file) => file.endsWith('-targets.ts'));
  const imports = lists.flatMap((file) => [
    ...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/import \{([^}]*)\} from '(#[^']+)'/g),
  ]);
  return new Set(
    imports.flatMap(([, names = '', module = '']) =>
      names.split(',').map((name) => `${module} ${name.trim().replace(/^type /, '')}`),
    ),
  );
}

test('every function that reads or parses is run by a parser that is fuzzed, or it is said why not', () => {
  const fuzzed = importedByParsers();
  const readers = globSync('**/*.ts', { cwd: SOURCE })
    .filter((file) => !/\.test\.ts$|fixtures|^web|^exercise|write-vectors|vector-cases/.test(file))
    .flatMap((file) => {
      const found = readFileSync(join(SOURCE, file), 'utf8').matchAll(READER);
      return [...found].map(([, name]) => `#${relative(SOURCE, join(SOURCE, file))} ${name}`);
    });
  expect(readers.length).toBeGreaterThan(70);
  expect(
    readers.filter((reader) => !fuzzed.has(reader) && !(reader in OTHER_READERS)),
    'to run by a parser in proofs/fuzz, or to list in importers.ts',
  ).toEqual([]);
  expect(
    Object.keys(OTHER_READERS).filter((reader) => !readers.includes(reader) || fuzzed.has(reader)),
    'to take out of importers.ts',
  ).toEqual([]);
  expect(unknownIn(Object.entries(OTHER_READERS))).toEqual([]);
});
