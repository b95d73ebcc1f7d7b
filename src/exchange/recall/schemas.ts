/** Taking a message back, over HTTP. */
import { type Static, Type } from 'typebox';
import { RECALL_REASONS } from './types.ts';
import { RecallView } from './view.ts';

const closed = { additionalProperties: false } as const;

export const RecallBody = Type.Object(
  { reasonCode: Type.Enum([...RECALL_REASONS]), reason: Type.String({ minLength: 1, maxLength: 2000 }) },
  closed,
);

/** `recall` null: the message holds. */
export const StandingView = Type.Object({ recall: Type.Union([RecallView, Type.Null()]) }, closed);
export type StandingView = Static<typeof StandingView>;
