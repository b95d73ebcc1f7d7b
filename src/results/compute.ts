/**
 * Computing figures. A set counts the reports that stood on the coordinator's node at one moment, is
 * frozen with its definitions, shares and checks, and never changes: later reports make a later set,
 * and computing the past again gives the past.
 */
import { createHash } from 'node:crypto';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { reportsAsOf, sumsOverTargets, targetsStatedTwice } from '#casework/report-store.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { requireOperation } from '#operations/create.ts';
import type { Operation } from '#operations/types.ts';
import { receivedPackages } from '#packages/received-store.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { checkFigures } from './checks.ts';
import { type FigureSetId, type FigureSetWithFigures, insertFigureSet } from './figure-store.ts';
import { countFigures, type Stand } from './figures.ts';

export interface ComputeInput {
  readonly operationId: OperationId;
  readonly kind: 'provisional' | 'final';
  /** Reports count as they stood then. Default: now. */
  readonly asOf?: Date;
}

/**
 * Computes and freezes the figures of an operation.
 * @throws results/not-coordinator, results/as-of-future
 */
export async function computeFigureSet(
  ctx: NodeContext,
  actor: Actor,
  input: ComputeInput,
): Promise<FigureSetWithFigures> {
  authorize(actor, 'results.compute', { operationId: input.operationId });
  const operation = await requireOperation(ctx.db, input.operationId);
  if (operation.coordinator !== ctx.node.agencyId)
    throw new IcarusError('results/not-coordinator', { coordinator: operation.coordinator });
  const computedAt = ctx.clock.now();
  const asOf = input.asOf ?? computedAt;
  if (asOf > computedAt) throw new IcarusError('results/as-of-future', { asOf: asOf.toISOString() });
  // One snapshot: a report that comes meanwhile counts wholly or not at all.
  const counted = await ctx.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((tx) => countAsOf(tx, operation, asOf));
  const set = {
    figureSetId: newId<FigureSetId>('figures', computedAt),
    operationId: operation.operationId,
    kind: input.kind,
    asOf,
    computedAt,
    computedBy: actorName(actor),
    ...counted,
  };
  const frozen = { ...set, digest: figureSetDigest(set) };
  await inTransaction(ctx, async (tx) => {
    await insertFigureSet(tx, frozen);
    await recordEvent(tx, {
      at: computedAt,
      kind: 'results.computed',
      actor: frozen.computedBy,
      operationId: frozen.operationId,
      subject: { kind: 'figures', id: frozen.figureSetId },
      facts: { kind: frozen.kind, asOf: asOf.toISOString(), digest: frozen.digest, passed: frozen.passed },
    });
  });
  return { ...frozen, release: undefined };
}

async function countAsOf(
  db: Db,
  operation: Operation,
  asOf: Date,
): Promise<Pick<FigureSetWithFigures, 'figures' | 'checks' | 'passed'>> {
  const reports = await reportsAsOf(db, operation.operationId, asOf);
  const stand: Stand = {
    participants: operation.participants.map(({ country }) => country),
    reports,
    targetsSent: await targetsSentAsOf(db, operation.operationId, asOf),
  };
  const figures = countFigures(stand);
  const ids = reports.map(({ reportId }) => reportId);
  const checks = checkFigures(stand, figures, {
    sums: await sumsOverTargets(db, ids),
    statedTwice: await targetsStatedTwice(db, ids),
  });
  return { figures, checks, passed: checks.every((check) => check.passed) };
}

/** Targets of the newest package of each country that had come by then. */
async function targetsSentAsOf(
  db: Db,
  operationId: OperationId,
  asOf: Date,
): Promise<Map<CountryCode, number>> {
  const sent = new Map<CountryCode, number>();
  for (const received of await receivedPackages(db, operationId)) {
    if (received.receivedAt <= asOf && !sent.has(received.country))
      sent.set(received.country, received.targetCount);
  }
  return sent;
}

/** SHA-256, hex, over everything that a set says; its release is over this digest. */
export function figureSetDigest(set: Omit<FigureSetWithFigures, 'digest' | 'release'>): string {
  const { figureSetId, operationId, kind, computedBy, passed } = set;
  const document = {
    figureSetId,
    operationId,
    kind,
    computedBy,
    passed,
    asOf: set.asOf.toISOString(),
    computedAt: set.computedAt.toISOString(),
    checks: set.checks.map((check) => ({ ...check })),
    figures: set.figures.map((figure) => ({
      ...figure,
      shares: figure.shares.map((share) => ({ ...share })),
    })),
  };
  return createHash('sha256').update(canonicalJson(document)).digest('hex');
}
