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
    items: request.items.map(({ messageId, contentDigest, only, outcome, reason: kept, erasedAt }) => ({
      messageId,
      contentDigest,
      only: [...only],
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
  const parts = new Map<string, readonly string[]>(
    request.items.map(({ messageId, only }) => [messageId, only]),
  );
  return certificatesOwed(request, now).map(({ agency, certificate, hoursLeft, overdue }) => ({
    agency,
    certificateId: certificate?.certificateId ?? null,
    at: certificate?.statedAt.toISOString() ?? null,
    decidedBy: certificate?.document.decidedBy ?? null,
    items: (certificate?.document.items ?? []).map((item) => ({
      ...item,
      only: [...(parts.get(item.messageId) ?? [])],
    })),
    remains: certificate?.document.remains ?? [],
    hoursLeft,
    overdue,
  }));
}
