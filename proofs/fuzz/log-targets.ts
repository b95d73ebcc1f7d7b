/** Observation logs as agencies' tools write them, opened, previewed and converted as an import does, by DuckDB itself. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import { ANALYST, NOW, OPERATION } from '#observations/fixtures.ts';
import { convertLog } from '#observations/import/convert-log.ts';
import { EXAMPLE_NAMES, exampleLog, exampleProfile } from '#observations/import/examples.ts';
import { readLogHead } from '#observations/import/inspect-log.ts';
import { openLog } from '#observations/import/open-log.ts';
import { describeLog, type LogPreview, previewLog } from '#observations/import/preview.ts';
import { type ImportProfile, readProfile } from '#observations/import/profile.ts';
import { totalOf } from '#observations/import/settle-log.ts';
import { writeCodes } from '#observations/targets/severity.ts';
import { type NodePaths, nodePaths } from '#platform/context.ts';
import { textOf } from '#seal/bytes.ts';
import { emptyFolder, fileOf } from './passing-folder.ts';
import type { Accepted, FuzzTarget, Shape } from './target.ts';

/** Small enough that an input of a few kilobytes is cut into several. */
const PIECE_BYTES = 1500;
const MEMORY_BYTES = 128 * 1024 ** 2;
const wanted = { operationId: OPERATION };

let made: Promise<NodePaths> | undefined;

/** Reads with folders of a node, whose temporary one must be empty again after whatever was read. */
async function onNode(read: (ctx: ReadContext) => Promise<Accepted>): Promise<Accepted> {
  const paths = await (made ??= nodePaths(emptyFolder('node')));
  try {
    return await read({ paths, clock: { now: () => NOW } });
  } finally {
    const [left] = readdirSync(paths.temporary);
    if (left !== undefined) leaves(left);
  }
}

type ReadContext = Parameters<typeof previewLog>[0];

function leaves(name: string): never {
  throw new Error(`${name} was left in the temporary folder`);
}

const PROFILES = Object.fromEntries(
  await Promise.all(EXAMPLE_NAMES.map(async (name) => [name, await exampleProfile(name)] as const)),
);

export const LOG_TARGETS: readonly FuzzTarget[] = [
  ...EXAMPLE_NAMES.map((name) => log(`log-${name}`, 'packed', PROFILES[name] as ImportProfile)),
  log('log-parquet', 'bytes', PROFILES['gnutella'] as ImportProfile),
  {
    name: 'log-container',
    shape: 'packed',
    group: 'importers',
    read: (input) => onNode((ctx) => readContainer(ctx, fileOf('log', input))),
  },
  { name: 'import-profile', shape: 'json', group: 'importers', read: readByProfile },
  { name: 'severity-list', shape: 'packed', group: 'importers', read: readSeverity },
];

function log(name: string, shape: Shape, profile: ImportProfile): FuzzTarget {
  return {
    name,
    shape,
    group: 'importers',
    read: (input) => onNode((ctx) => readLog(ctx, fileOf('log', input), profile)),
  };
}

/** What the preview says of the first rows is what the import makes of them: nothing is lost between the two. */
async function readLog(ctx: ReadContext, path: string, profile: ImportProfile): Promise<Accepted> {
  const converted = await convertLog({
    input: { path },
    profile,
    folder: emptyFolder('import'),
    temporaryFolder: ctx.paths.temporary,
    now: NOW,
    pieceBytes: PIECE_BYTES,
    memoryLimitBytes: MEMORY_BYTES,
  });
  const preview = await previewLog(ctx, ANALYST, { ...wanted, input: { path }, profile });
  const { kept, refused } = totalOf(converted.pieces, converted.linesBefore);
  if (!preview.more && (preview.accepted !== kept || preview.refused !== refused))
    throw new Error(
      `the preview takes ${preview.accepted} and refuses ${preview.refused}, the import ${kept} and ${refused}`,
    );
  return soundRows(preview);
}

/** A profile is hostile too: SQL is made of it. */
async function readByProfile(input: Uint8Array): Promise<Accepted> {
  const profile = readProfile(parsed(input));
  const path = exampleLog(profile.format === 'ndjson' ? 'bittorrent' : 'gnutella');
  return onNode(async (ctx) =>
    soundRows(await previewLog(ctx, ANALYST, { ...wanted, input: { path }, profile })),
  );
}

/** Opened without a profile and read to its end: compression, encoding, lines. */
async function readContainer(ctx: ReadContext, path: string): Promise<Accepted> {
  await describeLog(ctx, ANALYST, { ...wanted, input: { path } });
  await using opened = await openLog({ path }, { temporaryFolder: ctx.paths.temporary });
  let bytes = 0;
  for await (const chunk of opened.text) bytes += chunk.length;
  if (opened.parquetPath === undefined && bytes < opened.headerBytes)
    throw new Error('its text is shorter than its head');
  return {};
}

async function readSeverity(input: Uint8Array): Promise<Accepted> {
  const path = fileOf('severity.csv', input);
  const head = await readLogHead(path, ',');
  const target = join(emptyFolder('import'), 'codes.parquet');
  return onNode(async (ctx) => {
    await writeCodes(ctx, { path }, { ...head, target });
    return {};
  });
}

function soundRows({ rows }: LogPreview): Accepted {
  for (const { values } of rows)
    if (values && Number.isNaN(Date.parse(values.time ?? ''))) throw new Error(`no time: ${values.time}`);
  return {};
}

/** As a command or a route hands it on. */
export function parsed(input: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(input) ?? '');
  } catch (cause) {
    throw new IcarusError('cli/file-unreadable', { path: 'input', reason: 'it is not JSON' }, { cause });
  }
}
