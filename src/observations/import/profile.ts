/**
 * The mapping of a tool's log onto observations: which column, or which constant, is which field. A
 * profile is named and versioned, and its digest stands on every import and in the custody log.
 */
import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import { EVIDENCE_GRADES } from '#observations/types.ts';

const Source = Type.Union([
  Type.Object({ column: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
  Type.Object({ constant: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false }),
]);
const Column = Type.Object({ column: Type.String({ minLength: 1 }) }, { additionalProperties: false });

export const ImportProfile = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    version: Type.Integer({ minimum: 1 }),
    /** Default: comma. */
    delimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
    fields: Type.Object(
      {
        time: Column,
        address: Column,
        clientId: Column,
        port: Type.Optional(Source),
        transport: Type.Optional(Source),
        software: Type.Optional(Source),
        fileHash: Type.Optional(Column),
        fileSize: Type.Optional(Column),
        network: Type.Optional(Source),
        grade: Type.Optional(Source),
      },
      { additionalProperties: false },
    ),
    time: Type.Object(
      {
        /** `iso`, `unix-seconds`, `unix-milliseconds`, or a pattern such as `%d.%m.%Y %H:%M:%S`. */
        format: Type.String({ minLength: 1, maxLength: 80 }),
        /** Zone of times that name none, such as `Europe/Copenhagen`; without it they are refused. */
        zone: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
      },
      { additionalProperties: false },
    ),
    /** Are client ids that differ only in case different? Default false: GUIDs are hexadecimal. */
    clientIdsKeepCase: Type.Optional(Type.Boolean()),
    /** The tool's own words for grades. Without it the column must hold our words. */
    grades: Type.Optional(Type.Record(Type.String(), Type.Enum([...EVIDENCE_GRADES]))),
  },
  { additionalProperties: false },
);
export type ImportProfile = Static<typeof ImportProfile>;
export type FieldName = keyof ImportProfile['fields'];

/** Checks a profile as it was read from JSON. @throws `observations/profile-invalid` */
export function readProfile(value: unknown): ImportProfile {
  if (Value.Check(ImportProfile, value)) {
    checkGrade(value);
    return value;
  }
  const [first] = Value.Errors(ImportProfile, value);
  const where = first?.instancePath.slice(1).replaceAll('/', '.') || 'its top level';
  throw new IcarusError('observations/profile-invalid', {
    field: where,
    reason: first?.message ?? 'it is not valid',
  });
}

function checkGrade(profile: ImportProfile): void {
  const grade = profile.fields.grade;
  if (!grade || !('constant' in grade) || EVIDENCE_GRADES.some((known) => known === grade.constant)) return;
  throw new IcarusError('observations/profile-invalid', {
    field: 'fields.grade',
    reason: `must be one of ${EVIDENCE_GRADES.join(', ')}`,
  });
}

/** SHA-256, in hexadecimal, of the profile's canonical JSON. */
export function profileDigest(profile: ImportProfile): string {
  return createHash('sha256')
    .update(canonicalJson(profile as Json))
    .digest('hex');
}
