/** The pages as the node serves them: built anew where a source is newer than what was built. */
import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const PROJECT = resolve(import.meta.dirname, '..');

export async function buildPages(): Promise<void> {
  const built = await stat(join(PROJECT, 'dist/opener/icarus-open.html')).catch(() => undefined);
  if (built && built.mtimeMs > (await newestSource())) return;
  // As `npm ci` does it, in a process of its own: a test's environment would make a development build.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [join(PROJECT, 'scripts/prepare.mjs')], { env });
}

/** When a source of the pages was last changed: the pages themselves, and what they share with the rooms. */
async function newestSource(): Promise<number> {
  const times: number[] = [];
  for (const folder of ['src/web', 'src/opener', 'src/seal', 'src/core']) {
    for (const entry of await readdir(join(PROJECT, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) times.push((await stat(join(entry.parentPath, entry.name))).mtimeMs);
    }
  }
  return Math.max(...times);
}
