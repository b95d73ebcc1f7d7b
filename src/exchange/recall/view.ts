/** What holds of a message, as pages show it to whoever opens it. */
import { type Static, Type } from 'typebox';
import { RECALL_REASONS, type Recall } from './types.ts';

const MessageIdText = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' });

export const RecallView = Type.Object(
  {
    by: Type.String(),
    at: Type.String({ format: 'date-time' }),
    /** The new version; null: it was taken back and nothing took its place. */
    replacedBy: Type.Union([MessageIdText, Type.Null()]),
    version: Type.Union([Type.Integer(), Type.Null()]),
    reasonCode: Type.Enum([...RECALL_REASONS]),
    reason: Type.String(),
  },
  { additionalProperties: false },
);
export type RecallView = Static<typeof RecallView>;

export function recallView(recall: Recall | undefined): RecallView | null {
  if (!recall) return null;
  const { by, statedAt, replacedBy, version, reasonCode, reason } = recall;
  return { by, at: statedAt.toISOString(), replacedBy, version, reasonCode, reason };
}
