/** A thread that walks one folder: gives the next entries each time it is asked, or counts them all. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemProblem, type WalkEntry, type WalkOptions, walkFolder } from './walk.ts';

export interface WalkThreadData extends WalkOptions {
  /** `count` gives one answer: how much there is. */
  readonly mode: 'walk' | 'count';
  readonly batchBytes: number;
  readonly batchEntries: number;
}

export interface FolderCount {
  readonly files: number;
  readonly bytes: number;
}

/** `entries` is empty at the end of the folder; `failed` is the system's code where its root cannot be listed. */
export type WalkAnswer =
  | { readonly entries: WalkEntry[] }
  | { readonly count: FolderCount }
  | { readonly failed: string };

const port = parentPort;
const data = workerData as WalkThreadData;
const walk = walkFolder(data);
port?.on('message', () => port.postMessage(answer()));

function answer(): WalkAnswer {
  try {
    return data.mode === 'count' ? { count: count() } : { entries: nextEntries() };
  } catch (error) {
    return { failed: systemProblem(error).detail };
  }
}

/** By bytes, not by number: a batch is about as long to read, whatever it holds. */
function nextEntries(): WalkEntry[] {
  const entries: WalkEntry[] = [];
  let bytes = 0;
  while (bytes < data.batchBytes && entries.length < data.batchEntries) {
    const next = walk.next();
    if (next.done) break;
    entries.push(next.value);
    bytes += next.value.sizeBytes;
  }
  return entries;
}

function count(): FolderCount {
  let files = 0;
  let bytes = 0;
  for (const entry of walk) {
    files++;
    bytes += entry.sizeBytes;
  }
  return { files, bytes };
}
