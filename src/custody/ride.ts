/**
 * The lines about logs that this node puts on a message. They are the same for every message to the same
 * agencies until the log grows, so they are made once and used for at most a second.
 */
import type { AgencyId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import { logName } from './log-key.ts';
import {
  CHECKPOINT,
  CONSISTENCY,
  COSIGNATURES,
  type Consistency,
  FORKS,
  type Lines,
  toLines,
  writeConsistency,
  writeForks,
  writeReturned,
} from './riding-lines.ts';
import { consistencyProof } from './span-roots.ts';
import { newestCheckpoint } from './store.ts';
import { newestGiven, newestReturned, openForks } from './witness-store.ts';

const FRESH_MS = 1000;
const MAX_REMEMBERED = 256;
/** Evidence is large; the oldest contradictions are told first. */
const MAX_FORKS = 2;

const remembered = new WeakMap<Db, Map<string, { readonly lines: Promise<Lines>; readonly at: number }>>();

/** Lines for bag-info.txt of a message to these agencies; none before the log has its first checkpoint. */
export function checkpointLines(db: Db, to: readonly AgencyId[]): Promise<Lines> {
  const known = remembered.get(db) ?? new Map();
  remembered.set(db, known);
  const key = to.join(' ');
  const before = known.get(key);
  if (before && performance.now() - before.at < FRESH_MS) return before.lines;
  if (known.size >= MAX_REMEMBERED) known.clear();
  const lines = makeLines(db, to);
  known.set(key, { lines, at: performance.now() });
  lines.catch(() => known.delete(key));
  return lines;
}

/** After a new checkpoint or cosignature: the next message has it. */
export function forgetLines(db: Db): void {
  remembered.delete(db);
}

async function makeLines(db: Db, to: readonly AgencyId[]): Promise<Lines> {
  const newest = await newestCheckpoint(db);
  if (!newest) return {};
  const names = to.map(logName);
  const returned = new Set(await newestReturned(db, names));
  const proofs: Consistency[] = [];
  for (const size of returned)
    if (size < newest.size) proofs.push({ size, proof: await consistencyProof(db, size, newest.size) });
  const given = await newestGiven(db, names);
  const forks = (await openForks(db)).filter(({ reportedBy }) => reportedBy === null).slice(0, MAX_FORKS);
  return {
    ...toLines(CHECKPOINT, newest.note),
    ...toLines(CONSISTENCY, writeConsistency(proofs)),
    ...toLines(COSIGNATURES, writeReturned(given)),
    ...toLines(FORKS, writeForks(forks)),
  };
}
