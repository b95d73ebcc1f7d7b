/**
 * Releasing figures to the press: one named officer, never the one who computed them, over the very
 * digest that he looked at. A release is not taken back; later figures are a later set. Figures that
 * are withheld stay XX in every document. The officer signs the digest together with what he withholds.
 */
import { takeWord } from '#access/approvals/signatures.ts';
import { type Actor, authorize } from '#access/policy.ts';
import { sha256 } from '#access/sign-in/secret.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { figureSetDigest } from './compute.ts';
import {
  type FigureSetId,
  type FigureSetRelease,
  type FigureSetWithFigures,
  figureSetById,
  insertRelease,
} from './figure-store.ts';

export interface ReleaseInput {
  readonly figureSetId: FigureSetId;
  /** Of the set that the officer looked at. */
  readonly digest: string;
  /** Figures that stay XX. Default: none. */
  readonly withhold?: readonly string[];
  /** Where given, the set must be of this operation. */
  readonly operationId?: OperationId;
}

/**
 * Releases a figure set.
 * @throws results/officer-required, access/same-officer, access/signature-needed, results/digest-differs, results/check-failed,
 *   results/already-released, results/figure-unknown
 */
export async function releaseFigureSet(
  ctx: NodeContext,
  actor: Actor,
  input: ReleaseInput,
): Promise<FigureSetRelease> {
  if (input.operationId !== undefined)
    authorize(actor, 'results.release', { operationId: input.operationId });
  return inTransaction(ctx, async (tx) => {
    const set = await requireFigureSet(tx, input);
    authorize(actor, 'results.release', { operationId: set.operationId });
    if (actor.kind !== 'officer') throw new IcarusError('results/officer-required');
    const withheld = [...new Set(input.withhold)].sort();
    checkRelease(set, { ...input, withhold: withheld, officerId: actor.officerId });
    const id = set.figureSetId;
    const [signature] = await takeWord(tx, ctx, actor, {
      word: 'approve',
      things: [{ kind: 'figure-set', id, digest: releaseDigest(set.digest, withheld) }],
      operationId: set.operationId,
    });
    const release = {
      releasedBy: actor.officerId,
      releasedByName: actor.name,
      releasedAt: ctx.clock.now(),
      withheld,
    };
    const first = await insertRelease(tx, {
      set_id: set.figureSetId,
      computed_by: set.computedBy,
      digest: set.digest,
      passed: set.passed,
      released_by: release.releasedBy,
      released_by_name: release.releasedByName,
      released_at: release.releasedAt,
      withheld,
    });
    if (!first) throw new IcarusError('results/already-released');
    await recordEvent(tx, {
      at: release.releasedAt,
      kind: 'results.released',
      actor: release.releasedBy,
      operationId: set.operationId,
      subject: { kind: 'figures', id: set.figureSetId },
      facts: { digest: set.digest, withheld, signature: signature?.signatureId, signed: signature?.way },
    });
    return release;
  });
}

/** What is signed of a release: the set's digest, and which figures stay XX. */
function releaseDigest(digest: string, withheld: readonly string[]): string {
  return sha256(canonicalJson({ digest, withheld }));
}

/** The set with its figures, or `request/not-found`. */
export async function requireFigureSet(
  db: Db,
  of: { figureSetId: FigureSetId; operationId?: OperationId },
): Promise<FigureSetWithFigures> {
  const set = await figureSetById(db, of.figureSetId);
  if (!set || (of.operationId !== undefined && set.operationId !== of.operationId))
    throw new IcarusError('request/not-found', { what: 'figure set' });
  return set;
}

function checkRelease(
  set: FigureSetWithFigures,
  input: Pick<ReleaseInput, 'digest'> & { withhold: readonly string[]; officerId: string },
): void {
  if (set.computedBy === input.officerId) throw new IcarusError('access/same-officer');
  if (set.release) throw new IcarusError('results/already-released');
  if (input.digest !== set.digest || figureSetDigest(set) !== set.digest)
    throw new IcarusError('results/digest-differs');
  const failed = set.checks.find((check) => !check.passed);
  if (failed) throw new IcarusError('results/check-failed', { reason: `${failed.words}: ${failed.detail}` });
  const unknown = input.withhold.find(
    (figureId) => !set.figures.some((figure) => figure.figureId === figureId),
  );
  if (unknown !== undefined) throw new IcarusError('results/figure-unknown', { figure: unknown });
}
