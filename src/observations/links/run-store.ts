/** All SQL of the computations of suggestions. */
import type { OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type {} from './tables.ts';
import type { LinkRun, LinkRunId } from './types.ts';

/** Computations of an operation, newest first. */
export async function linkRunsOf(db: Db, operationId: OperationId): Promise<LinkRun[]> {
  const rows = await db
    .selectFrom('target_link_run')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('sequence', 'desc')
    .execute();
  return rows.map((row) => ({
    runId: row.id as LinkRunId,
    operationId,
    buildId: row.build_id,
    rules: row.rules,
    suggestions: row.suggestions,
    byType: row.by_type,
    suppressed: row.suppressed,
    finishedAt: row.finished_at,
    finishedBy: row.finished_by,
  }));
}

/** The newest computation. */
export async function linkRunOf(db: Db, operationId: OperationId): Promise<LinkRun | undefined> {
  return (await linkRunsOf(db, operationId))[0];
}

export async function insertLinkRun(tx: Tx, run: LinkRun): Promise<void> {
  await tx
    .insertInto('target_link_run')
    .values({
      id: run.runId,
      operation_id: run.operationId,
      build_id: run.buildId,
      rules: run.rules,
      suggestions: run.suggestions,
      by_type: JSON.stringify(run.byType),
      suppressed: JSON.stringify(run.suppressed),
      finished_at: run.finishedAt,
      finished_by: run.finishedBy,
    })
    .execute();
}

export async function deleteLinkRun(db: Db, runId: LinkRunId): Promise<void> {
  await db.deleteFrom('target_link_run').where('id', '=', runId).execute();
}
