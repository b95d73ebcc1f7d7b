/**
 * A package on the disk: `<packages>/<package id>/data/`, complete or not there. Its digest is the
 * SHA-256 of the manifest-sha512.txt that the sealed bag will have, so what was approved can be compared
 * with what arrived by `sha256sum manifest-sha512.txt`, without us.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type PackageId } from '#core/ids.ts';
import type { NodePaths } from '#platform/context.ts';
import { manifestText, type PackagedFile } from '#seal/bag.ts';
import type { PackageEntry } from '#seal/seal.ts';

const DRAFT_PREFIX = '.draft-';
/** Files hashed or made durable at the same time. */
const PARALLEL = 8;
const READ_BYTES = 1 << 18;

/** The folder whose files travel. */
export function contentFolder(paths: Pick<NodePaths, 'packages'>, packageId: PackageId): string {
  return join(paths.packages, packageId, 'data');
}

export interface MeasuredContent {
  /** In the order of the manifest: by path. */
  readonly files: readonly PackagedFile[];
  readonly sizeBytes: number;
  readonly digest: string;
}

export interface PackageDraft extends AsyncDisposable {
  /** The content's folder in the making. */
  readonly folder: string;
  /** Makes the content durable and moves it to its place; it is still removed on disposal unless `keep` is called. */
  settle(signal?: AbortSignal): Promise<MeasuredContent>;
  keep(): void;
}

/** A package's folder in the making; nothing of it stays unless it is kept. */
export async function packageDraft(
  paths: Pick<NodePaths, 'packages'>,
  packageId: PackageId,
): Promise<PackageDraft> {
  const draft = join(paths.packages, `${DRAFT_PREFIX}${packageId}`);
  const place = join(paths.packages, packageId);
  const folder = join(draft, 'data');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let kept = false;
  return {
    folder,
    async settle(signal) {
      const content = await measureContent(folder, { durable: true, signal });
      await rename(draft, place);
      await syncPath(paths.packages);
      return content;
    },
    keep() {
      kept = true;
    },
    async [Symbol.asyncDispose]() {
      if (kept) return;
      await rm(draft, { recursive: true, force: true });
      await rm(place, { recursive: true, force: true });
    },
  };
}

/** Removes the content of a package that was replaced. */
export async function removeContent(paths: Pick<NodePaths, 'packages'>, packageId: PackageId): Promise<void> {
  await rm(join(paths.packages, packageId), { recursive: true, force: true });
}

/** A composition that takes longer than this has died. */
const DRAFT_LIFE_MS = DAY_MS;

/** Removes what a composition left that died: drafts a day old. Returns how many went. */
export async function sweepDrafts(paths: Pick<NodePaths, 'packages'>): Promise<number> {
  let swept = 0;
  for (const name of await readdir(paths.packages)) {
    const path = join(paths.packages, name);
    // The file system's clock, not the node's: an exercise runs in another year.
    if (!name.startsWith(DRAFT_PREFIX) || (await stat(path)).mtimeMs > Date.now() - DRAFT_LIFE_MS) continue;
    await rm(path, { recursive: true, force: true });
    swept++;
  }
  return swept;
}

/**
 * Reads every file of the content and names the whole by its digest.
 *
 * @param options `durable`: wait until the files are on the disk, too
 */
export async function measureContent(
  folder: string,
  options: { readonly durable?: boolean; readonly signal?: AbortSignal | undefined } = {},
): Promise<MeasuredContent> {
  const paths = await contentPaths(folder);
  const files = Array<PackagedFile>(paths.length);
  const queue = paths.entries();
  const work = async () => {
    for (const [i, path] of queue) {
      options.signal?.throwIfAborted();
      files[i] = { path, ...(await measureFile(join(folder, path), options.durable ?? false)) };
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  if (options.durable) await syncFolders(folder);
  return {
    files,
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    digest: digestOf(files),
  };
}

/** SHA-256 of the manifest of these files, whichever order they come in. */
export function digestOf(files: readonly PackagedFile[]): string {
  const sorted = files.toSorted((a, b) => byPath(a.path, b.path));
  return createHash('sha256').update(manifestText(sorted)).digest('hex');
}

function byPath(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Paths of the content's files, sorted. */
async function contentPaths(folder: string, below = ''): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await contentPaths(folder, path)));
    else paths.push(path);
  }
  return below === '' ? paths.sort(byPath) : paths;
}

async function measureFile(path: string, durable: boolean): Promise<{ sizeBytes: number; sha512: string }> {
  await using handle = await open(path, 'r');
  if (durable) await handle.sync();
  const hash = createHash('sha512');
  let sizeBytes = 0;
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, sizeBytes);
    if (bytesRead === 0) return { sizeBytes, sha512: hash.digest('hex') };
    hash.update(buffer.subarray(0, bytesRead));
    sizeBytes += bytesRead;
  }
}

async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name));
  }
  await syncPath(folder);
}

async function syncPath(path: string): Promise<void> {
  await using handle = await open(path, 'r');
  await handle.sync();
}

/** Takes away the permission to write, so that no one changes a file by mistake. The digest finds who does. */
export async function freezeContent(folder: string): Promise<void> {
  for (const path of await contentPaths(folder)) await chmod(join(folder, path), 0o400);
}

/**
 * The content as it is now.
 * @throws package/altered when it is not the one with `digest`, or cannot be read
 */
export async function verifiedContent(
  folder: string,
  expected: { readonly digest: string; readonly country: string },
  signal?: AbortSignal,
): Promise<MeasuredContent> {
  const content = await measureContent(folder, { signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new IcarusError('package/altered', { country: expected.country }, { cause });
  });
  if (content.digest !== expected.digest)
    throw new IcarusError('package/altered', { country: expected.country });
  return content;
}

/** The files as the seal takes them, in the order of the manifest. */
export function contentEntries(folder: string, content: MeasuredContent): PackageEntry[] {
  return content.files.map(({ path, sizeBytes }) => ({
    path,
    sizeBytes,
    content: () => createReadStream(join(folder, path), { highWaterMark: READ_BYTES }),
  }));
}

export function newPackageId(now: Date): PackageId {
  return newId<PackageId>('package', now);
}
