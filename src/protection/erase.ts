/**
 * Carrying an erasure out, in steps that can each be done again after a crash: the rows of all rooms in one
 * transaction that remembers the files and who received it; then the files and the lake; then the requests to
 * whoever received it; then the keys and the journal of the backups, and the key of the archive; then the end, which forgets the client
 * ids that it was done by. What is left is said in docs/review-and-erasure.md.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { recordEvent } from '#custody/record.ts';
import { insertErased } from '#exchange/erasure/store.ts';
import { withhold } from '#exchange/recall/store.ts';
import { eraseClients } from '#observations/erase-clients.ts';
import { sweepStorage } from '#observations/partition/object-lake.ts';
import { takeOutOfContent } from '#packages/erase-target.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { ARCHIVE_PART, backupRegister, destroyPart } from './backup-keys.ts';
import { writeJournal } from './erasure-journal.ts';
import { filesOf, type HeldFiles } from './held-files.ts';
import { askRecipients, sentCopies } from './recipients.ts';
import { blockingHolds, type Carrying, eraseHeld, erasureById } from './store.ts';
import type { Erasure, ErasureResult, SentCopy } from './types.ts';

/** The event that vouches for a room's rows. */
const EVENT_OF_ROOM: Readonly<Record<string, EventKind>> = {
  access: 'approval.words-erased',
  observations: 'observations.data-erased',
  exchange: 'message.data-erased',
  correspondence: 'letter.data-erased',
  packages: 'package.data-erased',
  casework: 'casework.data-erased',
  evidence: 'evidence.data-erased',
  crossmatch: 'crossmatch.data-erased',
};

/** The job; returns quietly where all is done, or where a hold was placed meanwhile: the next look asks again. */
export async function eraseRecord(
  ctx: NodeContext,
  { erasureId }: { erasureId: string },
  options: { readonly again?: boolean } = {},
): Promise<void> {
  const asked = await erasureById(ctx.db, erasureId);
  if (!asked || asked.doneAt || asked.refusedAt) return;
  if (!asked.rowsGoneAt) {
    const holds = await blockingHolds(ctx.db, asked, asked.recordIds, ctx.clock.now());
    if (holds.length > 0) return;
    // Done again after a restore: whoever received it was asked the first time.
    const sent = options.again ? [] : await sentCopies(ctx, asked);
    const held = { ...(await filesOf(ctx, asked)), sent };
    await inTransaction(ctx, (tx) => eraseRows(ctx, tx, asked, held));
  }
  await finish(ctx, erasureId, options);
}

async function eraseRows(
  ctx: NodeContext,
  tx: Tx,
  asked: Erasure & Carrying,
  held: HeldFiles & { readonly sent: readonly SentCopy[] },
): Promise<void> {
  const at = ctx.clock.now();
  const { erasureId, operationId, kind, recordId } = asked;
  const gone = await eraseHeld(tx, erasureId, at);
  const rows = Object.fromEntries(gone.map(({ name, rows: count }) => [name, count]));
  const rooms = new Set(gone.map(({ room }) => room));
  for (const messageId of held.messages) {
    await withhold(tx, messageId as MessageId, 'exchange/erased');
    if (kind !== 'target')
      await insertErased(tx, {
        messageId: messageId as MessageId,
        requestId: erasureId as MessageId,
        at,
        files: [],
      });
    rooms.add('exchange');
  }
  for (const room of rooms) {
    const event = EVENT_OF_ROOM[room];
    if (!event) throw new Error(`no event says that the room ${room} has erased data`);
    await recordEvent(tx, {
      at,
      kind: event,
      actor: 'system:protection',
      operationId,
      subject: { kind: 'erasure', id: erasureId },
      facts: Object.fromEntries(gone.filter((one) => one.room === room).map((one) => [one.name, one.rows])),
    });
  }
  const result: ErasureResult = { rows, files: held.files.length, observations: 0 };
  await tx
    .updateTable('data_erasure')
    .set({
      rows_gone_at: at,
      files: [...held.files, ...held.reduced.map((path) => `${REDUCED}${path}`)],
      result: JSON.stringify(result),
      to_ask: JSON.stringify(held.sent),
    })
    .where('id', '=', erasureId)
    .execute();
  await recordEvent(tx, {
    at,
    kind: 'protection.erasure-rows-gone',
    actor: 'system:protection',
    operationId,
    subject: { kind, id: recordId },
    facts: { erasure: erasureId, rows, files: held.files.length },
  });
}

/** Marks a folder of which parts stay. */
const REDUCED = 'reduce:';

async function finish(
  ctx: NodeContext,
  erasureId: string,
  { again = false }: { readonly again?: boolean },
): Promise<void> {
  const asked = await erasureById(ctx.db, erasureId);
  if (!asked?.result) return;
  const { operationId, kind, recordId, recordIds: targetIds, clientIds, files } = asked;
  for (const path of files) {
    if (path.startsWith(REDUCED))
      await takeOutOfContent(ctx, join(ctx.paths.home, path.slice(REDUCED.length)), targetIds);
    else await rm(join(ctx.paths.home, path), { recursive: true, force: true });
  }
  const lake =
    kind === 'target' ? await eraseClients(ctx, { operationId, targetIds, clientIds, erasureId }) : undefined;
  if (kind === 'operation') await sweepStorage(ctx);
  await askRecipients(ctx, asked);
  // Not done before backups have forgotten it, or know that it is to be erased again.
  const register = backupRegister(ctx);
  const backupKeys = kind === 'operation' ? await destroyPart(register, recordId) : 0;
  // Done again after a restore: the archive was ended the first time, and may be what is restored from.
  const archiveKeys = again ? 0 : await destroyPart(register, ARCHIVE_PART);
  await writeJournal(ctx);
  const at = ctx.clock.now();
  const result: ErasureResult = {
    ...asked.result,
    files: asked.result.files + (lake?.files ?? 0),
    observations: lake?.rows ?? 0,
  };
  await inTransaction(ctx, async (tx) => {
    await tx
      .updateTable('data_erasure')
      .set({ done_at: at, files: [], client_ids: [], result: JSON.stringify(result) })
      .where('id', '=', erasureId)
      .execute();
    await recordEvent(tx, {
      at,
      kind: 'protection.erasure-done',
      actor: 'system:protection',
      operationId,
      subject: { kind, id: recordId },
      facts: {
        erasure: erasureId,
        files: result.files,
        observations: result.observations,
        backupKeys,
        archiveKeys,
      },
    });
  });
}
