/** What is matched with what: shapes that import, contributions, hits and networks share. */

import { type Static, Type } from 'typebox';
import type { SubjectCategory } from '#core/data-subjects.ts';
import {
  type Evaluation,
  HANDLING_CODES,
  type Handling,
  INFORMATION_GRADES,
  SOURCE_GRADES,
} from '#core/handling.ts';
import type { Id } from '#core/ids.ts';
import { STORABLE } from '#core/storable-text.ts';

export type HitId = Id<'hit'>;
export type SubjectId = Id<'subject'>;
export type HoldingsImportId = Id<'holdings'>;
/** Digest of a mapping's content. */
export type MappingId = Id<'mapping'>;

/** A value that more holdings, or more subjects of an operation, carry than this identifies nobody. */
export const TOO_COMMON_ABOVE = 100;

/** Whose information it is decides its grade and its restrictions; a receiver changes neither. */
export interface Information {
  readonly evaluation: Evaluation;
  readonly handling: Handling;
  /** One that is matched, or with a justification of strict necessity any. */
  readonly category: SubjectCategory;
}

const closed = { additionalProperties: false } as const;

export const EvaluationDocument = Type.Object(
  { source: Type.Enum([...SOURCE_GRADES]), information: Type.Enum([...INFORMATION_GRADES]) },
  closed,
);
export const HandlingDocument = Type.Object(
  {
    codes: Type.Array(Type.Enum([...HANDLING_CODES]), { maxItems: HANDLING_CODES.length, uniqueItems: true }),
    text: Type.String({
      maxLength: 2000,
      pattern: STORABLE,
      description: 'The restriction in words; with H3 and only with it',
    }),
  },
  closed,
);
export type HandlingDocument = Static<typeof HandlingDocument>;

/** Why the codes contradict themselves; undefined where they do not. */
export function handlingProblem(handling: Handling): string | undefined {
  return handling.codes.includes('H3') === (handling.text.trim() !== '')
    ? undefined
    : 'handling code H3 and its text go together';
}

/** The columns that every owner of information has. */
export function informationColumns({ evaluation, handling, category }: Information) {
  return {
    evaluation_source: evaluation.source,
    evaluation_information: evaluation.information,
    handling_codes: [...handling.codes],
    handling_text: handling.text.trim(),
    category,
  };
}

export function informationFrom(row: InformationRow): Information {
  return {
    evaluation: {
      source: row.evaluation_source as Evaluation['source'],
      information: row.evaluation_information as Evaluation['information'],
    },
    handling: { codes: row.handling_codes as Handling['codes'], text: row.handling_text },
    category: row.category as SubjectCategory,
  };
}

interface InformationRow {
  readonly evaluation_source: string;
  readonly evaluation_information: string;
  readonly handling_codes: readonly string[];
  readonly handling_text: string;
  readonly category: string;
}
