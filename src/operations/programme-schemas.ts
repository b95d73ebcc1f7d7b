/** What the programmes' routes take and give. */
import { type Static, Type } from 'typebox';
import { PLAN_STATES } from './programme-types.ts';

const closed = { additionalProperties: false };
const Line = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });
const Month = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', description: 'YYYY-MM' });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const ProgrammeParams = Type.Object({ programmeId: Type.String() }, closed);
export const PlanEntryParams = Type.Object({ programmeId: Type.String(), entryId: Type.String() }, closed);

const Member = Type.Object(
  {
    name: Line(200),
    country: Nullable(Type.String({ pattern: '^[A-Z]{2}$' })),
    agencyId: Nullable(Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' })),
    leads: Type.Boolean(),
  },
  closed,
);

export const CreateProgrammeBody = Type.Object(
  {
    name: Line(120),
    purpose: Type.String({ maxLength: 4000 }),
    funding: Type.String({ maxLength: 2000 }),
    members: Type.Array(Member, { minItems: 1, maxItems: 250 }),
  },
  closed,
);

export const AddPlanEntryBody = Type.Object({ title: Line(200), from: Month, to: Month }, closed);
export const AdvancePlanEntryBody = Type.Object({ state: Type.Enum(['running', 'done']) }, closed);
export const LinkOperationBody = Type.Object(
  { operationId: Type.String(), entryId: Type.Optional(Type.String()) },
  closed,
);

export const ProgrammeView = Type.Object(
  {
    programmeId: Type.String(),
    name: Type.String(),
    purpose: Type.String(),
    funding: Type.String(),
    members: Type.Array(Member),
    plan: Type.Array(
      Type.Object(
        {
          entryId: Type.String(),
          title: Type.String(),
          from: Month,
          to: Month,
          state: Type.Enum([...PLAN_STATES]),
          operationId: Nullable(Type.String()),
        },
        closed,
      ),
    ),
    operations: Type.Array(
      Type.Object({ operationId: Type.String(), codeName: Nullable(Type.String()) }, closed),
    ),
  },
  closed,
);
export type ProgrammeView = Static<typeof ProgrammeView>;
export const ProgrammesPage = Type.Object({ programmes: Type.Array(ProgrammeView) }, closed);
export type ProgrammesPage = Static<typeof ProgrammesPage>;
