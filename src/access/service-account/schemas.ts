/** Service accounts over HTTP. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import { SERVICE_ACTIONS } from './scope.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const TimeOrNull = Type.Union([Time, Type.Null()]);

export const AccountParams = Type.Object(
  { accountId: Type.String({ pattern: '^service_[0-9a-z]{26}$' }) },
  closed,
);

export const NewAccountBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\p{C}]+$' }),
    ownerId: Type.String({ pattern: '^[a-z][a-z0-9_-]{1,59}$' }),
    purpose: Type.String({ minLength: 10, maxLength: 500 }),
    actions: Type.Array(Type.Union(SERVICE_ACTIONS.map((action) => Type.Literal(action))), {
      minItems: 1,
      maxItems: SERVICE_ACTIONS.length,
    }),
    operations: Type.Array(Type.String({ pattern: '^operation_[0-9a-z]{26}$' }), {
      minItems: 1,
      maxItems: 50,
    }),
    expiresAt: Time,
  },
  closed,
);
export type NewAccountBody = Static<typeof NewAccountBody>;
export const NewAccountView = Type.Object({ accountId: Type.String() }, closed);
/** Shown once. */
export const TokenView = Type.Object({ token: Type.String() }, closed);
export type TokenView = Static<typeof TokenView>;

export const ServiceAccountView = Type.Object(
  {
    accountId: Type.String(),
    name: Type.String(),
    ownerId: Type.String(),
    purpose: Type.String(),
    actions: Type.Array(Type.String()),
    operations: Type.Array(Type.String()),
    madeBy: Type.String(),
    expiresAt: Time,
    approvedBy: Type.Union([Type.String(), Type.Null()]),
    drawnAt: TimeOrNull,
    lastUsedAt: TimeOrNull,
    revokedAt: TimeOrNull,
  },
  closed,
);
export type ServiceAccountView = Static<typeof ServiceAccountView>;
/** `actions`: what an account can be made for. */
export const ServiceAccountList = Type.Object(
  { accounts: Type.Array(ServiceAccountView), actions: Type.Array(Type.String()) },
  closed,
);
export type ServiceAccountList = Static<typeof ServiceAccountList>;
