/**
 * Sending. A message is sealed into the outbox folder first (slow, outside any transaction), then
 * posted in the transaction of the act that sends it: outbox row, one delivery for each recipient,
 * and custody event commit together with that act, or not at all. A sealed file that is not
 * posted within a day is swept away.
 */
import { join } from 'node:path';
import { type Actor, actorName } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { type AgencyId, type MessageId, newId, type OperationId } from '#core/ids.ts';
import { type CustodyEvent, recordEvents } from '#custody/record.ts';
import { checkpointLines } from '#custody/ride.ts';
import type { NodeContext } from '#platform/context.ts';
import { newFile } from '#platform/staging-folder.ts';
import type { Tx } from '#platform/tables.ts';
import type { BagInfo } from '#seal/bag.ts';
import { recipientsOf } from '#seal/card.ts';
import { type PackageEntry, sealPackage } from '#seal/seal.ts';
import { startAlarms } from './alarm-store.ts';
import { callDispatch } from './call-dispatch.ts';
import { keyringNow } from './keyring.ts';
import { requireOperationNow } from './operation-now.ts';
import { insertDeliveries, insertOutbox } from './outbox-store.ts';
import { type Leg, type Route, routeOf } from './route.ts';

export interface MessageDraft {
  readonly kind: string;
  readonly operationId: OperationId;
  /** Agencies that can open it, at least one; the sender may be one of them. */
  readonly to: readonly AgencyId[];
  /** Files of the content; `receive` finds them below `message.folder` under the same paths. */
  readonly entries: Iterable<PackageEntry> | AsyncIterable<PackageEntry>;
  /** One line in clear for whoever carries it. No case data. */
  readonly subject?: string;
  /** Further lines of bag-info.txt, signed with the content. */
  readonly bagInfo?: BagInfo;
  /** When every recipient is to have acknowledged it; travels inside the message. Default: none. */
  readonly deadlineAt?: Date;
  /** Ask that an officer of each recipient takes note of it; travels inside the message. Default: no. */
  readonly noteWanted?: boolean;
  readonly signal?: AbortSignal;
  /** Called with the bytes written so far. */
  readonly onProgress?: (doneBytes: number) => void;
}

/** A message whose file is in the outbox folder, not yet posted. */
export interface SealedMessage {
  readonly messageId: MessageId;
  readonly kind: string;
  readonly operationId: OperationId | null;
  readonly to: readonly AgencyId[];
  readonly via: AgencyId | null;
  readonly legs: readonly Leg[];
  readonly subject: string | null;
  /** Absolute path of the `.icarus` file. */
  readonly path: string;
  /** Of the whole file, as is `sha256`. */
  readonly sizeBytes: number;
  readonly sha256: string;
  /** SHA-512 of the tag manifest: names the content, whoever it is encrypted for. */
  readonly contentDigest: string;
  readonly createdAt: Date;
  readonly deadlineAt: Date | null;
  readonly noteWanted: boolean;
}

/** Lines of bag-info.txt that the exchange writes and reads. */
export const OPERATION_LINE = 'Operation-Id';
export const DEADLINE_LINE = 'Deadline';
export const NOTE_LINE = 'Note-Wanted';

/**
 * Seals a message for its recipients into the outbox folder; it goes by the operation's coordinator.
 *
 * @throws operation/not-found, agency/not-found for a recipient whose card is missing, disk/full, and what `sealPackage` throws
 */
export async function sealMessage(ctx: NodeContext, draft: MessageDraft): Promise<SealedMessage> {
  const { coordinator } = await requireOperationNow(ctx.db, draft.operationId);
  return sealFor(ctx, draft, coordinator);
}

/** A draft that may name no operation. */
type AnyDraft = Omit<MessageDraft, 'operationId'> & { readonly operationId: OperationId | null };

/** The same for a coordinator given, and for a message that can name no operation. */
async function sealFor(
  ctx: NodeContext,
  draft: AnyDraft,
  coordinator: AgencyId | null,
): Promise<SealedMessage> {
  return sealTo(ctx, draft, await addressedTo(ctx, draft.to, coordinator));
}

/** The same for a way that was worked out before: nothing of it is looked up in the database. */
export async function sealTo(
  ctx: NodeContext,
  draft: Omit<AnyDraft, 'to'>,
  { recipients, ...addressed }: Addressed,
): Promise<SealedMessage> {
  const { kind, operationId, subject = null, deadlineAt = null, noteWanted = false } = draft;
  const createdAt = ctx.clock.now();
  const messageId = newId<MessageId>('message', createdAt);
  const path = join(ctx.paths.outbox, `${messageId}.icarus`);
  const asked = { subject, deadlineAt, noteWanted };
  const message = { messageId, kind, operationId, ...addressed, ...asked, path, createdAt };
  const file = await newFile(path);
  try {
    const { sizeBytes, sha256, contentDigest } = await sealPackage({
      ...sealRequest(ctx, draft, message, await checkpointLines(ctx, message.to)),
      recipients,
      output: file,
    });
    await file.commit();
    return { ...message, sizeBytes, sha256, contentDigest };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** The way of a message, and the keys that open it. */
export interface Addressed extends Route {
  readonly to: readonly AgencyId[];
  readonly recipients: ReturnType<typeof recipientsOf>;
}

/** @throws agency/not-found: every agency on the way must be known */
export async function addressedTo(
  { db, node }: Pick<NodeContext, 'db' | 'node'>,
  agencies: readonly AgencyId[],
  coordinator: AgencyId | null,
): Promise<Addressed> {
  const { via, legs } = routeOf(node.agencyId, agencies, coordinator);
  const keyring = await keyringNow(db);
  const cardOf = (agency: AgencyId) => {
    const card = keyring.cardOf(agency);
    if (!card) throw new IcarusError('agency/not-found', { agency });
    return card;
  };
  for (const { nextHop } of legs) cardOf(nextHop);
  const to = legs.map(({ recipient }) => recipient);
  return { via, legs, to, recipients: recipientsOf(to.map(cardOf)) };
}

function sealRequest(
  { node, keys }: NodeContext,
  { entries, subject, bagInfo, signal, onProgress }: Omit<AnyDraft, 'to'>,
  message: Omit<SealedMessage, 'sizeBytes' | 'sha256' | 'contentDigest'>,
  logLines: BagInfo,
) {
  const { messageId, kind, operationId, to, via, createdAt, deadlineAt, noteWanted } = message;
  return {
    envelope: {
      id: messageId,
      kind,
      from: node.agencyId,
      to,
      via,
      createdAt: createdAt.toISOString(),
      ...(subject !== undefined && { subject }),
    },
    entries,
    signer: keys.signer,
    bagInfo: {
      ...bagInfo,
      ...(operationId !== null && { [OPERATION_LINE]: operationId }),
      ...(deadlineAt !== null && { [DEADLINE_LINE]: deadlineAt.toISOString() }),
      ...(noteWanted && { [NOTE_LINE]: 'yes' }),
      ...logLines,
    },
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  };
}

/** Sends a sealed message, in the caller's transaction: it is sent if and only if that commits. */
export function postMessage(
  ctx: NodeContext,
  tx: Tx,
  sealed: SealedMessage,
  how: { readonly actor: Actor },
): Promise<void> {
  return postMessages(ctx, tx, [sealed], how);
}

/** The same for several. */
export async function postMessages(
  ctx: NodeContext,
  tx: Tx,
  sealed: readonly SealedMessage[],
  how: { readonly actor: Actor },
): Promise<void> {
  if (sealed.length === 0) return;
  const at = ctx.clock.now();
  const postedBy = actorName(how.actor);
  await insertOutbox(
    tx,
    sealed.map((one) => ({ ...one, file: `${one.messageId}.icarus`, postedAt: at, postedBy })),
  );
  await insertDeliveries(
    tx,
    sealed.flatMap(({ messageId, sizeBytes, legs }) =>
      legs.map((leg) => ({
        messageId,
        ...leg,
        role: 'sender' as const,
        state: 'queued' as const,
        sizeBytes,
        at,
      })),
    ),
  );
  for (const { messageId, deadlineAt } of sealed)
    if (deadlineAt) await startAlarms(tx, messageId, { fromAt: at, deadlineAt });
  await recordEvents(
    tx,
    sealed.map((one) => postedEvent(one, at, postedBy)),
  );
  callDispatch(ctx, tx);
}

function postedEvent(sealed: SealedMessage, at: Date, actor: string): CustodyEvent {
  return {
    at,
    kind: 'message.posted',
    actor,
    ...(sealed.operationId !== null && { operationId: sealed.operationId }),
    subject: { kind: 'message', id: sealed.messageId },
    facts: {
      kind: sealed.kind,
      to: sealed.to,
      via: sealed.via,
      sizeBytes: sealed.sizeBytes,
      sha256: sealed.sha256,
      contentDigest: sealed.contentDigest,
      deadlineAt: sealed.deadlineAt?.toISOString() ?? null,
    },
  };
}
