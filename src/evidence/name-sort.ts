/**
 * The names of one folder in the order of their bytes, in bounded memory: a folder of millions of
 * names is sorted in runs that lie on the node's own disk and are merged while they are read.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface NameSortOptions {
  /** A folder of this node, never of the exhibit. */
  readonly spillFolder: string;
  /** Names held at once. Default 100,000. */
  readonly runLength?: number;
}

/** `names` sorted by code unit. Names hold no NUL, as no file name does. */
export function* sortedNames(names: Iterable<string>, options: NameSortOptions): Generator<string, void> {
  const runLength = options.runLength ?? 100_000;
  const runs: Run[] = [];
  try {
    let held: string[] = [];
    for (const name of names) {
      held.push(name);
      if (held.length === runLength) {
        runs.push(spill(held, options.spillFolder));
        held = [];
      }
    }
    held.sort(byCodeUnit);
    if (runs.length === 0) yield* held;
    else yield* merge([...runs.map(({ read }) => read()), held.values()]);
  } finally {
    for (const run of runs) run.close();
  }
}

interface Run {
  read(): Iterator<string>;
  close(): void;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A sorted run as a file of names with a NUL after each; the file is unlinked at once. */
function spill(names: string[], folder: string): Run {
  const path = join(folder, `names-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path);
  const text = `${names.sort(byCodeUnit).join('\0')}\0`;
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  return { read: () => readNames(file), close: () => closeSync(file) };
}

function* readNames(file: number): Generator<string, void> {
  const chunk = Buffer.alloc(1 << 16);
  let position = 0;
  let rest = '';
  for (;;) {
    const length = readSync(file, chunk, 0, chunk.length, position);
    if (length === 0) return;
    position += length;
    const names = (rest + chunk.toString('latin1', 0, length)).split('\0');
    rest = names.pop() ?? '';
    yield* names;
  }
}

function* merge(runs: Iterator<string>[]): Generator<string, void> {
  const heads = runs.map((run) => ({ run, head: run.next() }));
  for (;;) {
    let least: (typeof heads)[number] | undefined;
    for (const candidate of heads) {
      if (candidate.head.done) continue;
      if (!least || least.head.done || candidate.head.value < least.head.value) least = candidate;
    }
    if (!least || least.head.done) return;
    yield least.head.value;
    least.head = least.run.next();
  }
}
