/** What officers do with the custody log beside reading it: settle an alarm, erase what the law wants erased, hand it out. */
import { type Actor, actorName, authorize, authorizeOnNode } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { eraseEvents } from '#custody/erase.ts';
import { type Bundle, type BundleRequest, exportLog } from '#custody/export.ts';
import type { LeafName } from '#custody/proofs.ts';
import { recordEvent } from '#custody/record.ts';
import { forgetLines } from '#custody/ride.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { newestEventAbout } from '#custody/store.ts';
import {
  cosignedHead,
  forgetOrigin,
  markSettled,
  newestGiven,
  witnessedNote,
} from '#custody/witness-store.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { readCard } from '#seal/card.ts';
import { ownCard } from './cards.ts';
import { listAgencies } from './store.ts';

/**
 * Ends the alarms about one log, with a reason. What was cosigned of it is forgotten: its next checkpoint
 * is taken as the first one.
 * @param log `origin` of the log, `icarus/custody/mt`
 * @throws access/denied, custody/no-alarm
 */
export async function settleForks(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'jobs' | 'keys'>,
  actor: Actor,
  log: { readonly origin: string; readonly reason: string },
): Promise<number> {
  authorize(actor, 'node.administer');
  const { origin, reason } = log;
  const at = ctx.clock.now();
  return inTransaction(ctx, async (tx) => {
    const settled = await markSettled(tx, origin, { at, by: actorName(actor), reason });
    if (settled === 0) throw new IcarusError('custody/no-alarm', { log: origin });
    await forgetOrigin(tx, origin);
    forgetLines(ctx.keys, tx);
    await recordEvent(tx, {
      at,
      kind: 'custody.fork-settled',
      actor: actorName(actor),
      subject: { kind: 'custody-log', id: origin },
      facts: { alarms: settled, reason },
    });
    return settled;
  });
}

/**
 * Erases the content of events; their leaves stay.
 * @throws access/denied, custody/leaf-unknown
 */
export async function eraseFromLog(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'jobs' | 'keys'>,
  actor: Actor,
  what: { readonly leaves: readonly string[]; readonly reason: string },
): Promise<void> {
  authorize(actor, 'node.administer');
  await sequenceNow(ctx);
  await inTransaction(ctx, (tx) => eraseEvents(ctx, tx, { ...what, actor: actorName(actor) }));
}

/**
 * The newest checkpoint of a partner's log that this node has cosigned, with its cosignature; or of the own log, with
 * those of partners.
 * @param log `icarus/custody/mt`; default: the own
 * @throws access/denied, custody/nothing-cosigned
 */
export async function witnessedCheckpoint(
  { db, keys }: Pick<NodeContext, 'db' | 'keys'>,
  actor: Actor,
  log: string = keys.log.name,
): Promise<string> {
  authorizeOnNode(actor, 'custody.verify');
  const note = log === keys.log.name ? await witnessedNote(db) : await seenNote(db, log);
  if (note === undefined) throw new IcarusError('custody/nothing-cosigned', { log });
  return note;
}

async function seenNote(db: NodeContext['db'], log: string): Promise<string | undefined> {
  const [seen, [given]] = [await cosignedHead(db, log), await newestGiven(db, [log])];
  return seen && given && `${seen.note}${given.line}\n`;
}

/** Keys of the logs of this node and of every agency that it knows, from their cards. */
export async function logKeys(
  db: NodeContext['db'],
): Promise<{ readonly own: string | undefined; readonly partners: readonly string[] }> {
  const cards = await Promise.all(
    (await listAgencies(db)).filter(({ own }) => !own).map(({ card }) => readCard(card)),
  );
  const partners = cards.flatMap(({ logKey }) => (logKey === undefined ? [] : [logKey]));
  return { own: (await ownCard(db)).logKey, partners };
}

/**
 * Which leaf a person means: a leaf's hash, the number of an event as `custody tail --json` shows it, or
 * the id of a thing, by its newest event. Only of that operation.
 * @throws access/denied, custody/leaf-unknown
 */
export async function leafMeant(
  ctx: Pick<NodeContext, 'db'>,
  actor: Actor,
  { what, operationId }: { readonly what: string; readonly operationId: OperationId },
): Promise<LeafName> {
  authorize(actor, 'custody.read', { operationId });
  // A leaf says nothing of its event, and whoever has its hash was given it.
  if (/^[0-9a-f]{64}$/.test(what)) return what;
  const found = await newestEventAbout(ctx.db, operationId, what);
  if (!found) throw new IcarusError('custody/leaf-unknown', { what: `event of ${what} in this operation` });
  return found;
}

/**
 * Writes the log for an outsider who may see one operation.
 * @throws access/denied, custody/log-empty, disk/full
 */
export async function exportCustody(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'jobs' | 'keys'>,
  actor: Actor,
  request: Pick<BundleRequest, 'sink' | 'operationId' | 'without' | 'signal' | 'onProgress'>,
): Promise<Bundle> {
  authorize(actor, 'custody.read', request);
  await sequenceNow(ctx);
  const { partners } = await logKeys(ctx.db);
  const { verifierKey } = ctx.keys.log;
  const bundle = await exportLog({ ...request, db: ctx.db, logKey: verifierKey, witnessKeys: partners });
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'custody.exported',
      actor: actorName(actor),
      operationId: request.operationId,
      subject: { kind: 'custody-log', id: 'own' },
      facts: { size: bundle.size, root: bundle.root, shown: bundle.shown },
    }),
  );
  return bundle;
}
