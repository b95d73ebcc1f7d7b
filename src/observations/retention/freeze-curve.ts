/**
 * The freeze curve as a piece of work: computed here and now for the command line, or in the background
 * for the page, and kept until what it was computed from changes. Asking again for what is kept costs nothing.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { type CustodyEvent, recordEvent } from '#custody/record.ts';
import type { LakeContext } from '#observations/lake.ts';
import { inTransaction } from '#platform/context.ts';
import { defineJob } from '#platform/jobs.ts';
import type { Tx } from '#platform/tables.ts';
import { bestOf, type CurveScope, dateOfDay, pointsOf } from './curve.ts';
import { basisNow, type ComputeOptions, computeCurve } from './curve-compute.ts';
import {
  type CurveBasis,
  type CurveId,
  type CurveRow,
  curveById,
  deleteOldCurves,
  endCurve,
  insertCurve,
  newestCurve,
  noteShare,
} from './curve-store.ts';

/** Days that a package is under way, where nobody says otherwise: the operation's 24 hours. */
export const DEFAULT_TRANSIT_DAYS = 1;

const CURVE_JOB = defineJob<{ curveId: CurveId }>('freeze-curve', {
  expireInSeconds: 6 * 3600,
  heartbeatSeconds: 60,
});

export interface CurveRequest {
  readonly operationId: OperationId;
  readonly transitDays: number;
}

/** A curve with what it was computed from. */
export interface KeptCurve extends CurveBasis {
  readonly scopes: readonly CurveScope[];
  readonly computedAt: Date;
}

/**
 * The curve, from what is kept where nothing changed since, else computed in this process.
 * @throws `access/denied` where it must be computed and the officer may only read,
 *   `observations/nothing-imported`, `observations/attribution-stale`, `disk/full`, the signal's reason
 */
export async function freezeCurve(
  ctx: LakeContext,
  actor: Actor,
  request: CurveRequest & ComputeOptions,
): Promise<KeptCurve> {
  authorize(actor, 'targets.read', request);
  const { operationId, transitDays } = request;
  const kept = await newestCurve(ctx.db, { operationId, transitDays, state: 'done' });
  if (kept && sameBasis(kept, await basisNow(ctx, operationId, transitDays))) return asKept(kept);
  authorize(actor, 'targets.build', request);
  const { basis, scopes } = await computeCurve(ctx, request, request);
  const at = ctx.clock.now();
  const by = actorName(actor);
  const row: CurveRow = {
    ...basis,
    curveId: newId<CurveId>('curve', at),
    state: 'done',
    share: 1,
    requestedAt: at,
    requestedBy: by,
    finishedAt: at,
    errorCode: null,
    scopes,
  };
  await inTransaction(ctx, async (tx) => {
    await insertCurve(tx, row);
    await recordComputed(tx, row, at);
  });
  return asKept(row);
}

/** How the curve of the page stands. */
export interface CurveState {
  /** The newest that is done. */
  readonly curve: KeptCurve | null;
  /** The log, its attribution, the rules or the merges changed since it was computed. */
  readonly stale: boolean;
  /** The one that was asked for last, unless it is done. */
  readonly work: Pick<CurveRow, 'state' | 'share' | 'errorCode'> | null;
}

/** @throws `access/denied` */
export async function curveState(ctx: LakeContext, actor: Actor, request: CurveRequest): Promise<CurveState> {
  authorize(actor, 'targets.read', request);
  const { operationId, transitDays } = request;
  const newest = await newestCurve(ctx.db, request);
  const done = await newestCurve(ctx.db, { operationId, transitDays, state: 'done' });
  const basis = await basisNow(ctx, operationId, transitDays).catch(() => undefined);
  return {
    curve: done ? asKept(done) : null,
    stale: done !== undefined && !(basis && sameBasis(done, basis)),
    work: newest && newest.state !== 'done' ? newest : null,
  };
}

/**
 * Has the curve computed in the background. While one is under way, another is not begun.
 * @throws `access/denied`, `observations/nothing-imported`, `observations/attribution-stale`
 */
export async function requestCurve(ctx: LakeContext, actor: Actor, request: CurveRequest): Promise<void> {
  authorize(actor, 'targets.build', request);
  const basis = await basisNow(ctx, request.operationId, request.transitDays);
  const at = ctx.clock.now();
  const row: CurveRow = {
    ...basis,
    curveId: newId<CurveId>('curve', at),
    state: 'waiting',
    share: 0,
    requestedAt: at,
    requestedBy: actorName(actor),
    finishedAt: null,
    errorCode: null,
    scopes: null,
  };
  await inTransaction(ctx, async (tx) => {
    if (!(await insertCurve(tx, row))) return;
    await ctx.jobs.enqueue(tx, CURVE_JOB, { curveId: row.curveId });
    await recordEvent(tx, curveEvent(row, 'targets.freeze-curve-asked', { at, actor: row.requestedBy }));
  });
}

/** Ends the curve that is under way; what is kept stays. @throws `access/denied` */
export async function cancelCurve(ctx: LakeContext, actor: Actor, request: CurveRequest): Promise<void> {
  authorize(actor, 'targets.build', request);
  const newest = await newestCurve(ctx.db, request);
  if (newest) await end(ctx, newest, { state: 'cancelled', by: actorName(actor) });
}

/** Names the handler of the curve's jobs; before the queue is started. */
export function registerCurveJobs(ctx: LakeContext): void {
  ctx.jobs.register(CURVE_JOB, ({ curveId }, signal) => runCurve(ctx, curveId, signal));
}

/** How often the page learns how far it is, and the work whether it is still wanted. */
const NOTE_MS = 1000;

async function runCurve(ctx: LakeContext, curveId: CurveId, signal: AbortSignal): Promise<void> {
  const row = await curveById(ctx.db, curveId);
  if (!row || !(await noteShare(ctx.db, curveId, 0))) return;
  const unwanted = new AbortController();
  let share = 0;
  const noting = setInterval(() => {
    noteShare(ctx.db, curveId, share).then(
      (wanted) => wanted || unwanted.abort(new IcarusError('cli/cancelled')),
      (error: unknown) => unwanted.abort(error),
    );
  }, NOTE_MS);
  try {
    const { basis, scopes } = await computeCurve(ctx, row, {
      signal: AbortSignal.any([signal, unwanted.signal]),
      onProgress: (done) => (share = done),
    });
    await finish(ctx, { ...row, ...basis, scopes });
  } catch (error) {
    // The process stops: the next one begins again. Nobody wants it any more: it has ended.
    if (signal.aborted) throw error;
    if (unwanted.signal.aborted) return;
    const errorCode = error instanceof IcarusError ? error.code : 'internal/unexpected';
    await end(ctx, row, { state: 'failed', by: 'system:freeze-curve', errorCode });
    if (errorCode === 'internal/unexpected') throw error;
  } finally {
    clearInterval(noting);
  }
}

async function finish(ctx: LakeContext, row: CurveRow): Promise<void> {
  const at = ctx.clock.now();
  await inTransaction(ctx, async (tx) => {
    const ended = { state: 'done', finishedAt: at, errorCode: null, scopes: row.scopes } as const;
    if (await endCurve(tx, row.curveId, ended)) await recordComputed(tx, row, at);
  });
}

async function end(
  ctx: LakeContext,
  row: CurveRow,
  { state, by, errorCode }: { state: 'failed' | 'cancelled'; by: string; errorCode?: string },
): Promise<void> {
  const at = ctx.clock.now();
  const ended = { state, errorCode: errorCode ?? null, finishedAt: at, scopes: null };
  await inTransaction(ctx, async (tx) => {
    if (!(await endCurve(tx, row.curveId, ended))) return;
    const kind = state === 'failed' ? 'targets.freeze-curve-failed' : 'targets.freeze-curve-cancelled';
    const event = curveEvent(row, kind, { at, actor: by });
    await recordEvent(tx, { ...event, facts: { ...event.facts, code: errorCode } });
  });
}

function curveEvent(row: CurveRow, kind: EventKind, said: Pick<CustodyEvent, 'at' | 'actor'>): CustodyEvent {
  return {
    ...said,
    kind,
    operationId: row.operationId,
    subject: { kind: 'freeze-curve', id: row.curveId },
    facts: { attribution: row.runId, basis: row.basisDigest, transitDays: row.transitDays },
  };
}

async function recordComputed(tx: Tx, row: CurveRow, at: Date): Promise<void> {
  const everywhere = row.scopes?.find((scope) => scope.everywhere);
  const best = everywhere && bestOf(pointsOf(everywhere));
  await deleteOldCurves(tx, row);
  const event = curveEvent(row, 'targets.freeze-curve-computed', { at, actor: row.requestedBy });
  await recordEvent(tx, {
    ...event,
    facts: {
      ...event.facts,
      targets: everywhere?.targets ?? 0,
      bestDay: best && dateOfDay(best.day).toISOString().slice(0, 10),
      identifiable: best?.identifiable ?? 0,
    },
  });
}

function sameBasis(a: CurveBasis, b: CurveBasis): boolean {
  return a.runId === b.runId && a.basisDigest === b.basisDigest && a.transitDays === b.transitDays;
}

function asKept(row: CurveRow): KeptCurve {
  return {
    operationId: row.operationId,
    runId: row.runId,
    basisDigest: row.basisDigest,
    transitDays: row.transitDays,
    scopes: row.scopes ?? [],
    computedAt: row.finishedAt ?? row.requestedAt,
  };
}
