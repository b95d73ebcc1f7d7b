/** A recall as it travels: `recall.json` (docs/formats/recall.md). */

import { type Static, Type } from 'typebox';
import { STORABLE } from '#core/storable-text.ts';
import { documentKind } from '#exchange/one-document.ts';
import { RECALL_REASONS } from './types.ts';

export const RECALL_KIND = 'recall';

const RecallDocument = Type.Object(
  {
    format: Type.Literal('icarus-recall/1'),
    messageId: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' }),
    /** What the message is: not every kind is taken back in this way. */
    kind: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
    /** SHA-512 that names the message's content. */
    contentDigest: Type.String({ pattern: '^[0-9a-f]{128}$' }),
    reasonCode: Type.Enum([...RECALL_REASONS]),
    reason: Type.String({ minLength: 1, maxLength: 2000, pattern: STORABLE }),
  },
  { additionalProperties: false },
);
export type RecallDocument = Static<typeof RecallDocument>;

export const RECALL = documentKind('recall.json', RecallDocument);
