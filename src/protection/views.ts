/** Reviews, holds and erasures as pages show them. */
import type { AskedRecipient } from './recipients.ts';
import type { DueReview } from './review.ts';
import type { DataErasureView, HoldView, ReviewView } from './schemas.ts';
import type { Erasure, LegalHold } from './types.ts';

export function reviewView(due: DueReview): ReviewView {
  const { kind, recordId, label, owner, category, minor, state, erasureId } = due;
  return {
    kind,
    recordId,
    label,
    owner,
    category,
    minor,
    state,
    erasureId,
    startedAt: due.startedAt.toISOString(),
    categorySince: due.categorySince?.toISOString() ?? null,
    dueAt: due.dueAt.toISOString(),
    source: due.rule.source,
    keptUntil: due.keptUntil?.toISOString() ?? null,
    heldUntil: due.holds.at(-1)?.until.toISOString() ?? null,
  };
}

export function holdView({ holdId, kind, recordId, reason, placedBy, placedAt, until }: LegalHold): HoldView {
  return {
    holdId,
    kind,
    recordId,
    reason,
    placedBy,
    placedAt: placedAt.toISOString(),
    until: until.toISOString(),
  };
}

/** @param recipients whoever was asked to erase it too; none before it is done here */
export function dataErasureView(
  erasure: Erasure,
  recipients: readonly AskedRecipient[] = [],
): DataErasureView {
  const {
    erasureId,
    kind,
    recordId,
    recordIds,
    because,
    legalBasis,
    askedBy,
    digest,
    approvedBy,
    refusal,
    result,
  } = erasure;
  return {
    erasureId,
    kind,
    recordId,
    recordIds: [...recordIds],
    because,
    legalBasis,
    askedBy,
    askedAt: erasure.askedAt.toISOString(),
    digest,
    approvedBy,
    refusal,
    doneAt: erasure.doneAt?.toISOString() ?? null,
    state: stateOf(erasure),
    rows: Object.values(result?.rows ?? {}).reduce((sum, one) => sum + one, 0),
    files: result?.files ?? 0,
    observations: result?.observations ?? 0,
    recipients: recipients.map((one) => ({
      ...one,
      dueAt: one.dueAt.toISOString(),
      certifiedAt: one.certifiedAt?.toISOString() ?? null,
      reasons: [...one.reasons],
    })),
  };
}

/** Where an erasure stands. */
export function stateOf({ doneAt, refusedAt, approvedAt, because }: Erasure): DataErasureView['state'] {
  if (doneAt) return 'done';
  if (refusedAt) return 'refused';
  return approvedAt || because === 'time-over' ? 'at-work' : 'waits';
}
