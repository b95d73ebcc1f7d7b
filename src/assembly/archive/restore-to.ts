/**
 * Bringing a node back as it was at a moment: a copy of all of it, the log replayed up to then, the files that there
 * were; then what every restore must pass (src/assembly/backup/finish-restore.ts). An attempt that was broken off is begun
 * anew; until one is whole, nobody starts the node.
 */
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FinishedRestore, type FinishRequest, finishRestore } from '#assembly/backup/finish-restore.ts';
import { NODE_DATABASE, openDatabaseServer } from '#assembly/database-server.ts';
import { isBeingRestored, RESTORE_MARK } from '#assembly/restore-mark.ts';
import { IcarusError } from '#core/errors.ts';
import { type NodePaths, nodePaths } from '#platform/context.ts';
import { freeBytes } from '#platform/free-space.ts';
import { hasCluster, type NewCluster, newCluster, recoverCluster } from '#platform/recover-cluster.ts';
import type { ByteReader } from '#seal/bytes.ts';
import type { BaseHead, PieceHead } from './archiver.ts';
import { putCluster } from './cluster-copy.ts';
import { filesAt, putArchivedFiles } from './file-changes.ts';
import { BASE_FILE, LOG_FOLDER, SEGMENT_BYTES, segmentName } from './layout.ts';
import { type Chosen, openArchive } from './open-archive.ts';
import { readPacked, takeLine } from './packed.ts';

export interface RestoreToRequest extends FinishRequest {
  /** Of the archive. */
  readonly folder: string;
  readonly to: Date;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface RestoredTo extends FinishedRestore {
  readonly to: string;
  readonly files: number;
  /** Of the log that was replayed. */
  readonly logBytes: number;
}

/**
 * @throws archive/…, backup/damaged, backup/needs-identity, backup/needs-register, backup/no-identity,
 *   backup/needs-journal, backup/journal-invalid, backup/journal-stale, backup/behind-checkpoint, backup/other-history,
 *   backup/node-exists, custody/log-broken, database/newer-schema, disk/full
 */
export async function restoreTo(request: RestoreToRequest): Promise<RestoredTo> {
  const { config, keys, to, signal } = request;
  if (config.databaseUrl !== null) throw new IcarusError('archive/not-embedded');
  const chosen = await openArchive(request.folder, keys, to);
  const { generation, pieces, identity } = chosen;
  // As root, the server runs as another user, who must be able to walk in.
  await mkdir(config.dataDir, { recursive: true, mode: 0o711 });
  const paths = await nodePaths(config.dataDir, config.temporaryDir);
  await requireRoom(paths, config.dataDir);
  await writeFile(join(paths.home, RESTORE_MARK), '');
  const cluster = await makeRoom(paths, config.dataDir);
  const progress = await progressOf(request, chosen);
  const password = await putBase(chosen, cluster, { signal });
  progress.add(progress.baseBytes);
  const heads = await putPieces(chosen, cluster, { signal, onBytes: progress.add });
  const files = filesAt(heads);
  const options = { generation: generation.folder, identity, signal, onBytes: progress.add };
  await putArchivedFiles(paths, files, options);
  await recoverCluster(cluster, { to, password, signal });
  const server = await openDatabaseServer(config);
  try {
    const finished = await finishRestore(request, {
      home: config.dataDir,
      url: (await server.ready(NODE_DATABASE)).url,
      madeAt: generation.label.begunAt,
      at: to.toISOString(),
      custody: undefined,
      jobs: [],
      forgotten: [],
    });
    // What had been confirmed in the last round before the moment.
    const least = heads.at(-2)?.custodySize ?? 0;
    if (finished.custodySize < least) throw new IcarusError('backup/damaged', { place: 'the custody log' });
    await rm(join(paths.home, RESTORE_MARK), { force: true });
    const logBytes = (pieces.at(-1)?.end ?? 0) - (pieces[0]?.start ?? 0);
    return { ...finished, to: to.toISOString(), files: files.length, logBytes };
  } finally {
    await server.stop();
  }
}

/** A node that is there is never written over. */
async function requireRoom(paths: NodePaths, dataDir: string): Promise<void> {
  if (await isBeingRestored(paths.home)) return;
  if ((await readdir(paths.keys)).length > 0 || hasCluster(dataDir))
    throw new IcarusError('backup/node-exists', { path: paths.home });
}

/** The rest of a broken attempt is cleared away. */
async function makeRoom(paths: NodePaths, dataDir: string): Promise<NewCluster> {
  for (const [name, path] of Object.entries(paths)) {
    if (name === 'home' || name === 'temporary') continue;
    for (const entry of await readdir(path)) await rm(join(path, entry), { recursive: true, force: true });
  }
  return newCluster(dataDir);
}

/** Counts by what lies in the archive: what is in there is known only when it is read. */
async function progressOf({ onProgress }: RestoreToRequest, { generation, pieces }: Chosen) {
  const baseBytes = (await stat(join(generation.folder, BASE_FILE))).size;
  const logBytes = pieces.reduce((sum, { start, end }) => sum + end - start, 0);
  let done = 0;
  return {
    baseBytes,
    add(bytes: number): void {
      done += bytes;
      onProgress?.(done, Math.max(done, baseBytes + logBytes));
    },
  };
}

interface Putting {
  readonly signal: AbortSignal | undefined;
}

/** @returns the owner's password of the cluster that was copied */
async function putBase(
  { generation, identity }: Chosen,
  cluster: NewCluster,
  { signal }: Putting,
): Promise<string> {
  const place = join(generation.folder, BASE_FILE);
  const read = async (content: ByteReader): Promise<string> => {
    const { password } = await takeLine<BaseHead>(content, place);
    await putCluster(content, cluster, { place, signal });
    return password;
  };
  return readPacked(generation.folder, BASE_FILE, { identity, read });
}

/** Lays the log where the server looks for it. */
async function putPieces(
  { generation, pieces, identity }: Chosen,
  cluster: NewCluster,
  { signal, onBytes }: Putting & { readonly onBytes: (bytes: number) => void },
): Promise<PieceHead[]> {
  const { folder, label } = generation;
  const logBytes = (pieces.at(-1)?.end ?? 0) - (pieces[0]?.start ?? 0) + SEGMENT_BYTES;
  if ((await freeBytes(cluster.folder)) < logBytes)
    throw new IcarusError('disk/full', { place: cluster.folder });
  const heads: PieceHead[] = [];
  for (const piece of pieces) {
    signal?.throwIfAborted();
    const file = join(LOG_FOLDER, piece.file);
    const read = async (content: ByteReader): Promise<PieceHead> => {
      const place = join(folder, file);
      const head = await takeLine<PieceHead>(content, place);
      if (head.start !== piece.start || head.end !== piece.end || head.until !== piece.until.toISOString())
        throw new IcarusError('backup/damaged', { place });
      await putLog(content, cluster, { timeline: label.timeline, head, onBytes });
      return head;
    };
    heads.push(await readPacked(folder, file, { identity, read }));
  }
  return heads;
}

async function putLog(
  content: ByteReader,
  { folder, give }: NewCluster,
  options: {
    readonly timeline: number;
    readonly head: Pick<PieceHead, 'start' | 'end'>;
    readonly onBytes: (bytes: number) => void;
  },
): Promise<void> {
  const { timeline, head, onBytes } = options;
  for (let at = head.start; at < head.end; ) {
    const path = join(folder, 'pg_wal', segmentName(timeline, at));
    const last = Math.min(head.end, at - (at % SEGMENT_BYTES) + SEGMENT_BYTES);
    const file = await open(path, existsSync(path) ? 'r+' : 'wx', 0o600);
    try {
      while (at < last) {
        const bytes = await content.some(last - at);
        if (bytes.length === 0) throw new IcarusError('seal/truncated');
        await file.write(bytes, 0, bytes.length, at % SEGMENT_BYTES);
        onBytes(bytes.length);
        at += bytes.length;
      }
    } finally {
      await file.close();
    }
    // The server takes only segments of their whole size.
    await truncate(path, SEGMENT_BYTES);
    await give(path);
  }
}
