/** A folder of logs: one import a file, all with the same profile, in the order of their names. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { LakeContext } from '#observations/lake.ts';
import { type ImportRequest, type ImportResult, importLog } from './import.ts';

/** Is there a folder at that path? */
export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

/**
 * Paths of the files in a folder, by name; folders in it and hidden files are left out.
 * @throws `observations/log-empty` where there is none
 */
export async function logsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  if (names.length === 0) throw new IcarusError('observations/log-empty', { path: folder });
  return names.toSorted((a, b) => (a < b ? -1 : 1)).map((name) => join(folder, name));
}

/** What became of one file of a folder. */
export type FileOutcome = { readonly path: string } & (
  | { readonly result: ImportResult; readonly error: null }
  | { readonly result: null; readonly error: IcarusError }
);

/** A file that is refused keeps none of the others from being imported; anything else ends it. */
export async function* importFolder(
  ctx: LakeContext,
  actor: Actor,
  request: ImportRequest,
): AsyncGenerator<FileOutcome> {
  for (const path of await logsIn(request.path)) {
    try {
      yield { path, result: await importLog(ctx, actor, { ...request, path }), error: null };
    } catch (error) {
      const ofTheFile = error instanceof IcarusError && error.code.startsWith('observations/');
      if (!ofTheFile) throw error;
      yield { path, result: null, error };
    }
  }
}
