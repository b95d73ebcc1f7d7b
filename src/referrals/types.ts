/** What a referral is, and the pure decisions about how one stands. */
import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import type { Handling } from '#core/handling.ts';
import type { AgencyId, Id, MessageId, OperationId } from '#core/ids.ts';
import type { PapLevel } from '#core/pap.ts';

export type SeriesId = Id<'icse-series'>;
export type ClaimId = Id<'icse-claim'>;
export type PermissionId = Id<'permission'>;
export type EurojustId = Id<'eurojust-request'>;

/** Recipients of referrals are agencies like any other, with a card. */
export const INTERPOL = 'interpol' as AgencyId;
export const EUROJUST = 'eurojust' as AgencyId;

/** One file of a series: its hashes, in lower-case hex, and what the case says of it. */
export interface IcseItem {
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string | null;
  /** `image/jpeg`. */
  readonly mediaType: string;
  /** Opaque national code. */
  readonly category: string;
  readonly victimIdentified: boolean;
  readonly offenderIdentified: boolean;
  readonly distributed: boolean;
}

/** The series in one line: what `content_digest` covers beside its items. */
export interface SeriesHead {
  readonly name: string;
  readonly caseReference: string;
  /** Whose material it is, where the coordinator submits for another agency. */
  readonly onBehalfOf: AgencyId | null;
  readonly handling: Handling;
  /** What may be done with it, by the word of whose material it is. */
  readonly pap: PapLevel;
}

export const CLAIM_STATES = ['asked', 'granted', 'refused', 'withdrawn'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

export interface SeriesClaim {
  readonly claimId: ClaimId;
  readonly state: ClaimState;
  readonly changedAt: Date;
}

/** When something was done, and by whom. */
export interface Act {
  readonly at: Date;
  readonly by: string;
}

export interface IcseSeries extends SeriesHead {
  readonly seriesId: SeriesId;
  readonly operationId: OperationId;
  readonly remainderOf: SeriesId | null;
  readonly itemCount: number;
  /** SHA-256, hex, over the sorted set of the items' SHA-1. */
  readonly seriesDigest: string;
  readonly itemsBytes: number;
  readonly itemsSha256: string;
  /** SHA-256, hex, over all that will be sent. */
  readonly contentDigest: string;
  readonly prepared: Act;
  readonly approved: Act | null;
  readonly claim: SeriesClaim | null;
  /** Files of the series that others had referred when the claim was refused. */
  readonly overlapCount: number;
  readonly sent: (Act & { readonly messageId: MessageId }) | null;
  readonly confirmed: (Act & { readonly icseReference: string }) | null;
}

export const SERIES_STATES = [
  'prepared',
  'approved',
  'claim-asked',
  'claim-granted',
  'claim-refused',
  'claim-withdrawn',
  'sent',
  'confirmed',
] as const;
export type SeriesState = (typeof SERIES_STATES)[number];

export function seriesState(
  series: Pick<IcseSeries, 'approved' | 'claim' | 'sent' | 'confirmed'>,
): SeriesState {
  if (series.confirmed) return 'confirmed';
  if (series.sent) return 'sent';
  if (series.claim) return `claim-${series.claim.state}`;
  return series.approved ? 'approved' : 'prepared';
}

/** What a series is approved and sent as: its head and the digest of its items file. */
export function seriesContentDigest(
  head: SeriesHead & { seriesDigest: string; itemsSha256: string },
): string {
  return digestOf({
    name: head.name,
    caseReference: head.caseReference,
    onBehalfOf: head.onBehalfOf,
    handling: { codes: head.handling.codes, text: head.handling.text },
    ...(head.pap !== 'CLEAR' && { pap: head.pap }),
    seriesDigest: head.seriesDigest,
    itemsSha256: head.itemsSha256,
  });
}

/** SHA-256, hex, over the value's canonical JSON. */
export function digestOf(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
