/**
 * The rows of messages that came: inbox row, the hand-overs that follow, custody event. Messages that come at
 * the same time share a transaction; each is answered only when that has committed.
 */
import { type Actor, actorName } from '#access/policy.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { type CustodyEvent, recordEvents } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import type { Envelope } from '#seal/envelope.ts';
import type { CheckedPackage } from '#seal/open.ts';
import { callDispatch } from './call-dispatch.ts';
import { insertInbox } from './inbox-store.ts';
import { insertDeliveries, type NewDelivery } from './outbox-store.ts';
import { deletePartials } from './partial-store.ts';
import type { Way } from './types.ts';

/** A checked message in its file, which no row names yet. */
export interface KeptFile {
  /** Name in the inbox folder; never the name of another message, so nothing is overwritten. */
  readonly file: string;
  readonly receivedAt: Date;
  readonly checked: CheckedPackage;
}

export interface Arrived extends KeptFile {
  readonly way: Way;
  readonly actor: Actor;
  /** Its parts were recorded until now. */
  readonly inParts: boolean;
}

/** @returns for each whether it is new; where a message of its id was here, nothing was changed */
export async function recordArrivals(ctx: NodeContext, arrived: readonly Arrived[]): Promise<boolean[]> {
  const me = ctx.node.agencyId;
  return inTransaction(ctx, async (tx) => {
    // In one order everywhere, so that two processes with the same messages do not wait for each other.
    const inOrder = arrived.toSorted((a, b) => (a.checked.envelope.id < b.checked.envelope.id ? -1 : 1));
    const fresh = await insertInbox(
      tx,
      inOrder.map((one) => rowOf(one, me)),
    );
    const recorded = inOrder.filter(({ file }) => fresh.has(file));
    await recordEvents(tx, recorded.map(eventOf));
    await insertDeliveries(
      tx,
      recorded.flatMap(({ checked, receivedAt }) => deliveriesFor(checked, me, receivedAt)),
    );
    await endParts(tx, recorded);
    callDispatch(ctx, tx);
    return arrived.map(({ file }) => fresh.has(file));
  });
}

function rowOf({ file, receivedAt, way, checked }: Arrived, me: AgencyId) {
  const { envelope, sizeBytes, sha256 } = checked;
  const { kind, from, to, via, subject = null } = envelope;
  const state: 'received' | 'carried' = to.includes(me) ? 'received' : 'carried';
  const messageId = envelope.id as MessageId;
  const createdAt = new Date(envelope.createdAt);
  const about = { messageId, kind, from, to, via, subject, createdAt, state };
  return { ...about, file, sizeBytes, sha256, way, receivedAt };
}

function eventOf({ receivedAt, way, actor, checked }: Arrived): CustodyEvent {
  const { envelope, sizeBytes, sha256, signedBy } = checked;
  const { id, kind, from, to } = envelope;
  return {
    at: receivedAt,
    kind: 'message.received',
    actor: actorName(actor),
    subject: { kind: 'message', id },
    facts: { kind, from, to, way, sizeBytes, sha256, signedBy },
  };
}

/** The rows of parts give way to the inbox row of the whole file, which keeps their name. */
async function endParts(tx: Tx, recorded: readonly Arrived[]): Promise<void> {
  for (const { inParts, checked } of recorded)
    if (inParts) await deletePartials(tx, checked.envelope.id as MessageId, checked.sha256);
}

/** What a message that is here sets going besides its opening: its way on, and the wait for the sender's own receipt. */
function deliveriesFor({ envelope, sizeBytes }: CheckedPackage, me: AgencyId, at: Date): NewDelivery[] {
  const { from, to } = envelope;
  const about = { messageId: envelope.id as MessageId, sizeBytes, at };
  const carried = carriedTo(envelope, me).map(
    (recipient): NewDelivery => ({
      ...about,
      recipient,
      role: 'courier',
      nextHop: recipient,
      state: 'queued',
    }),
  );
  // The sender's own copy never travels; its receipt comes here.
  const observes = to.includes(me) && from !== me && to.includes(from);
  const observed: NewDelivery = { ...about, recipient: from, role: 'observer', nextHop: null, state: 'sent' };
  return observes ? [...carried, observed] : carried;
}

/** The recipients that this node is to hand the message on to. The sender keeps its own copy. */
export function carriedTo({ via, to, from }: Envelope, me: AgencyId): AgencyId[] {
  return via === me ? to.filter((agency) => agency !== me && agency !== from) : [];
}
