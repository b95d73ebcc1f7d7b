/** Folders for what is only in the making: removed by who made them, or swept once their process is gone. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isLeftBehind, processName } from './process-name.ts';

const PREFIX = 'scratch-';

export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
}

/** A new folder below `parent`, removed with all in it on disposal. */
export async function scratchFolder(parent: string): Promise<ScratchFolder> {
  const path = join(parent, `${PREFIX}${processName()}-${randomBytes(6).toString('hex')}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Removes what processes that no longer run left below `parent`. Run at start. */
export async function sweepScratch(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((folder) => folder.startsWith(PREFIX))) {
    const path = join(parent, name);
    if (await isLeftBehind(path, name.slice(PREFIX.length))) await rm(path, { recursive: true, force: true });
  }
}
