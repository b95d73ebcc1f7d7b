/**
 * Numbering: events that are committed become leaves of the tree, without gaps, each batch in one
 * transaction with the tiles that it changes. One process of a database does it at a time. A checkpoint is
 * signed in the transaction that it is kept in, and is read from there only: what partners see was kept.
 */
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { signCheckpoint, type TreeHead } from './checkpoint.ts';
import { recordEvent } from './record.ts';
import { forgetLines } from './ride.ts';
import { rootAt } from './span-roots.ts';
import {
  insertCheckpoint,
  lockSequencer,
  newestCheckpoint,
  numberWaiting,
  readTiles,
  treeSize,
  tryLockSequencer,
  writeTiles,
} from './store.ts';
import { edgeTiles, grownTiles } from './tiles.ts';
import { EMPTY_ROOT } from './tree.ts';

/** Most events of one transaction. */
const BATCH = 4096;
/** An event that had no number for longer than this is an alarm. */
export const LATE_SECONDS = 60;

export type SequenceContext = Pick<NodeContext, 'db' | 'acting' | 'clock' | 'keys'>;

export interface Sequenced {
  /** Events that were given a number. */
  readonly events: number;
  /** The tree as it stands; undefined where another process was numbering and this one did not wait. */
  readonly head: TreeHead | undefined;
}

interface PassOptions {
  /** Return at once where another process is numbering. Default: wait for it. */
  readonly ifFree?: boolean;
  /** When this process last looked and left nothing waiting, by `performance.now()`; nothing waited before that. */
  readonly clearAt?: number | undefined;
}

/**
 * Numbers all that waits and signs a checkpoint if the log has grown since the last one.
 * Safe to call at any time, by any process of the node.
 */
export async function sequenceNow(ctx: SequenceContext, options: PassOptions = {}): Promise<Sequenced> {
  let events = 0;
  for (;;) {
    const batch = await (ctx.acting ?? ctx.db).transaction().execute(async (tx) => {
      if (!options.ifFree) await lockSequencer(tx);
      else if (!(await tryLockSequencer(tx))) return undefined;
      return numberBatch(ctx, tx, options);
    });
    if (!batch) return { events, head: undefined };
    events += batch.events;
    if (batch.events > 0) forgetLines(ctx.keys);
    if (batch.head) return { events, head: batch.head };
  }
}

/** One transaction's worth. `head` where nothing more waits: then the tree was signed for. */
async function numberBatch(ctx: SequenceContext, tx: Tx, options: PassOptions): Promise<Sequenced> {
  const before = await treeSize(tx);
  let leaves = await numberWaiting(tx, before, BATCH);
  // What is committed meanwhile can wait for the next look: else a busy log would never come to a checkpoint.
  const wasAll = leaves.length < BATCH;
  const waited = Math.max(...leaves.map(({ waitedSeconds }) => waitedSeconds ?? 0));
  const limit = options.clearAt === undefined ? waited : (performance.now() - options.clearAt) / 1000;
  if (Math.min(waited, limit) > LATE_SECONDS) {
    await recordLate(ctx, tx, { events: leaves.length, seconds: Math.round(Math.min(waited, limit)) });
    // The alarm is numbered with what it is about: only an idle log would leave it waiting.
    leaves = [...leaves, ...(await numberWaiting(tx, before + leaves.length, BATCH))];
  }
  const edge = await readTiles(tx, leaves.length > 0 ? edgeTiles(before) : []);
  const grown = grownTiles(
    before,
    leaves.map(({ hash }) => hash),
    (tile) => edge(tile).hashes,
  );
  await writeTiles(tx, grown);
  const head = wasAll ? await signHead(ctx, tx, before + leaves.length) : undefined;
  return { events: leaves.length, head };
}

async function recordLate(
  { clock }: SequenceContext,
  tx: Tx,
  late: { readonly events: number; readonly seconds: number },
): Promise<void> {
  await recordEvent(tx, {
    at: clock.now(),
    kind: 'custody.numbered-late',
    actor: 'system:custody',
    subject: { kind: 'custody-log', id: 'own' },
    facts: { ...late, limitSeconds: LATE_SECONDS },
  });
}

async function signHead({ clock, keys }: SequenceContext, tx: Tx, size: number): Promise<TreeHead> {
  if (size === 0) return { size, root: EMPTY_ROOT };
  const last = await newestCheckpoint(tx);
  if (last?.size === size) return { size, root: last.root };
  const root = await rootAt(tx, size);
  // Also where the clock went back: a larger tree never states an earlier time than a smaller one.
  const signedAt = new Date(Math.max(clock.now().getTime(), last?.signedAt.getTime() ?? 0));
  const note = signCheckpoint(keys.log, { size, root }, signedAt);
  await insertCheckpoint(tx, { size, root, signedAt, note });
  return { size, root };
}
