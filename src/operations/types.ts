/** An operation: who leads, who coordinates, who takes part, under which codes and deadlines. */

import { type Static, Type } from 'typebox';
import type { CountryCode } from '#core/countries.ts';
import type { Handling } from '#core/handling.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { STORABLE } from '#core/storable-text.ts';

export interface Participant {
  readonly agencyId: AgencyId;
  readonly country: CountryCode;
}

export interface Operation {
  readonly operationId: OperationId;
  readonly codeName: string;
  readonly lead: AgencyId;
  readonly coordinator: AgencyId;
  /** Agencies that get a package; the lead may be one of them. One an agency, one a country. */
  readonly participants: readonly Participant[];
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly handling: Handling;
  /** Hours from release of the packages to the last receipt. 24 in 2011. */
  readonly disseminationHours: number;
  /** An exercise says so on every screen and document. */
  readonly exercise: boolean;
}

/** The operation as it travels inside messages. */
export const OperationDocument = Type.Object(
  {
    operationId: Type.String({ pattern: '^operation_[0-9a-z]{26}$' }),
    codeName: Type.String({ minLength: 1, maxLength: 80, pattern: STORABLE }),
    lead: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
    coordinator: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
    participants: Type.Array(
      Type.Object(
        {
          agencyId: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
          country: Type.String({ pattern: '^[A-Z]{2}$' }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 250 },
    ),
    startedAt: Type.String({ format: 'date-time' }),
    endedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    handling: Type.Object(
      {
        codes: Type.Array(
          Type.Union([Type.Literal('H0'), Type.Literal('H1'), Type.Literal('H2'), Type.Literal('H3')]),
        ),
        text: Type.String({ maxLength: 2000, pattern: STORABLE }),
      },
      { additionalProperties: false },
    ),
    disseminationHours: Type.Integer({ minimum: 1, maximum: 8760 }),
    exercise: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type OperationDocument = Static<typeof OperationDocument>;

export function toDocument(operation: Operation): OperationDocument {
  return {
    ...operation,
    participants: operation.participants
      .map(({ agencyId, country }) => ({ agencyId, country }))
      .sort((a, b) => (a.country < b.country ? -1 : 1)),
    handling: { codes: [...operation.handling.codes], text: operation.handling.text },
    startedAt: operation.startedAt.toISOString(),
    endedAt: operation.endedAt?.toISOString() ?? null,
  };
}

export function fromDocument(document: OperationDocument): Operation {
  return {
    ...document,
    operationId: document.operationId as OperationId,
    lead: document.lead as AgencyId,
    coordinator: document.coordinator as AgencyId,
    participants: document.participants as Participant[],
    startedAt: new Date(document.startedAt),
    endedAt: document.endedAt === null ? null : new Date(document.endedAt),
  };
}
