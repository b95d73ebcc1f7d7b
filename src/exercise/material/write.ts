/** Writes the synthetic material of an exercise beside its nodes: whole, or not at all. */
import { mkdir, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keyFor, mix } from '#exercise/log/random.ts';
import { type Content, contentMaker } from './contents.ts';
import { CIRCLE, type ContentKey, exhibitPlan, type PictureRange } from './exhibit-plan.ts';
import { listTexts } from './hash-lists.ts';

export interface MaterialPlan {
  readonly seed: string;
  /** Folder for each device, by its name, and the pictures that lie on it. */
  readonly devices: ReadonlyMap<string, PictureRange>;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Where the material lies. */
export interface MaterialPaths {
  device(name: string): string;
  list(fileName: string): string;
}

export function materialPaths(home: string): MaterialPaths {
  return {
    device: (name) => join(home, 'exhibits', name),
    list: (fileName) => join(home, 'hash-lists', fileName),
  };
}

/** Writes what is not there yet; a run that was broken off leaves nothing behind that counts. */
export async function writeMaterial(home: string, plan: MaterialPlan): Promise<void> {
  if (await stat(home).catch(() => undefined)) return;
  const draft = `${home}.tmp`;
  await rm(draft, { recursive: true, force: true });
  const contents = contentMaker(plan.seed);
  const paths = materialPaths(draft);
  const devices = [...plan.devices].map(([name, pictures]) => ({ name, files: exhibitPlan(pictures) }));
  const total = devices.reduce((sum, { files }) => sum + files.length, 0);
  const times = keyFor(plan.seed, 'file times');
  let done = 0;
  for (const { name, files } of devices) {
    for (const { path, content } of files) {
      plan.signal.throwIfAborted();
      await place(join(paths.device(name), path), await contents(content), mix(times, done));
      plan.onProgress(++done, total);
    }
    await symlink('..', join(paths.device(name), CIRCLE));
  }
  await writeLists(paths, plan, contents);
  await rename(draft, home);
}

/** Files were last changed at some time in 2010. */
const YEAR_2010 = Date.UTC(2010, 0, 1) / 1000;
const SECONDS_OF_A_YEAR = 365 * 86_400;

async function place(path: string, { bytes }: Content, draw: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  const changed = YEAR_2010 + (draw % SECONDS_OF_A_YEAR);
  await utimes(path, changed, changed);
}

async function writeLists(
  paths: MaterialPaths,
  { devices }: MaterialPlan,
  contents: (key: ContentKey) => Promise<Content>,
): Promise<void> {
  const ranges = [...devices.values()];
  const pictures = {
    from: Math.min(...ranges.map(({ from }) => from)),
    to: Math.max(...ranges.map(({ to }) => to)),
  };
  const archives = ranges.map(({ from }) => from);
  for (const [fileName, text] of await listTexts(contents, pictures, archives)) {
    await mkdir(dirname(paths.list(fileName)), { recursive: true });
    await writeFile(paths.list(fileName), text);
  }
}
