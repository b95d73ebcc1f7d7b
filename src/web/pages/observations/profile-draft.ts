/** A mapping profile as a form holds it: every field is there, as text. Pure. */
import type { ImportProfile } from '#observations/import/profile.ts';

export const MAPPED_FIELDS = [
  'time',
  'address',
  'port',
  'clientId',
  'software',
  'fileHash',
  'hashAlgorithm',
  'fileSize',
  'network',
  'transport',
  'grade',
  'destinationAddress',
  'destinationPort',
  'tool',
  'toolVersion',
  'caseReference',
  'flagged',
] as const satisfies readonly (keyof ImportProfile['fields'])[];
export type MappedField = (typeof MAPPED_FIELDS)[number];

/** Fields that a log must have, and those that only a column gives. */
export const REQUIRED_FIELDS: readonly MappedField[] = ['time', 'address', 'clientId'];
export const COLUMN_FIELDS: readonly MappedField[] = [
  ...REQUIRED_FIELDS,
  'fileHash',
  'fileSize',
  'destinationAddress',
];

/** Where a field comes from. */
export interface DraftSource {
  readonly from: 'nothing' | 'column' | 'constant';
  readonly value: string;
}

export const TIME_FORMATS = ['iso', 'unix-seconds', 'unix-milliseconds', 'pattern'] as const;
export const PRECISIONS = ['', 'millisecond', 'second', 'minute', 'hour', 'day'] as const;

export interface ProfileDraft {
  readonly name: string;
  readonly version: number;
  readonly format: ImportProfile['format'];
  readonly delimiter: string | undefined;
  readonly fields: Readonly<Record<MappedField, DraftSource>>;
  readonly timeFormat: (typeof TIME_FORMATS)[number];
  readonly timePattern: string;
  readonly zone: string;
  readonly precision: (typeof PRECISIONS)[number];
  readonly clockSource: string;
  readonly encoding: 'hex' | 'base32';
  readonly prefix: string;
  readonly clientIdsKeepCase: boolean;
  /** Words that are separated by commas. */
  readonly yes: string;
  readonly no: string;
  /** A line a word: `BROWSE = direct-browse`. */
  readonly grades: string;
}

const NOTHING: DraftSource = { from: 'nothing', value: '' };

/** What a log of these columns begins with, before anybody mapped anything. */
export function emptyDraft(): ProfileDraft {
  const fields = Object.fromEntries(MAPPED_FIELDS.map((field) => [field, NOTHING]));
  return {
    name: '',
    version: 1,
    format: undefined,
    delimiter: undefined,
    fields: fields as Record<MappedField, DraftSource>,
    timeFormat: 'iso',
    timePattern: '%d.%m.%Y %H:%M:%S',
    zone: '',
    precision: '',
    clockSource: '',
    encoding: 'hex',
    prefix: '',
    clientIdsKeepCase: false,
    yes: '',
    no: '',
    grades: '',
  };
}

export function draftOf(profile: ImportProfile): ProfileDraft {
  const { time, hash, flagWords, grades } = profile;
  const known = TIME_FORMATS.find((format) => format === time.format);
  const empty = emptyDraft();
  const sources = MAPPED_FIELDS.map((field) => [field, sourceOf(profile.fields[field])] as const);
  return {
    ...empty,
    name: profile.name,
    version: profile.version,
    format: profile.format,
    delimiter: profile.delimiter,
    fields: Object.fromEntries(sources) as Record<MappedField, DraftSource>,
    timeFormat: known ?? 'pattern',
    timePattern: known ? empty.timePattern : time.format,
    zone: time.zone ?? '',
    precision: time.precision ?? '',
    clockSource: time.clockSource ?? '',
    encoding: hash?.encoding ?? 'hex',
    prefix: hash?.prefix ?? '',
    clientIdsKeepCase: profile.clientIdsKeepCase ?? false,
    yes: flagWords?.yes.join(', ') ?? '',
    no: flagWords?.no.join(', ') ?? '',
    grades: Object.entries(grades ?? {})
      .map(([word, grade]) => `${word} = ${grade}`)
      .join('\n'),
  };
}

function sourceOf(source: ImportProfile['fields'][MappedField]): DraftSource {
  if (!source) return NOTHING;
  return 'column' in source
    ? { from: 'column', value: source.column }
    : { from: 'constant', value: source.constant };
}

/** The profile that the form says; the node checks it. */
export function profileOfDraft(draft: ProfileDraft): ImportProfile {
  const fields = MAPPED_FIELDS.flatMap((field) => {
    const { from, value } = draft.fields[field];
    return from === 'nothing' || value === '' ? [] : [[field, { [from]: value }] as const];
  });
  const grades = gradesOf(draft.grades);
  const flags = { yes: wordsOf(draft.yes), no: wordsOf(draft.no) };
  const hash = {
    ...(draft.encoding !== 'hex' && { encoding: draft.encoding }),
    ...(draft.prefix !== '' && { prefix: draft.prefix }),
  };
  return {
    name: draft.name.trim(),
    version: draft.version,
    ...(draft.format && { format: draft.format }),
    ...(draft.delimiter !== undefined && { delimiter: draft.delimiter }),
    fields: Object.fromEntries(fields) as ImportProfile['fields'],
    time: {
      format: draft.timeFormat === 'pattern' ? draft.timePattern : draft.timeFormat,
      ...(draft.zone.trim() !== '' && { zone: draft.zone.trim() }),
      ...(draft.precision !== '' && { precision: draft.precision }),
      ...(draft.clockSource.trim() !== '' && { clockSource: draft.clockSource.trim() }),
    },
    ...(Object.keys(hash).length > 0 && { hash }),
    ...(draft.clientIdsKeepCase && { clientIdsKeepCase: true }),
    ...(flags.yes.length + flags.no.length > 0 && { flagWords: flags }),
    ...(Object.keys(grades).length > 0 && { grades }),
  };
}

function wordsOf(text: string): string[] {
  return text.split(',').flatMap((word) => word.trim() || []);
}

function gradesOf(text: string): NonNullable<ImportProfile['grades']> {
  const pairs = text.split('\n').flatMap((line) => {
    const at = line.lastIndexOf('=');
    return at < 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const];
  });
  return Object.fromEntries(pairs) as NonNullable<ImportProfile['grades']>;
}
