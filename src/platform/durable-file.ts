/**
 * Writing a file so that it survives a power cut, in few and large steps: chunks are gathered and written
 * beside the caller's work, and files of one folder are made durable beside the writing of the next ones,
 * because a disk commits several at once.
 */
import type { FileHandle } from 'node:fs/promises';
import { IcarusError } from '#core/errors.ts';
import type { StagedFile } from '#seal/sink.ts';

/** Two of these wait in memory at most: one that is written, one that is gathered. */
const GATHERED_BYTES = 512 * 1024;
const MOST_SYNCING = 8;

/** What is on its way to the disk, behind the caller's back. */
export interface Syncing {
  /** Takes one more up, after waiting until fewer than eight are under way. */
  add(act: () => Promise<void>): Promise<void>;
  /** All of it is done; the first error of any. */
  done(): Promise<void>;
}

export function syncing(): Syncing {
  const underWay = new Set<Promise<void>>();
  let failure: { readonly reason: unknown } | undefined;
  return {
    async add(act) {
      while (underWay.size >= MOST_SYNCING) await Promise.race(underWay);
      const running = act()
        .catch((reason: unknown) => {
          failure ??= { reason };
        })
        .finally(() => underWay.delete(running));
      underWay.add(running);
    },
    async done() {
      await Promise.all(underWay);
      if (failure !== undefined) throw failure.reason;
    },
  };
}

/**
 * @param place named where the disk is full
 * @param syncs takes over making it durable; without it, `close` waits until it is
 */
export function durableFile(handle: FileHandle, place: string, syncs?: Syncing): StagedFile {
  let isOpen = true;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let writing: Promise<void> | undefined;

  function writeGathered(): void {
    const chunks = gathered;
    gathered = [];
    gatheredBytes = 0;
    writing = onDisk(place, () => writeAll(handle, chunks));
    // It is waited for with the next step, and what failed stays failed: nothing follows a gap.
    writing.catch(() => undefined);
  }
  async function makeDurable(): Promise<void> {
    try {
      await onDisk(place, () => handle.sync());
    } finally {
      await handle.close();
    }
  }
  return {
    async write(bytes) {
      gathered.push(bytes);
      gatheredBytes += bytes.length;
      if (gatheredBytes < GATHERED_BYTES) return;
      await writing;
      writeGathered();
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      try {
        await writing;
        if (gatheredBytes > 0) writeGathered();
        await writing;
      } catch (error) {
        await handle.close();
        throw error;
      }
      await (syncs === undefined ? makeDurable() : syncs.add(makeDurable));
    },
  };
}

/** A short write is possible where a disk fills up: goes on until all is written or it fails. */
async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  for (let left = chunks; left.length > 0; ) {
    let { bytesWritten } = await handle.writev([...left]);
    left = left.flatMap((chunk) => {
      const rest = chunk.subarray(Math.min(bytesWritten, chunk.length));
      bytesWritten -= chunk.length - rest.length;
      return rest.length > 0 ? [rest] : [];
    });
  }
}

/** @throws `disk/full` in the place of the system's own error */
export async function onDisk<T>(place: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const full =
      cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
    if (full) throw new IcarusError('disk/full', { place }, { cause });
    throw cause;
  }
}
