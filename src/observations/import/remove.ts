/**
 * Removing an import: exactly its rows. A row that a later import repeated is that import's own from then
 * on, and its counts say so.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { duckOptions, type LakeContext, openLake, removeFromLake, syncTree } from '#observations/lake.ts';
import { importFolder } from '#observations/lake-rows.ts';
import { sweepStorage } from '#observations/partition/object-lake.ts';
import { deleteImport, importsOf, lockImports, updateRepeats } from '#observations/store.ts';
import type { ImportId, ObservationImport } from '#observations/types.ts';
import { inTransaction } from '#platform/context.ts';
import type { DuckDb } from '#platform/duckdb.ts';
import type { Tx } from '#platform/tables.ts';
import { importEvent } from './import-event.ts';
import { writeRepeats } from './settle-log.ts';

export interface RemoveRequest {
  readonly operationId: OperationId;
  readonly importId: ImportId;
  /** Stands in the custody log. */
  readonly reason: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Targets stand as they were until they are built again.
 * @throws `access/denied`, `observations/import-not-found`
 */
export async function removeImport(ctx: LakeContext, actor: Actor, request: RemoveRequest): Promise<void> {
  authorize(actor, 'observations.import', request);
  const { operationId, importId, reason } = request;
  await using duck = await openLake(duckOptions(ctx, request.signal));
  const outdated = await inTransaction(ctx, async (tx) => {
    await lockImports(tx, operationId);
    const imports = await importsOf(tx, operationId);
    const at = imports.findIndex((one) => one.importId === importId);
    const row = imports[at];
    if (!row) throw new IcarusError('observations/import-not-found', { import: importId });
    const said = { at: ctx.clock.now(), actor: actorName(actor) };
    await deleteImport(tx, importId);
    const event = importEvent(row, 'observations.import-removed');
    await recordEvent(tx, { ...event, facts: { ...event.facts, reason }, ...said });
    const left = imports.toSpliced(at, 1);
    const folders: string[] = [];
    for (const [index, later] of left.entries()) {
      if (index < at || later.duplicate === 0) continue;
      const recounted = await recount(duck, tx, {
        lake: ctx.paths.lake,
        later,
        earlier: left.slice(0, index),
      });
      left[index] = recounted;
      folders.push(join(importFolder(ctx.paths.lake, later.importId), later.repeats));
      if (recounted.duplicate !== later.duplicate)
        await recordEvent(tx, { ...importEvent(recounted, 'observations.import-recounted'), ...said });
    }
    return folders;
  });
  // Folders go after the rows: should this be cut short, the sweep at the next start takes the import's.
  await removeFromLake(ctx.paths.lake, 'imports', importId);
  for (const folder of outdated) await rm(folder, { recursive: true, force: true });
  await sweepStorage(ctx);
}

interface Recounting {
  readonly lake: string;
  readonly later: ObservationImport;
  readonly earlier: readonly ObservationImport[];
}

async function recount(
  duck: DuckDb,
  tx: Tx,
  { lake, later, earlier }: Recounting,
): Promise<ObservationImport> {
  const folder = importFolder(lake, later.importId);
  const into = `repeats-${Number(later.repeats.split('-')[1]) + 1}`;
  await rm(join(folder, into), { recursive: true, force: true });
  const duplicate = await writeRepeats(duck, { lake, one: { ...later, repeats: '', folder }, into, earlier });
  if (duplicate > 0) await syncTree(join(folder, into));
  const counts = { accepted: later.accepted + later.duplicate - duplicate, duplicate, repeats: into };
  await updateRepeats(tx, later.importId, counts);
  return { ...later, ...counts };
}
