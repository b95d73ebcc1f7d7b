/** Requests to erase as they stand. */
import { HOUR_MS } from '#core/clock.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { CertificateDocument, ErasureReason, Remainder } from './documents.ts';

export interface ErasureItem {
  readonly messageId: MessageId;
  readonly contentDigest: string;
  /** Parts of it that are to go, such as targets of a package; empty: all of it. */
  readonly only: readonly string[];
  /** Of this node's own copy; null: not decided; `erase`: decided and not done yet. */
  readonly outcome: 'erase' | 'erased' | 'kept' | 'not-here' | null;
  /** Why it is kept. */
  readonly reason: string | null;
  readonly erasedAt: Date | null;
}

export interface Certificate {
  readonly certificateId: MessageId;
  readonly by: AgencyId;
  readonly document: CertificateDocument;
  readonly statedAt: Date;
  readonly cameAt: Date;
}

export interface ErasureRequest {
  /** Of the message that carries it. */
  readonly requestId: MessageId;
  readonly direction: 'sent' | 'received';
  readonly operationId: OperationId;
  readonly from: AgencyId;
  readonly to: readonly AgencyId[];
  readonly reason: ErasureReason;
  readonly legalBasis: string;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly dueAt: Date;
  readonly recordedAt: Date;
  readonly items: readonly ErasureItem[];
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly remains: readonly Remainder[];
  /** When this node's own certificate was sent. */
  readonly certifiedAt: Date | null;
  /** Those that came, of a request that was sent from here. */
  readonly certificates: readonly Certificate[];
}

/** One agency that is to certify. */
export interface Owed {
  readonly agency: AgencyId;
  readonly certificate: Certificate | null;
  readonly hoursLeft: number;
  readonly overdue: boolean;
}

/** Who owes a certificate, and whether it is late; the clock stops when the certificate was made. Pure. */
export function certificatesOwed(request: ErasureRequest, now: Date): Owed[] {
  return request.to.map((agency) => {
    const certificate = request.certificates.find(({ by }) => by === agency) ?? null;
    const leftMs = request.dueAt.getTime() - (certificate?.statedAt ?? now).getTime();
    return { agency, certificate, hoursLeft: leftMs / HOUR_MS, overdue: leftMs < 0 };
  });
}
