/** Where tests keep databases and nodes: in memory, where there is room, since a disk's fsync is most of what they wait for. */
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** Write-ahead log and the databases that stand at one time. */
const LEAST_MEMORY_BYTES = 3 * 1024 ** 3;

export async function quickFolder(): Promise<string> {
  const memory = '/dev/shm';
  const room = await statfs(memory).catch(() => undefined);
  return room && room.bavail * room.bsize > LEAST_MEMORY_BYTES ? memory : tmpdir();
}
