/**
 * Erasing a package that came: its targets, and what stands of it in the lists. A room that has built on
 * its targets keeps it, and says so before this is asked (`keepWorkedPackages`). What the lead composed is
 * part of its record of the case.
 */
import { IcarusError } from '#core/errors.ts';
import { recordEvent } from '#custody/record.ts';
import type { ErasedMessage, MessageHandler } from '#exchange/kinds.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { takeOutOfContent } from './erase-target.ts';
import { deleteReceivedPackage, receivedPackageOfMessage } from './received-store.ts';
import { PACKAGE_KIND } from './send.ts';

/** @throws exchange/not-erasable for a package that was sent from here */
export async function erasePackage(
  ctx: NodeContext,
  tx: Tx,
  { messageId, operationId, folder }: ErasedMessage,
): Promise<void> {
  if (folder === null) throw new IcarusError('exchange/not-erasable', { kind: PACKAGE_KIND });
  const received = await receivedPackageOfMessage(tx, messageId);
  if (!received) return;
  await deleteReceivedPackage(tx, received.packageId);
  await recordEvent(tx, {
    at: ctx.clock.now(),
    kind: 'package.erased',
    actor: 'system:exchange',
    operationId,
    subject: { kind: 'package', id: received.packageId },
    facts: { message: messageId, country: received.country },
  });
}

/** Erasing some targets of a package that came; the others stay, in the lists and in the opened content. */
export const packageParts: NonNullable<MessageHandler['eraseParts']> = {
  async rows(ctx, tx, { messageId, operationId, only }) {
    const received = await receivedPackageOfMessage(tx, messageId);
    if (!received) return;
    const { numDeletedRows } = await tx
      .deleteFrom('received_target')
      .where('package_id', '=', received.packageId)
      .where('target_id', 'in', only)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return;
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'package.targets-erased',
      actor: 'system:exchange',
      operationId,
      subject: { kind: 'package', id: received.packageId },
      facts: { message: messageId, targets: Number(numDeletedRows) },
    });
  },
  files: (ctx, { folder, only }) => takeOutOfContent(ctx, folder, only),
};
