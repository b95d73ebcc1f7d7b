/** What waits for each next agency, and all of it as one archive: what a courier with a stick takes along. */
import { sql } from 'kysely';
import { type Actor, authorizeOnNode, operationsFor } from '#access/policy.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { keyringOf } from '#operations/cards.ts';
import type { NodeContext } from '#platform/context.ts';
import { TAR_END, tarHeader, tarPadding } from '#seal/tar.ts';
import { carriedMessage } from './deliver.ts';
import { fileBytes } from './file-bytes.ts';
import { recordExport } from './files.ts';
import { listQueuedHops } from './outbox-store.ts';

/** What is queued for one next agency, receipts included: of the operations that the officer may send for, and of none. */
export interface WaitingHop {
  readonly agencyId: AgencyId;
  readonly messages: number;
  readonly sizeBytes: number;
  /** How many of them were saved as files already, and when last. */
  readonly exported: number;
  readonly exportedAt: Date | null;
  /** Its card names no address: files are the only way. */
  readonly byFileOnly: boolean;
}

export async function waitingHops(
  { db, node }: Pick<NodeContext, 'db' | 'node'>,
  actor: Actor,
): Promise<WaitingHop[]> {
  authorizeOnNode(actor, 'exchange.send');
  const operations = operationsFor(actor, 'exchange.send');
  const { rows } = await sql<{
    hop: AgencyId;
    messages: number;
    size_bytes: number;
    exported: number;
    exported_at: Date | null;
  }>`
    select hop, count(*)::int as messages, sum(size_bytes)::bigint as size_bytes,
      count(exported_at)::int as exported, max(exported_at) as exported_at
    from (
      select distinct d.next_hop as hop, d.message_id, d.exported_at,
        coalesce(o.size_bytes, i.size_bytes) as size_bytes,
        coalesce(o.operation_id, i.operation_id) as operation_id
      from delivery d
      left join outbox_message o on o.id = d.message_id and d.role = 'sender'
      left join inbox_message i on i.id = d.message_id and d.role <> 'sender'
      where d.state = 'queued' and d.next_hop <> ${node.agencyId}
    ) as waiting
    where ${operations}::text[] is null or operation_id is null or operation_id = any(${operations})
    group by hop order by hop`.execute(db);
  const keyring = await keyringOf(db);
  return rows.map((row) => ({
    agencyId: row.hop,
    messages: row.messages,
    sizeBytes: Number(row.size_bytes),
    exported: row.exported,
    exportedAt: row.exported_at,
    byFileOnly: keyring.cardOf(row.hop)?.address === null,
  }));
}

/**
 * A tar of all that waits for one next agency, one `<message>.icarus` each; every message is recorded as exported
 * when its bytes have gone out. A reader who stops takes along what went out before.
 */
export async function* waitingArchive(
  ctx: NodeContext,
  actor: Actor,
  hop: AgencyId,
): AsyncGenerator<Uint8Array, void> {
  authorizeOnNode(actor, 'exchange.send');
  const operations = operationsFor(actor, 'exchange.send');
  for (const queued of await listQueuedHops(ctx.db)) {
    if (queued.hop !== hop) continue;
    const { message, path } = await carriedMessage(ctx, queued.messageId, queued.role);
    const { operationId } = message;
    if (operations === null || operationId === null || operations.includes(operationId))
      yield* archived(ctx, actor, { message, path });
  }
  yield TAR_END;
}

async function* archived(
  ctx: NodeContext,
  actor: Actor,
  { message, path }: Awaited<ReturnType<typeof carriedMessage>>,
): AsyncGenerator<Uint8Array, void> {
  const { messageId, sizeBytes } = message;
  yield tarHeader({ path: fileName(messageId), sizeBytes });
  yield* fileBytes(path);
  yield tarPadding(sizeBytes);
  await recordExport(ctx, actor, messageId);
}

function fileName(messageId: MessageId): string {
  return `${messageId}.icarus`;
}
