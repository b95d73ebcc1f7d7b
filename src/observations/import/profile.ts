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

/**
 * What a file hash may be of. `ed2k`: MD4 over parts, of eMule; `aich`: SHA-1 tree, of eMule; `tth`: Tiger
 * tree; `btih`: SHA-1 of the description of a torrent, which is no file's SHA-1.
 */
export const HASH_ALGORITHMS = [
  'md5',
  'sha1',
  'sha256',
  'sha384',
  'sha512',
  'ed2k',
  'aich',
  'tth',
  'btih',
] as const;
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

/** How a log may be written. Without it in the profile, its content tells. */
export const LOG_FORMATS = ['csv', 'tsv', 'ndjson', 'parquet'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Words that a mark is read from where the profile names none; case means nothing. */
export const FLAG_WORDS = { yes: ['true', 'yes', '1'], no: ['false', 'no', '0'] } as const;

const Words = Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, maxItems: 20 });
const Source = Type.Union([
  Type.Object({ column: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
  Type.Object({ constant: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false }),
]);
const Column = Type.Object({ column: Type.String({ minLength: 1 }) }, { additionalProperties: false });

export const ImportProfile = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    version: Type.Integer({ minimum: 1 }),
    format: Type.Optional(Type.Enum([...LOG_FORMATS])),
    /** Default: comma; a tab for `tsv`. */
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
        /** Without it, the length of a hash tells. */
        hashAlgorithm: Type.Optional(Source),
        fileSize: Type.Optional(Column),
        network: Type.Optional(Source),
        grade: Type.Optional(Source),
        /** The other end of the connection: with it and the time an operator finds the line behind shared addresses. */
        destinationAddress: Type.Optional(Column),
        destinationPort: Type.Optional(Source),
        tool: Type.Optional(Source),
        toolVersion: Type.Optional(Source),
        /** The tool's own reference of the case. */
        caseReference: Type.Optional(Source),
        /** Did the tool mark the file, although no list knows it? */
        flagged: Type.Optional(Source),
      },
      { additionalProperties: false },
    ),
    time: Type.Object(
      {
        /** `iso`, `unix-seconds`, `unix-milliseconds`, or a pattern such as `%d.%m.%Y %H:%M:%S`. */
        format: Type.String({ minLength: 1, maxLength: 80 }),
        /** Zone of times that name none, such as `Europe/Copenhagen`; without it they are refused. */
        zone: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
        /** How fine the tool's times are; kept for whoever asks an operator. */
        precision: Type.Optional(Type.Enum(['millisecond', 'second', 'minute', 'hour', 'day'])),
        /** What the tool's clock was set by, in words; kept likewise. */
        clockSource: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      },
      { additionalProperties: false },
    ),
    /** Are client ids that differ only in case different? Default false: GUIDs are hexadecimal. */
    clientIdsKeepCase: Type.Optional(Type.Boolean()),
    /** How file hashes are written. */
    hash: Type.Optional(
      Type.Object(
        {
          /** Default: hex. */
          encoding: Type.Optional(Type.Enum(['hex', 'base32'])),
          /** Stands before them, such as `urn:sha1:`; taken away where it is there. */
          prefix: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
        },
        { additionalProperties: false },
      ),
    ),
    /** The tool's words for a file that it marked and one that it did not. */
    flagWords: Type.Optional(Type.Object({ yes: Words, no: Words }, { additionalProperties: false })),
    /** The tool's own words for grades. Without it the column must hold our words. */
    grades: Type.Optional(
      Type.Record(Type.String(), Type.Enum([...EVIDENCE_GRADES]), {
        minProperties: 1,
        // A word with a line break fits no pattern of JSON Schema, and would be taken with whatever it stands for.
        additionalProperties: false,
      }),
    ),
  },
  { additionalProperties: false },
);
export type ImportProfile = Static<typeof ImportProfile>;
export type FieldName = keyof ImportProfile['fields'];

/** Checks a profile as it was read from JSON. @throws `observations/profile-invalid` */
export function readProfile(value: unknown): ImportProfile {
  if (Value.Check(ImportProfile, value)) {
    checkTexts(value, '');
    for (const [field, allowed] of Object.entries(CONSTANTS))
      checkConstant(value, field as FieldName, allowed);
    checkFlagWords(value);
    return value;
  }
  const [first] = Value.Errors(ImportProfile, value);
  const where = first?.instancePath.slice(1).replaceAll('/', '.') || 'its top level';
  throw invalid(where, first?.message ?? 'it is not valid');
}

function invalid(field: string, reason: string): IcarusError {
  return new IcarusError('observations/profile-invalid', { field, reason });
}

/** SQL is made of a profile, and PostgreSQL keeps it: neither takes U+0000, and half a character is no text. */
function checkTexts(value: unknown, place: string): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed())
      throw invalid(place || 'its top level', 'it holds a character that no text has');
  } else if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) {
      checkTexts(name, place);
      checkTexts(one, place === '' ? name : `${place}.${name}`);
    }
}

interface Allowed {
  readonly is: (constant: string, profile: ImportProfile) => boolean;
  readonly reason: string;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535;
}

/** What the constant of a field must be, where not every word will do. */
const CONSTANTS: Partial<Record<FieldName, Allowed>> = {
  grade: {
    is: (constant) => EVIDENCE_GRADES.some((known) => known === constant),
    reason: `must be one of ${EVIDENCE_GRADES.join(', ')}`,
  },
  hashAlgorithm: {
    is: (constant) => HASH_ALGORITHMS.some((known) => known === constant),
    reason: `must be one of ${HASH_ALGORITHMS.join(', ')}`,
  },
  port: { is: isPort, reason: 'must be a whole number from 0 to 65535' },
  destinationPort: { is: isPort, reason: 'must be a whole number from 0 to 65535' },
  flagged: {
    is: (constant, { flagWords: { yes, no } = FLAG_WORDS }) =>
      [...yes, ...no].some((word) => word.toLowerCase() === constant.toLowerCase()),
    reason: 'must be one of the words for a mark',
  },
};

function checkConstant(profile: ImportProfile, field: FieldName, allowed: Allowed): void {
  const source = profile.fields[field];
  if (!source || !('constant' in source) || allowed.is(source.constant, profile)) return;
  throw invalid(`fields.${field}`, allowed.reason);
}

function checkFlagWords({ flagWords }: ImportProfile): void {
  const no = new Set(flagWords?.no.map((word) => word.toLowerCase()));
  if (flagWords?.yes.some((word) => no.has(word.toLowerCase())))
    throw invalid('flagWords', 'a word cannot mean both yes and no');
}

/** SHA-256, in hexadecimal, of the profile's canonical JSON. */
export function profileDigest(profile: ImportProfile): string {
  return createHash('sha256')
    .update(canonicalJson(profile as Json))
    .digest('hex');
}
