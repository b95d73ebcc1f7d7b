/** A request to Eurojust, and how it stands. */
import type { CountryCode } from '#core/countries.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import type { SourceDocument } from './documents.ts';
import type { Requirement } from './permission-types.ts';
import { type Act, digestOf, type EurojustId } from './types.ts';

/** What is asked: read by Eurojust, approved by a second officer. */
export interface EurojustContent {
  readonly countries: readonly CountryCode[];
  readonly need: string;
  readonly legalBasis: string;
  readonly sources: readonly SourceDocument[];
  readonly deadlineAt: Date;
}

export interface EurojustRequest extends EurojustContent {
  readonly requestId: EurojustId;
  readonly operationId: OperationId;
  /** 1, 2, 3 ...: each revision of the draft. */
  readonly version: number;
  readonly contentDigest: string;
  readonly drafted: Act;
  readonly approved: Act | null;
  readonly sent: (Act & { readonly messageId: MessageId }) | null;
  readonly answered: (Act & { readonly answer: string; readonly reference: string | null }) | null;
  readonly closed: (Act & { readonly reason: string }) | null;
}

export const EUROJUST_STATES = ['draft', 'blocked', 'released', 'sent', 'answered', 'closed'] as const;
export type EurojustState = (typeof EUROJUST_STATES)[number];

/**
 * How a request stands: blocked while a provider's permission is missing, released when none is and a
 * second officer approved it.
 */
export function eurojustState(
  request: Pick<EurojustRequest, 'approved' | 'sent' | 'answered' | 'closed'>,
  missing: readonly Requirement[],
): EurojustState {
  if (request.closed) return 'closed';
  if (request.answered) return 'answered';
  if (request.sent) return 'sent';
  if (missing.length > 0) return 'blocked';
  return request.approved ? 'released' : 'draft';
}

/** SHA-256, hex, over what is asked. */
export function eurojustDigest(content: EurojustContent): string {
  return digestOf({
    countries: content.countries,
    need: content.need,
    legalBasis: content.legalBasis,
    sources: content.sources.map(({ kind, id, provider, handling, pap }) => ({
      kind,
      id,
      provider,
      handling: { codes: handling.codes, text: handling.text },
      ...(pap !== undefined && { pap }),
    })),
    deadlineAt: content.deadlineAt.toISOString(),
  });
}
