/**
 * Asking for work that workers share, and waiting for it. Who asks for work that is already being done
 * joins it; only who opened it ends it by going away.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import type { LakeContext } from '#observations/lake.ts';
import { inTransaction } from '#platform/context.ts';
import { enqueuePart, rescueParts, takeAndDo, type WorkKind } from './jobs.ts';
import { endWork, openWork, progressOf, type WorkId, type WorkProgress, workById } from './store.ts';

export interface ShareRequest {
  /** Name of the kind of work. */
  readonly kind: string;
  readonly operationId: OperationId;
  /** What the steps need to know. */
  readonly spec: object;
  /** What tells this work from any other: digests or ids of all that it reads, and the version of its steps. */
  readonly inputs: Json;
  /** Into how many parts it is cut, the last step left out. */
  readonly parts: number;
  readonly startedBy: string;
}

export interface OpenedWork {
  readonly workId: WorkId;
  /** False where the same work was under way already. */
  readonly opened: boolean;
}

/** Opens the work and gives its parts to the queue, in one transaction. */
export async function shareWork(ctx: LakeContext, request: ShareRequest): Promise<OpenedWork> {
  const { kind, operationId, spec, inputs, parts, startedBy } = request;
  const startedAt = ctx.clock.now();
  const key = createHash('sha256').update(canonicalJson({ kind, operationId, inputs })).digest('hex');
  const work = {
    workId: newId<WorkId>('work', startedAt),
    kind,
    operationId,
    key,
    spec,
    startedAt,
    startedBy,
  };
  return inTransaction(ctx, async (tx) => {
    const opened = await openWork(tx, work, parts);
    for (let part = 0; opened.opened && part < parts; part++)
      await enqueuePart(ctx, tx, { workId: opened.workId, part });
    return opened;
  });
}

export interface WaitOptions {
  /** Take the last step here if no worker is at it: for work whose workers do not see this node's lake. */
  readonly finishWith?: readonly WorkKind[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: WorkProgress) => void) | undefined;
}

const NEVER = new AbortController().signal;
const LOOK_MS = 250;
/** Looks between two looks after the parts of dead workers. */
const LOOKS_A_RESCUE = 8;

/**
 * Waits until the work has ended and returns its result. When the signal aborts, work that was opened here
 * is cancelled.
 * @throws `observations/shared-work-failed`, `observations/shared-work-cancelled`, the signal's reason
 */
export async function awaitWork(
  ctx: LakeContext,
  { workId, opened }: OpenedWork,
  { signal, onProgress, finishWith }: WaitOptions = {},
): Promise<object> {
  for (let look = 1; ; look++) {
    const work = await workById(ctx.db, workId);
    if (work?.state === 'done') return work.result ?? {};
    if (work?.state === 'failed')
      throw new IcarusError('observations/shared-work-failed', {
        work: workId,
        code: work.errorCode ?? 'unknown',
      });
    if (work?.state !== 'open') throw new IcarusError('observations/shared-work-cancelled', { work: workId });
    const progress = await progressOf(ctx.db, workId);
    onProgress?.(progress);
    if (finishWith && progress.done === progress.parts - 1) {
      const part = progress.parts - 1;
      if (await takeAndDo(ctx, finishWith, { workId, part, signal: signal ?? NEVER })) continue;
    }
    if (look % LOOKS_A_RESCUE === 0) await rescueParts(ctx);
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
    if (!signal?.aborted) continue;
    if (opened) await endWork(ctx.db, workId, { state: 'cancelled', at: ctx.clock.now() });
    signal.throwIfAborted();
  }
}
