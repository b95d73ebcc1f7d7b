/** What a sender said of a message of his, and the pure decisions about it. */
import type { AgencyId, MessageId } from '#core/ids.ts';

export const RECALL_REASONS = [
  'wrong-recipient',
  'wrong-content',
  'outdated',
  'permission-withdrawn',
  'other',
] as const;
export type RecallReason = (typeof RECALL_REASONS)[number];

export interface Recall {
  /** The message that says so: a recall, or the new version itself. */
  readonly recallId: MessageId;
  readonly messageId: MessageId;
  readonly contentDigest: string;
  readonly by: AgencyId;
  /** The new version; null where there is none. */
  readonly replacedBy: MessageId | null;
  /** Of the new version. */
  readonly version: number | null;
  readonly reasonCode: RecallReason;
  readonly reason: string;
  /** By its sender's clock. */
  readonly statedAt: Date;
  readonly recordedAt: Date;
  /** `waiting`: the message is not open here yet; `void`: it is not that agency's, or has other content. */
  readonly standing: 'waiting' | 'stands' | 'void';
}

/**
 * What holds of a message: undefined while nobody took it back. A replacement counts before a recall, and of
 * several words the first, so that saying it again changes nothing.
 *
 * @param recalls of one message
 */
export function recallThatHolds(recalls: readonly Recall[]): Recall | undefined {
  const holding = recalls
    .filter(({ standing }) => standing === 'stands')
    .toSorted((a, b) => a.statedAt.getTime() - b.statedAt.getTime() || (a.recallId < b.recallId ? -1 : 1));
  return holding.find(({ replacedBy }) => replacedBy !== null) ?? holding[0];
}

/** How a word about a message stands, now that the message is here. */
export function settled(
  recall: Pick<Recall, 'by' | 'contentDigest'>,
  message: { readonly from: AgencyId; readonly contentDigest: string },
): 'stands' | 'void' {
  return recall.by === message.from && recall.contentDigest === message.contentDigest ? 'stands' : 'void';
}
