/** Requests to erase as pages and commands show them. */
import type { ErasureView } from './schemas.ts';
import { certificatesOwed, type ErasureRequest } from './types.ts';

export function erasureView(request: ErasureRequest, now: Date): ErasureView {
  const { requestId, direction, from, reason, legalBasis, askedBy, decidedBy } = request;
  return {
    requestId,
    direction,
    from,
    to: [...request.to],
    reason,
    legalBasis,
    askedBy,
    askedAt: request.askedAt.toISOString(),
    dueAt: request.dueAt.toISOString(),
    items: request.items.map(({ messageId, contentDigest, outcome, reason: kept, erasedAt }) => ({
      messageId,
      contentDigest,
      outcome,
      reason: kept,
      at: erasedAt?.toISOString() ?? null,
    })),
    decidedBy,
    decidedAt: request.decidedAt?.toISOString() ?? null,
    certifiedAt: request.certifiedAt?.toISOString() ?? null,
    certificates: direction === 'sent' ? certificateViews(request, now) : [],
  };
}

function certificateViews(request: ErasureRequest, now: Date): ErasureView['certificates'] {
  return certificatesOwed(request, now).map(({ agency, certificate, hoursLeft, overdue }) => ({
    agency,
    certificateId: certificate?.certificateId ?? null,
    at: certificate?.statedAt.toISOString() ?? null,
    decidedBy: certificate?.document.decidedBy ?? null,
    items: certificate?.document.items ?? [],
    remains: certificate?.document.remains ?? [],
    hoursLeft,
    overdue,
  }));
}
