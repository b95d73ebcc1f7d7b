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
}

/** What the event of the message says of it; empty where there was nothing new. */
export type Witnessed = { readonly [fact: string]: Json };

/**
 * Takes what rides on messages, in their order.
 * @param logKeyOf the key of an agency's log, from its card; undefined where there is none
 * @returns for each the facts for the event that it was opened
 */
export async function witnessCheckpoints(
  ctx: WitnessContext,
  tx: Tx,
  ridings: readonly Riding[],
  logKeyOf: (agencyId: AgencyId) => string | undefined,
): Promise<Witnessed[]> {
  const keys: KeyOf = (agencyId) => {
    const text = logKeyOf(agencyId);
    return text === undefined ? undefined : readVerifierKey(text);
  };
  // Messages of one second say the same of one log: that is judged once, and what is at fault is said of each.
  const judged = new Map<string, Witnessed>();
  const all: Witnessed[] = [];
  for (const { from, lines } of ridings) {
    const texts = textsIn(lines);
    const same = JSON.stringify([from, texts]);
    const before = judged.get(same);
    const facts = before ? faultsIn(before) : await witnessOne(ctx, tx, { from, texts, keys });
    judged.set(same, facts);
    all.push(facts);
  }
  return all;
}

function faultsIn(facts: Witnessed): Witnessed {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => name.endsWith('Refused')));
}

interface Texts {
  readonly checkpoint: string | undefined;
  readonly consistency: string | undefined;
  readonly cosignatures: string | undefined;
  readonly forks: string | undefined;
}

function textsIn(lines: Lines): Texts {
  return {
    checkpoint: fromLines(CHECKPOINT, lines),
    consistency: fromLines(CONSISTENCY, lines),
    cosignatures: fromLines(COSIGNATURES, lines),
    forks: fromLines(FORKS, lines),
  };
}

interface Told {
  readonly from: AgencyId;
  readonly texts: Texts;
  readonly keys: KeyOf;
}

async function witnessOne(ctx: WitnessContext, tx: Tx, told: Told): Promise<Witnessed> {
  const { from, texts, keys } = told;
  const { cosignatures, forks } = texts;
  if (texts.checkpoint === undefined && cosignatures === undefined && forks === undefined) return {};
  try {
    const checkpoint = texts.checkpoint === undefined ? undefined : readCheckpoint(texts.checkpoint);
    const origin = logName(from);
    const returned = readReturned(cosignatures ?? '').find((each) => each.origin === ctx.keys.log.name);
    const here = await alreadyHere(
      tx,
      { origin, size: checkpoint?.size ?? 0 },
      { size: returned?.size ?? 0, witness: origin },
    );
    const isNew = checkpoint && !(here.cosigned && here.root?.equals(checkpoint.root));
    const facts: Record<string, Json> = {};
    if (isNew) Object.assign(facts, await takeCheckpoint(ctx, tx, { told, checkpoint }));
    if (returned && !here.returned) Object.assign(facts, await takeReturned(ctx, tx, { told, returned }));
    if (forks) await takeForks(ctx, tx, { text: forks, reportedBy: origin, keyOf: keys });
    return facts;
  } catch (error) {
    if (!isIcarusError(error)) throw error;
    return { logRefused: error.code };
  }
}

type KeyOf = (agencyId: AgencyId) => VerifierKey | undefined;

async function takeCheckpoint(
  ctx: WitnessContext,
  tx: Tx,
  { told, checkpoint }: { told: Told; checkpoint: Checkpoint },
): Promise<Witnessed> {
  const { from, texts, keys } = told;
  const key = keys(from);
  // A card from before its agency had a log: nothing can be checked yet.
  if (!key) return {};
  const at = signedAt(checkpoint, key);
  if (!at) throw new IcarusError('custody/checkpoint-unsigned', { agency: from });
  const { origin, size, root } = checkpoint;
  await lockOrigin(tx, origin);
  const candidate: Seen = { size, root, signedAt: at, note: texts.checkpoint ?? '' };
  const judgement = judge({
    candidate,
    head: await cosignedHead(tx, origin),
    sameSize: await seenOfSize(tx, origin, size),
    proofs: readConsistency(texts.consistency ?? ''),
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
  { told, returned }: { told: Told; returned: Returned },
): Promise<Witnessed> {
  const key = told.keys(told.from);
  const note = await ownNoteOfSize(tx, returned.size);
  if (!key || note === undefined) return {};
  const { note: own } = readCheckpoint(note);
  const at = cosignedAt(own.text, readSignatureLine(returned.line), key);
  if (!at) return { cosignatureRefused: returned.size };
  await insertCosignature(tx, { size: returned.size, witness: key.name, at, line: returned.line });
  forgetLines(ctx.keys, tx);
  return { ownLogCosigned: returned.size };
}
