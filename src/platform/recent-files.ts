/**
 * Small files as they were just written. Whoever writes one mostly reads it next: a message that is sealed is handed
 * over, one that came is opened. What is kept here is on the disk as well; it is given out once, and for a few
 * seconds only.
 */
import { readFile } from 'node:fs/promises';

/** Up to this size a file is kept. */
export const RECENT_BYTES = 64 * 1024;
const MOST_FILES = 256;
const KEPT_MS = 10_000;

interface Kept {
  readonly bytes: Uint8Array;
  readonly at: number;
}

const recent = new Map<string, Kept>();

/** @param path absolute; nothing changes the file in the next seconds */
export function keepRecent(path: string, bytes: Uint8Array): void {
  if (bytes.length > RECENT_BYTES) return;
  const now = performance.now();
  for (const [oldest, { at }] of recent) {
    if (recent.size < MOST_FILES && now - at < KEPT_MS) break;
    recent.delete(oldest);
  }
  recent.set(path, { bytes, at: now });
}

/** All of a small file. */
export async function readSmallFile(path: string): Promise<Uint8Array> {
  const kept = recent.get(path);
  recent.delete(path);
  return kept && performance.now() - kept.at < KEPT_MS ? kept.bytes : readFile(path);
}
