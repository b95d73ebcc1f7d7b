/** The list of an import's refused lines: line, column, value shortened, reason. It is case data. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { importFolder, refusedFile } from '#observations/lake-rows.ts';
import { importsOf } from '#observations/store.ts';
import type { ImportId, ObservationImport } from '#observations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';

export interface Rejects {
  readonly import: ObservationImport;
  /** CSV with a line of names. */
  readonly csv: Readable;
}

/**
 * Opens the list; that somebody did is in the custody log.
 * @throws `access/denied`, `observations/import-not-found`
 */
export async function openRejects(
  ctx: Pick<NodeContext, 'db' | 'jobs' | 'clock' | 'paths'>,
  actor: Actor,
  { operationId, importId }: { readonly operationId: OperationId; readonly importId: ImportId },
): Promise<Rejects> {
  authorize(actor, 'observations.read', { operationId });
  const row = (await importsOf(ctx.db, operationId)).find((one) => one.importId === importId);
  if (!row) throw new IcarusError('observations/import-not-found', { import: importId });
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'observations.rejects-read',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'import', id: importId },
      facts: { refused: row.refused },
    }),
  );
  return { import: row, csv: createReadStream(refusedFile(importFolder(ctx.paths.lake, importId))) };
}
