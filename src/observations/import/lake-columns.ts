/** The columns of the lake, and which of them an import need not carry because every row says the same. */
import { sqlText } from '#platform/duckdb.ts';
import { type FieldName, FLAG_WORDS, type ImportProfile } from './profile.ts';

/** What an observation is in the lake, in order. Each import has all of these columns. */
export const LAKE_COLUMNS = [
  'observed_at',
  'family',
  'address_high',
  'address_low',
  'port',
  'transport',
  'client_id',
  'software',
  'file_hash',
  'hash_algorithm',
  'file_size',
  'network',
  'grade',
  'destination_family',
  'destination_high',
  'destination_low',
  'destination_port',
  'tool',
  'tool_version',
  'case_reference',
  'flagged',
] as const;
export type LakeColumn = (typeof LAKE_COLUMNS)[number];

/** Type of each column, for where an import has no value of its own. */
export const LAKE_TYPES: Readonly<Record<LakeColumn, string>> = {
  observed_at: 'TIMESTAMPTZ',
  family: 'UTINYINT',
  address_high: 'UBIGINT',
  address_low: 'UBIGINT',
  port: 'USMALLINT',
  transport: 'VARCHAR',
  client_id: 'VARCHAR',
  software: 'VARCHAR',
  file_hash: 'VARCHAR',
  hash_algorithm: 'VARCHAR',
  file_size: 'UBIGINT',
  network: 'VARCHAR',
  grade: 'VARCHAR',
  destination_family: 'UTINYINT',
  destination_high: 'UBIGINT',
  destination_low: 'UBIGINT',
  destination_port: 'USMALLINT',
  tool: 'VARCHAR',
  tool_version: 'VARCHAR',
  case_reference: 'VARCHAR',
  flagged: 'BOOLEAN',
};

/** A few columns that tell most rows apart: equal rows are equal in them, and are then compared in full. */
export const KEY_COLUMNS = [
  'observed_at',
  'address_high',
  'address_low',
  'port',
  'client_id',
  'file_hash',
] as const satisfies readonly LakeColumn[];

export type LakeConstants = Partial<Record<LakeColumn, string | number | boolean | null>>;

/**
 * Columns of the lake that have one value in every row of an import with this profile: what the profile
 * states, and NULL for what it does not map. They are the same for all rows, so no row need carry them.
 */
export function constantsOf(profile: ImportProfile): LakeConstants {
  const { fields } = profile;
  const constants: LakeConstants = {};
  for (const [column, field] of Object.entries(STATED_COLUMNS) as [LakeColumn, FieldName][]) {
    const source = fields[field];
    if (!source) constants[column] = null;
    else if ('constant' in source) constants[column] = constantValue(column, source.constant, profile);
  }
  if (!fields.grade) constants.grade = 'unknown';
  const algorithm = fields.hashAlgorithm;
  if (!fields.fileHash) constants.hash_algorithm = null;
  else if (algorithm && 'constant' in algorithm) constants.hash_algorithm = algorithm.constant;
  if (!fields.destinationAddress)
    for (const column of ['destination_family', 'destination_high', 'destination_low'] as const)
      constants[column] = null;
  return constants;
}

/** Columns of the lake that are one field each. Those of an address are three; a hash without a stated algorithm tells its own. */
const STATED_COLUMNS = {
  port: 'port',
  transport: 'transport',
  software: 'software',
  file_hash: 'fileHash',
  file_size: 'fileSize',
  network: 'network',
  grade: 'grade',
  destination_port: 'destinationPort',
  tool: 'tool',
  tool_version: 'toolVersion',
  case_reference: 'caseReference',
  flagged: 'flagged',
} as const satisfies Partial<Record<LakeColumn, FieldName>>;

function constantValue(
  column: LakeColumn,
  constant: string,
  profile: ImportProfile,
): string | number | boolean {
  if (column === 'port' || column === 'destination_port') return Number(constant);
  if (column !== 'flagged') return constant;
  return (profile.flagWords ?? FLAG_WORDS).yes.some((word) => word.toLowerCase() === constant.toLowerCase());
}

/** A constant as SQL, of the type that its column has. */
export function constantSql(value: string | number | boolean | null, column: LakeColumn): string {
  return `${value === null ? 'NULL' : sqlText(String(value))}::${LAKE_TYPES[column]}`;
}
