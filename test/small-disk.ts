/**
 * A file system of its own, as small as a test wants it, that this process writes to: it is mounted in the namespace of a
 * child that only waits, and reached through the child's root. Some machines forbid the namespace: `canMount`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Writes until nothing more fits, but for `leaveBytes`. */
  fill(leaveBytes?: number): Promise<void>;
  /** Takes away what `fill` wrote. */
  empty(): Promise<void>;
}

const CHUNK_BYTES = 64 * 1024;

export async function smallDisk(sizeMiB: number): Promise<SmallDisk> {
  const point = await mkdtemp(join(tmpdir(), 'icarus-disk-'));
  const script = 'mount -t tmpfs -o size="$1"m tmpfs "$0" && echo mounted && exec cat';
  const child = spawn('unshare', ['-rm', 'sh', '-c', script, point, String(sizeMiB)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise<void>((ready, failed) => {
    child.once('error', failed).once('exit', () => failed(new Error('no file system could be mounted')));
    child.stdout.once('data', () => ready());
  });
  const path = `/proc/${child.pid}/root${point}`;
  const filler = join(path, 'filler');
  return {
    path,
    async fill(leaveBytes = 0) {
      await using file = await open(filler, 'a');
      const chunk = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const written = await file.write(chunk).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOSPC') throw error;
          return { bytesWritten: 0 };
        });
        if (written.bytesWritten === 0) break;
      }
      const { size } = await file.stat();
      await file.truncate(Math.max(0, size - leaveBytes));
    },
    empty: () => rm(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      const gone = new Promise((done) => child.removeAllListeners('exit').once('exit', done));
      child.stdin.end();
      await gone;
      await rm(point, { recursive: true, force: true });
    },
  };
}
