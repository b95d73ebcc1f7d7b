/** The simplest message there is, for tests of what carries messages: one text file of kind `note`. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgencyId, type MessageId, newId, type OperationId } from '#core/ids.ts';
import { digestField } from '#exchange/digest-fields.ts';
import type { MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import { OPERATION_LINE, postMessage, type SealedMessage, sealMessage } from '#exchange/send.ts';
import { ownCard } from '#operations/cards.ts';
import { inTransaction } from '#platform/context.ts';
import type { BagInfo } from '#seal/bag.ts';
import { recipientsOf } from '#seal/card.ts';
import type { EnvelopeFields } from '#seal/envelope.ts';
import { entriesOf, memoryOutput } from '#seal/fixtures.ts';
import { sealPackage } from '#seal/seal.ts';
import { SYSTEM, type TestNode } from './nodes.ts';

/** Notes that were taken in, as `agency: text`, in the order of the receiving transactions. */
export interface Notes {
  readonly handler: MessageHandler;
  readonly taken: readonly string[];
}

/** @param before runs first in `receive`; what it throws, `receive` throws */
export function notes(before?: (message: OpenedMessage) => void): Notes {
  const taken: string[] = [];
  const handler: MessageHandler = {
    kind: 'note',
    async receive(ctx, _tx, message) {
      before?.(message);
      taken.push(`${ctx.node.agencyId}: ${await readFile(join(message.folder, 'note.txt'), 'utf8')}`);
    },
  };
  return { handler, taken };
}

export interface NoteDraft {
  readonly operationId: OperationId;
  readonly to: readonly string[];
  /** Default `a note`. */
  readonly text?: string;
  readonly deadlineAt?: Date;
  readonly noteWanted?: boolean;
}

export function sealNote({ ctx }: TestNode, draft: NoteDraft): Promise<SealedMessage> {
  return sealMessage(ctx, {
    kind: 'note',
    operationId: draft.operationId,
    to: draft.to as AgencyId[],
    entries: entriesOf({ 'note.txt': draft.text ?? 'a note' }),
    ...(draft.deadlineAt && { deadlineAt: draft.deadlineAt }),
    ...(draft.noteWanted && { noteWanted: true }),
  });
}

export async function sendNote(node: TestNode, draft: NoteDraft): Promise<MessageId> {
  const sealed = await sealNote(node, draft);
  await inTransaction(node.ctx, (tx) => postMessage(node.ctx, tx, sealed, { actor: SYSTEM }));
  return sealed.messageId;
}

export interface RawNote {
  readonly messageId: MessageId;
  readonly bytes: Uint8Array;
}

/** A note as bytes, sealed by `from` past its outbox, with an envelope that may say anything. */
export async function rawNote(
  from: TestNode,
  to: readonly TestNode[],
  change: {
    readonly fields?: Partial<EnvelopeFields>;
    readonly operationId?: OperationId;
    readonly text?: string;
  } = {},
): Promise<RawNote> {
  const { ctx } = from;
  const createdAt = ctx.clock.now();
  const cards = await Promise.all(to.map((node) => ownCard(node.ctx.db)));
  const output = memoryOutput();
  const bagInfo: BagInfo = change.operationId ? { [OPERATION_LINE]: change.operationId } : {};
  const envelope: EnvelopeFields = {
    id: newId<MessageId>('message', createdAt),
    kind: 'note',
    from: ctx.node.agencyId,
    to: to.map(({ agencyId }) => agencyId),
    via: null,
    createdAt: createdAt.toISOString(),
    ...change.fields,
  };
  await sealPackage({
    envelope,
    entries: entriesOf({ 'note.txt': change.text ?? 'a note' }),
    recipients: recipientsOf(cards),
    signer: ctx.keys.signer,
    bagInfo,
    output,
  });
  return { messageId: envelope.id as MessageId, bytes: output.bytes() };
}

/** Hands bytes to a node as a peer does, and reads its answer. */
export async function putMessage(
  to: TestNode,
  { messageId, bytes }: { messageId: string; bytes: Uint8Array },
  sha256 = createHash('sha256').update(bytes).digest('hex'),
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${to.address}/nodes/${to.agencyId}/exchange/v1/messages/${messageId}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', 'content-digest': digestField(sha256) },
    body: Buffer.from(bytes),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
