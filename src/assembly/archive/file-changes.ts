/** The node's files in an archive: each round takes what is new, and notes what has gone. */
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nodeFiles, targetOf } from '#assembly/backup/node-files.ts';
import { sideBySide } from '#assembly/backup/side-by-side.ts';
import { checked, type Digested, digesting, load, store } from '#assembly/backup/stored-file.ts';
import { IcarusError } from '#core/errors.ts';
import type { NodePaths } from '#platform/context.ts';
import { stagingFile } from '#platform/staging-folder.ts';
import { FILES_FOLDER } from './layout.ts';
import type { KnownFiles } from './standing.ts';

/** A file as it was at a round. */
export interface ArchivedFile extends Digested {
  /** Below the node's folder, with `/`. */
  readonly path: string;
  /** Below the generation's folder of files. */
  readonly name: string;
}

export interface FileChanges {
  readonly files: readonly ArchivedFile[];
  /** Paths that are not there any more. */
  readonly gone: readonly string[];
}

/** @throws disk/full, or the signal's reason */
export async function archiveFiles(
  paths: NodePaths,
  known: KnownFiles,
  options: {
    readonly generation: string;
    readonly recipient: string;
    /** Begins the names of this round's files: no other round has it. */
    readonly round: string;
    readonly signal: AbortSignal;
  },
): Promise<FileChanges & { readonly known: KnownFiles }> {
  const { generation, recipient, round, signal } = options;
  const found = await nodeFiles(paths);
  const now: Record<string, readonly [number, number]> = {};
  const changed: { file: string; path: string; name: string; as: readonly [number, number] }[] = [];
  for (const { file, path } of found) {
    // Swept or erased since the folder was listed.
    const is = await stat(file).catch(() => undefined);
    if (!is) continue;
    const before = known[path];
    const as = [is.size, is.mtimeMs] as const;
    if (before?.[0] === is.size && before[1] === is.mtimeMs) now[path] = before;
    else changed.push({ file, path, name: `${round}-${changed.length}.age`, as });
  }
  const files: ArchivedFile[] = [];
  await sideBySide(
    changed,
    async ({ file, path, name, as }) => {
      const digest = digesting();
      const content = createReadStream(file, { highWaterMark: 1024 * 1024 });
      const target = join(generation, FILES_FOLDER, name);
      try {
        await store(target, digest.through(content), { recipients: [recipient], signal });
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
        throw error;
      } finally {
        content.destroy();
      }
      files.push({ path, name, ...digest.result() });
      now[path] = as;
    },
    signal,
  );
  const gone = Object.keys(known).filter((path) => now[path] === undefined);
  return { files, gone, known: now };
}

/** The files of a moment, from the changes of all rounds up to the one that has the moment in it. */
export function filesAt(rounds: readonly FileChanges[]): ArchivedFile[] {
  const all = new Map<string, ArchivedFile>();
  for (const [index, { files, gone }] of rounds.entries()) {
    // What went in the last round may have been there at the moment.
    if (index < rounds.length - 1) for (const path of gone) all.delete(path);
    for (const file of files) all.set(file.path, file);
  }
  return [...all.values()];
}

/** @throws backup/damaged naming the first file that is not as it was */
export async function putArchivedFiles(
  paths: NodePaths,
  files: readonly ArchivedFile[],
  options: {
    readonly generation: string;
    readonly identity: string;
    readonly signal: AbortSignal | undefined;
    readonly onBytes: (bytes: number) => void;
  },
): Promise<void> {
  const { generation, identity, signal, onBytes } = options;
  const putBack = async (entry: ArchivedFile): Promise<void> => {
    if (!/^[\w-]+\.age$/.test(entry.name)) throw new IcarusError('backup/damaged', { place: entry.path });
    const place = join(generation, FILES_FOLDER, entry.name);
    const target = targetOf(paths, entry.path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const file = await stagingFile(target);
    try {
      const stored = load(place, { identities: [identity], encrypted: true });
      for await (const chunk of checked(stored, { expected: entry, place })) {
        onBytes(chunk.length);
        await file.write(chunk);
      }
      await file.commit();
    } catch (error) {
      await file.discard();
      throw error;
    }
  };
  await sideBySide(files, putBack, signal);
}
