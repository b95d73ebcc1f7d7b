/**
 * The lines about logs that this node puts on a message. They are the same for every message to the same
 * agencies until the log grows, so they are made once and used for at most a second.
 */
import type { AgencyId } from '#core/ids.ts';
import type { LogSigner, NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
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

interface Made {
  readonly lines: Promise<Lines>;
  readonly at: number;
}

/** By the node's key: the same for its pool and for its transactions. */
const remembered = new WeakMap<LogSigner, Map<string, Made>>();
/** Transactions that have changed what rides: their lines are theirs until they are committed. */
const changing = new WeakMap<Db, Map<string, Promise<Lines>>>();

type RideContext = Pick<NodeContext, 'db' | 'keys'>;

/** Lines for bag-info.txt of a message to these agencies. */
export async function checkpointLines({ db, keys }: RideContext, to: readonly AgencyId[]): Promise<Lines> {
  const own = changing.get(db);
  if (own) {
    const made = own.get(to.join(' ')) ?? makeLines(db, to);
    own.set(to.join(' '), made);
    return made;
  }
  const known = remembered.get(keys.log) ?? new Map<string, Made>();
  remembered.set(keys.log, known);
  const key = to.join(' ');
  const before = known.get(key);
  if (before && performance.now() - before.at < FRESH_MS) return before.lines;
  if (known.size >= MAX_REMEMBERED) known.clear();
  // Messages that are sealed at the same time wait for the same lines.
  const made = { lines: makeLines(db, to), at: performance.now() };
  known.set(key, made);
  made.lines.catch(() => known.get(key) === made && known.delete(key));
  return made.lines;
}

/** After a new checkpoint or cosignature: the next message has it. `tx` has written it and is not committed. */
export function forgetLines(keys: RideContext['keys'], tx?: Tx): void {
  remembered.delete(keys.log);
  if (tx) changing.set(tx, new Map());
}

async function makeLines(db: Db, to: readonly AgencyId[]): Promise<Lines> {
  const names = to.map(logName);
  const given = await newestGiven(db, names);
  const forks = (await openForks(db)).filter(({ reportedBy }) => reportedBy === null).slice(0, MAX_FORKS);
  return {
    ...(await ownLines(db, names)),
    ...toLines(COSIGNATURES, writeReturned(given)),
    ...toLines(FORKS, writeForks(forks)),
  };
}

/** The newest checkpoint, and proofs that it extends what these witnesses cosigned. */
async function ownLines(db: Db, witnesses: readonly string[]): Promise<Lines> {
  const newest = await newestCheckpoint(db);
  if (!newest) return {};
  const proofs: Consistency[] = [];
  for (const size of new Set(await newestReturned(db, witnesses)))
    if (size < newest.size) proofs.push({ size, proof: await consistencyProof(db, size, newest.size) });
  return { ...toLines(CHECKPOINT, newest.note), ...toLines(CONSISTENCY, writeConsistency(proofs)) };
}
