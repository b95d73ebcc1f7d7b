/** Operations and agencies over HTTP. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import { OperationDocument } from './types.ts';

const closed = { additionalProperties: false } as const;

export const OperationParams = Type.Object(
  { operationId: Type.String({ pattern: '^operation_[0-9a-z]{26}$' }) },
  closed,
);

export const OperationView = OperationDocument;
export type OperationView = OperationDocument;

export const OperationList = Type.Object({ operations: Type.Array(OperationView) }, closed);
export type OperationList = Static<typeof OperationList>;

export const AgencyView = Type.Object(
  {
    agencyId: Type.String(),
    name: Type.String(),
    country: Type.Union([Type.String(), Type.Null()]),
    /** This node's own agency. */
    own: Type.Boolean(),
    /** Null: reached by file only. */
    address: Type.Union([Type.String(), Type.Null()]),
    issuedAt: Type.String({ format: 'date-time' }),
    addedAt: Type.String({ format: 'date-time' }),
    /** For comparing by telephone: `SHA256:…` of each signing key, and each age recipient. */
    fingerprints: Type.Object(
      { signingKeys: Type.Array(Type.String()), ageRecipients: Type.Array(Type.String()) },
      closed,
    ),
  },
  closed,
);
export type AgencyView = Static<typeof AgencyView>;

export const AgencyList = Type.Object({ agencies: Type.Array(AgencyView) }, closed);
export type AgencyList = Static<typeof AgencyList>;
