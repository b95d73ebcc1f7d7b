/**
 * What the first rows of a log would become with a profile, before anything is imported: the very
 * conversion of the import, run over the beginning of the text.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, authorize } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import { openLake } from '#observations/lake.ts';
import type { NodeContext } from '#platform/context.ts';
import { countIn, type DuckDb, type DuckDbRow, sqlText, textIn } from '#platform/duckdb.ts';
import { scratchFolder } from '#platform/scratch-folder.ts';
import { requireZone } from './check-zone.ts';
import { refusals, STRUCTURAL_REFUSALS, stagedRows } from './convert-sql.ts';
import { firstRecords } from './first-records.ts';
import type { Compression, LogInput } from './log-bytes.ts';
import { type OpenLog, openLog, unreadableParquet } from './open-log.ts';
import { type ImportProfile, type LogFormat, readProfile } from './profile.ts';
import {
  MALFORMED_LINE,
  parquetRelation,
  type Reading,
  type TextRelation,
  textRelation,
  wantsLenient,
} from './text-relation.ts';

export const PREVIEW_ROWS = 100;
const DAY_MS = 86_400_000;

/** Fields as the lake will hold them, as text; null where the row says nothing. */
export type PreviewValues = Readonly<Record<PreviewField, string | null>>;
export const PREVIEW_FIELDS = [
  'time',
  'address',
  'port',
  'transport',
  'clientId',
  'software',
  'fileHash',
  'hashAlgorithm',
  'fileSize',
  'network',
  'grade',
  'destinationAddress',
  'destinationPort',
  'tool',
  'toolVersion',
  'caseReference',
  'flagged',
] as const;
export type PreviewField = (typeof PREVIEW_FIELDS)[number];

export interface PreviewRefusal {
  readonly code: string;
  /** The log's column; null where the line could not be cut into columns. */
  readonly column: string | null;
  /** Shortened. */
  readonly value: string | null;
  readonly words: string;
}

export interface PreviewRow {
  readonly line: number;
  /** Null where the row is refused. */
  readonly values: PreviewValues | null;
  readonly refusal: PreviewRefusal | null;
}

export interface LogPreview {
  readonly format: LogFormat;
  readonly compression: Compression;
  readonly delimiter: string | null;
  readonly columns: readonly string[];
  readonly rows: readonly PreviewRow[];
  readonly accepted: number;
  readonly refused: number;
  /** Is there more of the log than was looked at? */
  readonly more: boolean;
}

export interface PreviewRequest {
  readonly operationId: OperationId;
  readonly input: LogInput;
  readonly profile: ImportProfile;
  readonly signal?: AbortSignal | undefined;
}

type PreviewContext = Pick<NodeContext, 'paths' | 'clock' | 'unpacking'>;

/**
 * @throws `access/denied`, `observations/profile-invalid`, `-column-missing`, `-delimiter-wrong`,
 * `-log-unreadable`, `-log-empty`, `-log-not-text`, `-log-truncated`
 */
export async function previewLog(
  ctx: PreviewContext,
  actor: Actor,
  request: PreviewRequest,
): Promise<LogPreview> {
  authorize(actor, 'observations.import', { operationId: request.operationId });
  const profile = readProfile(request.profile);
  const temporaryFolder = ctx.paths.temporary;
  const { signal } = request;
  const { unpacking } = ctx;
  await using log = await openLog(request.input, { expected: profile, temporaryFolder, signal, unpacking });
  await using duck = await openLake({ temporaryFolder, signal, threads: 1 });
  await requireZone(duck, profile);
  const preview = { ctx, duck, profile };
  const { rows, more } = log.parquetPath
    ? await parquetRows(preview, log.parquetPath, log.columns)
    : await textRows(preview, log);
  const refused = rows.filter(({ refusal }) => refusal !== null).length;
  const { format, compression, delimiter, columns } = log;
  return { format, compression, delimiter, columns, rows, accepted: rows.length - refused, refused, more };
}

/** What the log is, for whoever has no profile yet: its format and the names of its columns. */
export async function describeLog(
  ctx: PreviewContext,
  actor: Actor,
  request: Omit<PreviewRequest, 'profile'>,
): Promise<Pick<LogPreview, 'format' | 'compression' | 'delimiter' | 'columns'>> {
  authorize(actor, 'observations.import', { operationId: request.operationId });
  const { input, signal } = request;
  const { unpacking } = ctx;
  await using log = await openLog(input, { temporaryFolder: ctx.paths.temporary, signal, unpacking });
  const { format, compression, delimiter, columns } = log;
  return { format, compression, delimiter, columns };
}

interface Preview {
  readonly ctx: PreviewContext;
  readonly duck: DuckDb;
  readonly profile: ImportProfile;
}

interface Rows {
  readonly rows: PreviewRow[];
  readonly more: boolean;
}

async function textRows(preview: Preview, log: OpenLog): Promise<Rows> {
  const { ctx, duck, profile } = preview;
  const isJson = log.format === 'ndjson';
  // The line of names is line 1 of delimited text.
  const names = isJson ? 0 : 1;
  const head = await firstRecords(log.text, { records: PREVIEW_ROWS + names, quoted: !isJson });
  await using scratch = await scratchFolder(ctx.paths.temporary);
  const path = join(scratch.path, 'beginning');
  await writeFile(path, head.bytes, { flag: 'wx', mode: 0o600 });
  const holdsNul = head.bytes.includes(0);
  const read = (reading: Reading) =>
    stagedOf(preview, textRelation({ path, header: !isJson, holdsNul, reading }, log, profile));
  const staged = await read('strict').catch(async (error: unknown) => {
    if (!wantsLenient(error)) throw error;
    await duck.run('DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans');
    return read('lenient');
  });
  const malformed = await malformedLines(duck);
  const taken = new Set([...malformed.keys(), ...head.blank.map((record) => record + 1)]);
  const lines = Array.from({ length: head.records - names }, (_, record) => record + 1 + names);
  const free = lines.filter((line) => !taken.has(line));
  const rows = [
    ...staged.map((row, index) => previewRow(row, free[index] ?? 0, profile)),
    ...malformed.values(),
  ].toSorted((a, b) => a.line - b.line);
  return { rows, more: head.more };
}

async function parquetRows(preview: Preview, path: string, columns: readonly string[]): Promise<Rows> {
  try {
    const staged = await stagedOf(preview, parquetRelation(path, columns, { first: 0, rows: PREVIEW_ROWS }));
    const [counted] = await preview.duck.rows(
      `SELECT num_rows AS n FROM parquet_file_metadata(${sqlText(path)})`,
    );
    const rows = staged.map((row) => previewRow(row, countIn(row, 'row') + 1, preview.profile));
    return { rows, more: countIn(counted, 'n') > rows.length };
  } catch (error) {
    throw unreadableParquet(error, path) ?? error;
  }
}

function stagedOf({ ctx, duck, profile }: Preview, relation: TextRelation): Promise<DuckDbRow[]> {
  const latest = new Date(ctx.clock.now().getTime() + DAY_MS);
  return duck.rows(`SELECT strftime(observed_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS "time",
    address_text(family, address_high, address_low) AS address, port::VARCHAR AS port, transport,
    client_id AS "clientId", software, file_hash AS "fileHash", CASE WHEN file_hash IS NOT NULL THEN hash_algorithm END AS "hashAlgorithm",
    file_size::VARCHAR AS "fileSize", network, grade,
    address_text(destination_family, destination_high, destination_low) AS "destinationAddress", destination_port::VARCHAR AS "destinationPort",
    tool, tool_version AS "toolVersion", case_reference AS "caseReference", flagged::VARCHAR AS flagged, refusal, refused_value, row
  FROM (${stagedRows(relation, profile, { latest })}) ORDER BY row`);
}

function previewRow(row: DuckDbRow, line: number, profile: ImportProfile): PreviewRow {
  const code = textIn(row, 'refusal');
  if (code === null) {
    const values = Object.fromEntries(PREVIEW_FIELDS.map((field) => [field, textIn(row, field)]));
    return { line, values: values as PreviewValues, refusal: null };
  }
  const check = refusals(new Date(0)).find((one) => one.code === code);
  const source = check && profile.fields[check.field];
  return {
    line,
    values: null,
    refusal: {
      code,
      column: source && 'column' in source ? source.column : null,
      value: textIn(row, 'refused_value'),
      words: check?.words ?? MALFORMED_LINE.words,
    },
  };
}

/** Lines that could not be cut into columns, by their number. */
async function malformedLines(duck: DuckDb): Promise<Map<number, PreviewRow>> {
  const rows = await duck.rows(
    `SELECT line, any_value(error_type)::VARCHAR AS type, left(any_value(csv_line), 80) AS value FROM reject_errors GROUP BY line`,
  );
  return new Map(
    rows.map((row) => {
      const line = countIn(row, 'line');
      const words = STRUCTURAL_REFUSALS[textIn(row, 'type') ?? ''] ?? 'the line cannot be cut into columns';
      const value = textIn(row, 'value')?.trim() ?? null;
      return [
        line,
        { line, values: null, refusal: { code: MALFORMED_LINE.code, column: null, value, words } },
      ];
    }),
  );
}
