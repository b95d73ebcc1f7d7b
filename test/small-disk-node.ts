/** Starts a node on a disk that can really be filled. A small file system of our own needs a user namespace. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { testDatabase } from './database.ts';
import type { ChildSettings } from './small-disk-child.ts';

/** Some machines forbid it. */
export const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

export interface SmallDiskNode extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks at what came
  order(line: string): Promise<any>;
}

const MOUNT = 'mount -t tmpfs -o size="$1"m tmpfs "$0" && mkdir "$0/home" && shift && exec "$@"';

/** In its namespace the node is nobody who could walk to the server's socket. */
function byLoopback(url: string): string {
  const address = new URL(url);
  address.searchParams.delete('host');
  return address.href;
}

/** @param sizes of the disk, and the reserve that the node keeps, in MiB */
export async function smallDiskNode(sizes: { diskMiB: number; reserveMiB: number }): Promise<SmallDiskNode> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'icarus-small-disk-'));
  const disk = join(folder, 'disk');
  await mkdir(disk);
  const port = await freePort();
  const settings: ChildSettings = {
    home: join(disk, 'home'),
    database: { url: byLoopback(database.url), ownerUrl: byLoopback(database.ownerUrl) },
    port,
    diskReserveBytes: sizes.reserveMiB * 1024 ** 2,
  };
  const script = join(import.meta.dirname, 'small-disk-child.ts');
  const child = spawn(
    'unshare',
    [
      '-rm',
      'sh',
      '-c',
      MOUNT,
      disk,
      String(sizes.diskMiB),
      process.execPath,
      script,
      JSON.stringify(settings),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the node on the small disk has ended');
    return JSON.parse(value);
  };
  const { url } = (await answer()) as { url: string };
  return {
    url,
    port,
    async order(line) {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    async [Symbol.asyncDispose]() {
      const gone = new Promise((done) => child.once('exit', done));
      child.stdin.end();
      await gone;
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
