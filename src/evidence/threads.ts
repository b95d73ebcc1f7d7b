/** The threads of an inventory, seen from the main thread: one walks, several hash; each answers in turn. */
import { Worker } from 'node:worker_threads';
import { IcarusError } from '#core/errors.ts';
import type { FileFinding } from './hash-file.ts';
import type { HashThreadData } from './hash-thread.ts';
import type { RawPath } from './path-text.ts';
import type { WalkEntry } from './walk.ts';
import type { FolderCount, WalkAnswer, WalkThreadData } from './walk-thread.ts';

interface Thread<Question, Answer> extends AsyncDisposable {
  ask(question: Question): Promise<Answer>;
}

function openThread<Question, Answer>(file: string, data: object): Thread<Question, Answer> {
  const worker = new Worker(new URL(file, import.meta.url), { workerData: data });
  const waiting: { resolve(answer: Answer): void; reject(error: unknown): void }[] = [];
  let broken: unknown;
  worker.on('message', (answer: Answer) => waiting.shift()?.resolve(answer));
  worker.on('error', (error) => {
    broken = error;
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  worker.on('exit', () => {
    broken ??= new Error('the thread ended');
    for (const { reject } of waiting.splice(0)) reject(broken);
  });
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (broken !== undefined) return reject(broken);
        waiting.push({ resolve, reject });
        return worker.postMessage(question);
      }),
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}

export interface Walker extends AsyncDisposable {
  /** The next entries; none at the end. Throws `evidence/folder-unreadable` where the folder cannot be listed. */
  next(): Promise<WalkEntry[]>;
  /** Everything was given out. */
  ended(): boolean;
}

export function openWalker(data: Omit<WalkThreadData, 'mode'>): Walker {
  const thread = openThread<'next', WalkAnswer>('./walk-thread.ts', { ...data, mode: 'walk' });
  let ended = false;
  return {
    async next() {
      const answer = readable(await thread.ask('next'));
      const entries = 'entries' in answer ? answer.entries : [];
      ended = entries.length === 0;
      return entries;
    },
    ended: () => ended,
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

/** How much there is in the folder: one walk, nothing read. Rejects once `signal` is aborted. */
export async function countFolder(
  where: Pick<WalkThreadData, 'root' | 'spillFolder'>,
  signal: AbortSignal,
): Promise<FolderCount> {
  const data = { ...where, mode: 'count', batchBytes: 0, batchEntries: 0 } satisfies WalkThreadData;
  await using thread = openThread<'count', WalkAnswer>('./walk-thread.ts', data);
  const end = (): void => void thread[Symbol.asyncDispose]();
  signal.addEventListener('abort', end, { once: true });
  const answer = readable(await thread.ask('count'));
  signal.removeEventListener('abort', end);
  return 'count' in answer ? answer.count : { files: 0, bytes: 0 };
}

function readable(answer: WalkAnswer): Exclude<WalkAnswer, { failed: string }> {
  if ('failed' in answer) throw new IcarusError('evidence/folder-unreadable', { reason: answer.failed });
  return answer;
}

export interface HashThreads extends AsyncDisposable {
  /** Findings in the order of `entries`, as soon as a thread is free. */
  examine(entries: readonly WalkEntry[]): Promise<FileFinding[]>;
  /** Bytes read by all threads so far. */
  bytesRead(): number;
}

export function openHashThreads(root: RawPath, threadCount: number): HashThreads {
  const bytesRead = new BigInt64Array(new SharedArrayBuffer(8));
  const data: HashThreadData = { root, bytesRead };
  const threads = Array.from({ length: threadCount }, () =>
    openThread<readonly WalkEntry[], FileFinding[]>('./hash-thread.ts', data),
  );
  const free = [...threads];
  const queue: ((thread: (typeof threads)[number]) => void)[] = [];
  return {
    async examine(entries) {
      const thread =
        free.pop() ?? (await new Promise<(typeof threads)[number]>((resolve) => queue.push(resolve)));
      try {
        return await thread.ask(entries);
      } finally {
        const next = queue.shift();
        if (next) next(thread);
        else free.push(thread);
      }
    },
    bytesRead: () => Number(Atomics.load(bytesRead, 0)),
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map((thread) => thread[Symbol.asyncDispose]()));
    },
  };
}
