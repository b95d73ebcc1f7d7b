/** Officers over HTTP, for administrators. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import { GRANTABLE_ROLES } from './policy.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const OfficerIdText = Type.String({ pattern: '^[a-z][a-z0-9_-]{1,59}$' });
const RoleName = Type.Union(GRANTABLE_ROLES.map((role) => Type.Literal(role)));
const OperationIdOrNull = Type.Union([Type.String({ pattern: '^operation_[0-9a-z]{26}$' }), Type.Null()]);

export const OfficerParams = Type.Object({ officerId: OfficerIdText }, closed);
export const OfficerBody = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\p{C}]+$' }) },
  closed,
);
/** `reason`: for the second administrator, where one must approve it. */
export const GrantBody = Type.Object(
  {
    role: RoleName,
    operationId: OperationIdOrNull,
    reason: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  closed,
);
export const EnrolmentParams = Type.Object(
  { enrolmentId: Type.String({ pattern: '^enrolment_[0-9a-z]{26}$' }) },
  closed,
);

const Enrolment = Type.Object(
  {
    enrolmentId: Type.String(),
    officerId: Type.String(),
    recovery: Type.Boolean(),
    madeBy: Type.String(),
    expiresAt: Time,
    confirmedBy: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);
export const NewEnrolment = Type.Object({ ...Enrolment.properties, code: Type.String() }, closed);
export type NewEnrolment = Static<typeof NewEnrolment>;

export const OfficerView = Type.Object(
  {
    officerId: Type.String(),
    name: Type.String(),
    grants: Type.Array(
      Type.Object({ role: Type.String(), operationId: Type.Union([Type.String(), Type.Null()]) }, closed),
    ),
    passkeys: Type.Integer(),
    /** For the command line. */
    keys: Type.Integer(),
    sessions: Type.Integer(),
    enrolment: Type.Union([Enrolment, Type.Null()]),
  },
  closed,
);
export type OfficerView = Static<typeof OfficerView>;
/** `operations`: names to grant roles on. The administrator sees no more of them. */
export const OfficerList = Type.Object(
  {
    officers: Type.Array(OfficerView),
    operations: Type.Array(Type.Object({ operationId: Type.String(), codeName: Type.String() }, closed)),
  },
  closed,
);
export type OfficerList = Static<typeof OfficerList>;
