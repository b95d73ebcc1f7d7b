/**
 * Computing suggestions for an operation from its newest build of targets. A computation replaces the one
 * before; what officers decided about pairs stands, whatever is computed.
 */
import { join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { duckOptions, type LakeContext, lakeDraft, openLake, removeFromLake } from '#observations/lake.ts';
import { inTransaction } from '#platform/context.ts';
import { computeLinks } from './compute.ts';
import { linkSources } from './link-sources.ts';
import { LINKS_1 } from './rules.ts';
import { deleteLinkRun, insertLinkRun, linkRunsOf } from './run-store.ts';
import type { LinkRun, LinkRunId } from './types.ts';

export interface SuggestRequest {
  readonly operationId: OperationId;
  readonly signal?: AbortSignal | undefined;
  /** Share done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Computations that are kept, so that whoever reads the one before is not cut off. */
const RUNS_KEPT = 2;

/**
 * @throws `access/denied`, `targets/not-built`, `disk/full`, the signal's reason; the suggestions of before then stand
 */
export async function suggestLinks(
  ctx: LakeContext,
  actor: Actor,
  { operationId, signal, onProgress }: SuggestRequest,
): Promise<LinkRun> {
  authorize(actor, 'targets.build', { operationId });
  const { buildId, ...sources } = await linkSources(ctx, operationId);
  await using draft = await lakeDraft(ctx.paths.lake, 'links');
  await using duck = await openLake(duckOptions(ctx, signal));
  const computed = await computeLinks(duck, sources, {
    path: join(draft.folder, 'links.parquet'),
    holdings: join(draft.folder, 'holdings'),
    onProgress,
  });
  const now = ctx.clock.now();
  const run: LinkRun = {
    ...computed,
    runId: newId<LinkRunId>('links', now),
    operationId,
    buildId,
    rules: LINKS_1.version,
    finishedAt: now,
    finishedBy: actorName(actor),
  };
  await inTransaction(ctx, async (tx) => {
    await insertLinkRun(tx, run);
    await draft.commit(tx, run.runId);
    await recordEvent(tx, {
      at: now,
      kind: 'targets.links-suggested',
      actor: run.finishedBy,
      operationId,
      subject: { kind: 'links', id: run.runId },
      facts: { build: buildId, rules: run.rules, suggestions: run.suggestions, ...computed.byType },
    });
  });
  for (const { runId } of (await linkRunsOf(ctx.db, operationId)).slice(RUNS_KEPT)) {
    await deleteLinkRun(ctx.db, runId);
    await removeFromLake(ctx.paths.lake, 'links', runId);
  }
  return run;
}
