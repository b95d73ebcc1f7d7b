/**
 * Witnessing: what came with a message about its sender's log, and about this node's own, is judged and
 * kept in the transaction that opens the message. A cosignature leaves this node only after that is
 * committed, with the next message. Lines that do not hold never stop a message: they are named in its
 * event, and a contradiction is an alarm of its own.
 */
import type { Json } from '#core/canonical-json.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { type Checkpoint, readCheckpoint, signedAt } from './checkpoint.ts';
import { takeForks } from './forks.ts';
import { logName } from './log-key.ts';
import { cosignedAt, readSignatureLine, readVerifierKey, type VerifierKey } from './note.ts';
import { recordFork } from './record-fork.ts';
import { forgetLines } from './ride.ts';
import {
  CHECKPOINT,
  CONSISTENCY,
  COSIGNATURES,
  FORKS,
  fromLines,
  type Lines,
  type Returned,
  readConsistency,
  readReturned,
} from './riding-lines.ts';
import { judge, type Seen } from './witness-rules.ts';
import {
  alreadyHere,
  cosignedHead,
  insertCosignature,
  keepSeen,
  lockOrigin,
  openForks,
  ownNoteOfSize,
  seenOfSize,
} from './witness-store.ts';

export type WitnessContext = Pick<NodeContext, 'clock' | 'keys'>;

export interface Riding {
  readonly from: AgencyId;
  /** The lines of the message's bag-info.txt. */
  readonly lines: Lines;
  /** The key of an agency's log, from its card; undefined where there is none. */
  readonly logKeyOf: (agencyId: AgencyId) => Promise<string | undefined>;
}

/** What the event of the message says of it; empty where there was nothing new. */
export type Witnessed = { readonly [fact: string]: Json };

/** Takes what rides on a message. @returns facts for the event that the message was opened */
export async function witnessCheckpoint(ctx: WitnessContext, tx: Tx, riding: Riding): Promise<Witnessed> {
  const [newest, cosignatures, forks] = [CHECKPOINT, COSIGNATURES, FORKS].map((label) =>
    fromLines(label, riding.lines),
  );
  if (newest === undefined && cosignatures === undefined && forks === undefined) return {};
  const keys = keysOf(riding);
  try {
    const checkpoint = newest === undefined ? undefined : readCheckpoint(newest);
    const origin = logName(riding.from);
    const returned = readReturned(cosignatures ?? '').find((each) => each.origin === ctx.keys.log.name);
    const here = await alreadyHere(
      tx,
      { origin, size: checkpoint?.size ?? 0 },
      { size: returned?.size ?? 0, witness: origin },
    );
    const isNew = checkpoint && !(here.cosigned && here.root?.equals(checkpoint.root));
    const facts: Record<string, Json> = {};
    if (isNew) Object.assign(facts, await takeCheckpoint(ctx, tx, { riding, checkpoint, keys }));
    if (returned && !here.returned)
      Object.assign(facts, await takeReturned(ctx, tx, { returned, riding, keys }));
    if (forks) await takeForks(ctx, tx, { text: forks, reportedBy: origin, keyOf: keys });
    return facts;
  } catch (error) {
    if (!isIcarusError(error)) throw error;
    return { logRefused: error.code };
  }
}

type KeyOf = (agencyId: AgencyId) => Promise<VerifierKey | undefined>;

function keysOf(riding: Riding): KeyOf {
  return async (agencyId) => {
    const text = await riding.logKeyOf(agencyId);
    return text === undefined ? undefined : readVerifierKey(text);
  };
}

interface Taken {
  readonly riding: Riding;
  readonly checkpoint: Checkpoint;
  readonly keys: KeyOf;
}

async function takeCheckpoint(
  ctx: WitnessContext,
  tx: Tx,
  { riding, checkpoint, keys }: Taken,
): Promise<Witnessed> {
  const key = await keys(riding.from);
  // A card from before its agency had a log: nothing can be checked yet.
  if (!key) return {};
  const at = signedAt(checkpoint, key);
  if (!at) throw new IcarusError('custody/checkpoint-unsigned', { agency: riding.from });
  const { origin, size, root } = checkpoint;
  await lockOrigin(tx, origin);
  const candidate: Seen = { size, root, signedAt: at, note: fromLines(CHECKPOINT, riding.lines) ?? '' };
  const judgement = judge({
    candidate,
    head: await cosignedHead(tx, origin),
    sameSize: await seenOfSize(tx, origin, size),
    proofs: readConsistency(fromLines(CONSISTENCY, riding.lines) ?? ''),
  });
  const log = { size, root: root.toString('hex') };
  const isSettled = (await openForks(tx, origin)).length === 0;
  if (judgement.is === 'fork') {
    if (isSettled) await recordFork(ctx, tx, { ...judgement, origin, reportedBy: null });
    return { senderLog: { ...log, fork: judgement.kind } };
  }
  const cosigns = judgement.is === 'extension' && isSettled;
  const cosignature = cosigns ? ctx.keys.log.cosign(checkpoint.note.text, ctx.clock.now()) : null;
  await keepSeen(tx, candidate, { origin, seenAt: ctx.clock.now(), cosignature });
  if (cosigns) forgetLines(ctx.keys, tx);
  return { senderLog: { ...log, cosigned: cosigns } };
}

/** A cosignature of the sender on this node's own log has come back. */
async function takeReturned(
  ctx: WitnessContext,
  tx: Tx,
  { returned, riding, keys }: { returned: Returned; riding: Riding; keys: KeyOf },
): Promise<Witnessed> {
  const key = await keys(riding.from);
  const note = await ownNoteOfSize(tx, returned.size);
  if (!key || note === undefined) return {};
  const { note: own } = readCheckpoint(note);
  const at = cosignedAt(own.text, readSignatureLine(returned.line), key);
  if (!at) return { cosignatureRefused: returned.size };
  await insertCosignature(tx, { size: returned.size, witness: key.name, at, line: returned.line });
  forgetLines(ctx.keys, tx);
  return { ownLogCosigned: returned.size };
}
