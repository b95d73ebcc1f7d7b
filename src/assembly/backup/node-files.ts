/** The node's folders in a backup. Files are never changed once written: what an earlier backup has is not read again. */
import { createReadStream } from 'node:fs';
import { link, mkdir, opendir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { NodePaths } from '#platform/context.ts';
import { stagingFile, syncFolder } from '#platform/staging-folder.ts';
import { NODE_PART } from '#protection/backup-keys.ts';
import type { FileEntry, Manifest } from './manifest.ts';
import { sideBySide } from './side-by-side.ts';
import { checked, digesting, load, store } from './stored-file.ts';

/** What is needed only while work runs is not kept. */
const NOT_KEPT: readonly (keyof NodePaths)[] = ['home', 'temporary'];

export interface KeepOptions {
  /** Folder of the new backup. */
  readonly folder: string;
  /** Whom a part is encrypted to; none: in clear. */
  readonly recipientsOf: (part: string) => Promise<readonly string[]>;
  /** The operation that a path of the list below belongs to; asked when all files are listed. */
  readonly operationsOf: () => Promise<ReadonlyMap<string, string>>;
  /** An earlier backup to take unchanged files from. */
  readonly earlier: { readonly folder: string; readonly manifest: Manifest } | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (bytes: number) => void;
}

export async function keepFiles(paths: NodePaths, options: KeepOptions): Promise<FileEntry[]> {
  const known = new Map(options.earlier?.manifest.files.map((entry) => [entry.path, entry]));
  const found = await nodeFiles(paths);
  const operations = await options.operationsOf();
  const earlierKeys = new Map(
    options.earlier?.manifest.parts.map(({ part, recipient }) => [part, recipient]),
  );
  const kept = new Map<string, FileEntry>();
  const keep = async ({ file, path }: (typeof found)[number]): Promise<void> => {
    const part = partOf(path, operations);
    const recipients = await options.recipientsOf(part);
    // What was encrypted with another key goes with that key.
    const shared = earlierKeys.get(part) === (recipients[0] ?? null);
    const entry = await keepFile(file, path, {
      ...options,
      part,
      recipients,
      known: shared ? known.get(path) : undefined,
    });
    if (entry) kept.set(path, entry);
  };
  await sideBySide(found, keep, options.signal);
  const folders = new Set<string>();
  for (const { file } of kept.values())
    for (let at = dirname(file); at !== '.' && !folders.has(at); at = dirname(at)) folders.add(at);
  // A link is an entry of its folder, and is durable with it.
  for (const at of folders) await syncFolder(join(options.folder, at));
  return found.flatMap(({ path }) => kept.get(path) ?? []);
}

/** All files that are kept, and their paths with `/`, as manifests name them. */
export async function nodeFiles(
  paths: NodePaths,
): Promise<{ readonly file: string; readonly path: string }[]> {
  const found: { readonly file: string; readonly path: string }[] = [];
  for (const name of Object.keys(paths) as (keyof NodePaths)[]) {
    if (NOT_KEPT.includes(name)) continue;
    for await (const file of filesBelow(paths[name]))
      found.push({ file, path: [name, ...relative(paths[name], file).split(sep)].join('/') });
  }
  return found;
}

/** By the folder or file that a row of the operation names. */
function partOf(path: string, operations: ReadonlyMap<string, string>): string {
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) {
    const operationId = operations.get(path.slice(0, at));
    if (operationId !== undefined) return operationId;
  }
  return NODE_PART;
}

/** What a broken attempt left, or another is writing, has a dot before its name. */
async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

async function keepFile(
  source: string,
  path: string,
  options: KeepOptions & { part: string; recipients: readonly string[]; known: FileEntry | undefined },
): Promise<FileEntry | undefined> {
  const { folder, part, known, earlier, recipients, signal, onBytes } = options;
  // Swept or erased since the folder was listed: then no backup is to have it either.
  const found = await stat(source).catch(() => undefined);
  if (!found) return undefined;
  if (
    known?.part === part &&
    earlier &&
    known.sizeBytes === found.size &&
    known.modifiedMs === found.mtimeMs
  ) {
    await mkdir(dirname(join(folder, known.file)), { recursive: true, mode: 0o700 });
    if (await linked(join(earlier.folder, known.file), join(folder, known.file))) {
      onBytes(found.size);
      return known;
    }
  }
  const file = `files/${path}`;
  const digest = digesting();
  const content = createReadStream(source, { highWaterMark: 1024 * 1024 });
  const passing = (async function* () {
    for await (const chunk of digest.through(content)) {
      onBytes(chunk.length);
      yield chunk;
    }
  })();
  try {
    await store(join(folder, file), passing, { recipients, signal });
  } finally {
    content.destroy();
  }
  return { path, part, file, ...digest.result(), modifiedMs: found.mtimeMs };
}

/** Two backups on one disk share what neither changes; false where that cannot be. */
async function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    () => false,
  );
}

/**
 * Puts the files back where they were.
 * @throws backup/damaged
 */
export async function putFilesBack(
  paths: NodePaths,
  manifest: Manifest,
  options: {
    folder: string;
    identities: readonly string[];
    /** Which entries are to be put back. */
    readable: (entry: FileEntry) => boolean;
    signal: AbortSignal | undefined;
    onBytes: (bytes: number) => void;
  },
): Promise<void> {
  const { folder, identities, signal, onBytes } = options;
  const putBack = async (entry: FileEntry): Promise<void> => {
    const target = targetOf(paths, entry.path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const file = await stagingFile(target);
    try {
      const stored = load(join(folder, entry.file), { identities, encrypted: manifest.encrypted });
      for await (const chunk of checked(stored, { expected: entry, place: entry.file })) {
        onBytes(chunk.length);
        await file.write(chunk);
      }
      await file.commit();
    } catch (error) {
      await file.discard();
      throw error;
    }
  };
  await sideBySide(manifest.files.filter(options.readable), putBack, signal);
}

/** A path of a manifest names a folder of the node and a file below it, and nothing else. */
export function targetOf(paths: NodePaths, path: string): string {
  const [name = '', ...rest] = path.split('/');
  const outside = rest.length === 0 || rest.some((part) => part === '' || part === '.' || part === '..');
  if (!Object.hasOwn(paths, name) || NOT_KEPT.includes(name as keyof NodePaths) || outside)
    throw new IcarusError('backup/damaged', { place: path });
  return join(paths[name as keyof NodePaths], ...rest);
}
