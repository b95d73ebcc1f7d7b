/** What the requests for preservation of a package say and take over HTTP. */
import { type Static, Type } from 'typebox';
import { PRESERVATION_FORMATS } from './preservation-write.ts';
import { PreservationRequest } from './types.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const Ids = {
  operationId: Type.String({ pattern: '^operation_[0-9a-z]{26}$' }),
  packageId: Type.String({ pattern: '^package_[0-9a-z]{26}$' }),
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,79}$' }),
};

export const RequestParams = Type.Object(Ids, closed);
export const RequestFileParams = Type.Object(
  { ...Ids, format: Type.Enum([...PRESERVATION_FORMATS]) },
  closed,
);

export const SentView = Type.Object(
  {
    preservationId: Type.String(),
    sentAt: Time,
    until: Time,
    note: Type.String(),
    recordedAt: Time,
    recordedBy: Type.String(),
  },
  closed,
);
export type SentView = Static<typeof SentView>;

export const RequestStandingView = Type.Object(
  { request: PreservationRequest, sent: Type.Array(SentView) },
  closed,
);
export type RequestStandingView = Static<typeof RequestStandingView>;

export const RequestStandings = Type.Object({ requests: Type.Array(RequestStandingView) }, closed);
export type RequestStandings = Static<typeof RequestStandings>;

export const SentBody = Type.Object(
  { sentAt: Time, until: Type.Optional(Time), note: Type.String({ maxLength: 1000 }) },
  closed,
);
export type SentBody = Static<typeof SentBody>;
