/** The way by file: what travels on a stick is the same bytes under the same checks as over the network. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, actorName, authorize, authorizeOnNode } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { keyringOf } from '#operations/cards.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { stagingFile } from '#platform/staging-folder.ts';
import { type Arrival, acceptMessage, fileBytes } from './accept.ts';
import { carriedMessage } from './deliver.ts';
import { listDeliveryRecords } from './delivery-store.ts';
import { isErased } from './erasure/store.ts';
import type { Exchange } from './exchange.ts';
import { listQueuedHops, markExported } from './outbox-store.ts';

/**
 * Takes in a message that came as a file, to be opened or carried on like any other. The file stays.
 * @throws exchange/file-unreadable and what `acceptMessage` throws
 */
export async function addFile(
  exchange: Exchange,
  actor: Actor,
  path: string,
  signal?: AbortSignal,
): Promise<Arrival> {
  authorizeOnNode(actor, 'exchange.receive');
  const found = await stat(path).catch((cause: unknown) => {
    throw new IcarusError('exchange/file-unreadable', { path }, { cause });
  });
  if (!found.isFile()) throw new IcarusError('exchange/file-unreadable', { path });
  return acceptMessage(exchange, {
    bytes: fileBytes(path),
    way: 'file',
    actor,
    sizeBytes: found.size,
    ...(signal && { signal }),
  });
}

/**
 * Writes a message that this node sends or carries to `destination`, a file that must not exist. For
 * recipients whose next hop is reached by file only this is the hand-over; for the others the network
 * goes on trying, and whichever comes first counts.
 *
 * @throws exchange/message-not-found, seal/target-exists, disk/full
 */
export async function exportFile(
  ctx: NodeContext,
  actor: Actor,
  messageId: MessageId,
  destination: string,
): Promise<{ path: string; sizeBytes: number; sha256: string }> {
  const { message, path } = await messageToHandOut(ctx, actor, messageId);
  const file = await stagingFile(destination);
  try {
    for await (const chunk of fileBytes(path)) await file.write(chunk);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
  await recordExport(ctx, actor, messageId);
  return { path: destination, sizeBytes: message.sizeBytes, sha256: message.sha256 };
}

/** The sealed file of a message, for an officer who takes it along. */
export async function messageToHandOut(ctx: NodeContext, actor: Actor, messageId: MessageId) {
  const [record] = await listDeliveryRecords(ctx.db, { messageIds: [messageId] });
  if (!record || record.role === 'observer')
    throw new IcarusError('exchange/message-not-found', { messageId });
  if (await isErased(ctx.db, messageId)) throw new IcarusError('exchange/erased', { messageId });
  authorize(actor, 'exchange.send', { ...(record.operationId && { operationId: record.operationId }) });
  return carriedMessage(ctx, messageId, record.role);
}

export async function recordExport(ctx: NodeContext, actor: Actor, messageId: MessageId): Promise<void> {
  const records = await listDeliveryRecords(ctx.db, { messageIds: [messageId] });
  const keyring = await keyringOf(ctx.db);
  const hops = records.flatMap(({ nextHop }) => nextHop ?? []);
  const at = ctx.clock.now();
  await inTransaction(ctx, async (tx) => {
    await markExported(tx, messageId, {
      at,
      handedTo: hops.filter((hop) => keyring.cardOf(hop)?.address === null),
    });
    const operationId = records[0]?.operationId;
    await recordEvent(tx, {
      at,
      kind: 'message.exported',
      actor: actorName(actor),
      ...(operationId && { operationId }),
      subject: { kind: 'message', id: messageId },
      facts: { recipients: records.map(({ recipient }) => recipient) },
    });
  });
}

/**
 * Writes everything that waits for one next hop into `folder`, receipts included: what a courier with
 * a stick takes along.
 * @returns the files' paths
 */
export async function exportWaiting(
  ctx: NodeContext,
  actor: Actor,
  hop: AgencyId,
  folder: string,
): Promise<string[]> {
  authorizeOnNode(actor, 'exchange.send');
  const paths: string[] = [];
  for (const queued of await listQueuedHops(ctx.db)) {
    if (queued.hop !== hop) continue;
    const path = join(folder, `${queued.messageId}.icarus`);
    await exportFile(ctx, actor, queued.messageId, path);
    paths.push(path);
  }
  return paths;
}
