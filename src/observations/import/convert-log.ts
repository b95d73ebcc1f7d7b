/**
 * A log becomes Parquet, in a folder of the caller's. DuckDB parses the text in one pass into an
 * ordered file while the bytes are digested beside it; then equal rows are found and refused ones
 * listed. The counts reconcile: read = accepted + duplicate + refused.
 */
import { IcarusError } from '#core/errors.ts';
import { openLake } from '#observations/lake.ts';
import { type ImportFiles, importFiles } from '#observations/lake-rows.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import { type LogSource, stagedRows } from './convert-sql.ts';
import { digestLog, findBlankLines, readLogHead } from './inspect-log.ts';
import type { ImportProfile } from './profile.ts';
import { type SettledLog, settle } from './settle-log.ts';

export interface ImportProgress {
  readonly step: 'reading' | 'checking';
  /** Bytes of the file that have been read, of `totalBytes`. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Rows written so far; exact once the step is done, estimated before. */
  readonly rows: number;
}

export interface Conversion {
  readonly path: string;
  readonly profile: ImportProfile;
  /** An existing, empty folder; filled with the files of {@link ImportFiles}. */
  readonly folder: string;
  readonly temporaryFolder: string;
  /** The node's now: a later time is refused, with a day's grace for clocks that run ahead. */
  readonly now: Date;
  readonly memoryLimitBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

export interface ConvertedLog extends SettledLog {
  readonly fileSha256: string;
  readonly fileBytes: number;
}

const DAY_MS = 86_400_000;
const PROGRESS_INTERVAL_MS = 250;

/**
 * @throws `observations/column-missing`, `-log-unreadable`, `-log-empty`, `-log-not-text`,
 * `-log-truncated`, `-profile-invalid`; `disk/full`; the signal's reason
 */
export async function convertLog(conversion: Conversion): Promise<ConvertedLog> {
  const { path, profile } = conversion;
  const head = await readLogHead(path, profile.delimiter ?? ',');
  requireColumns(profile, head.columns);
  const log: LogSource = { path, gzip: head.gzip, columns: head.columns };
  // Either pass over the file can find that it is bad, and then stops the other.
  const stop = new AbortController();
  const signal = conversion.signal ? AbortSignal.any([conversion.signal, stop.signal]) : stop.signal;
  await using duck = await openLake({ ...conversion, signal });
  await requireZone(duck, profile);
  const files = importFiles(conversion.folder);
  const stopOther = (error: unknown) => {
    stop.abort(error);
    throw error;
  };
  const [digest, rows] = await Promise.all([
    digestLog(path, head.gzip, signal).catch(stopOther),
    stage(duck, log, { conversion, files, totalBytes: head.sizeBytes }).catch(stopOther),
  ]);
  const blankLines = digest.hasBlankLines ? await findBlankLines(path, head.gzip, signal) : [];
  conversion.onProgress?.({ step: 'checking', bytes: head.sizeBytes, totalBytes: head.sizeBytes, rows });
  const counts = await settle(duck, { profile, now: conversion.now, files, rows, blankLines });
  if (counts.read === 0) throw new IcarusError('observations/log-empty', { path });
  return { ...counts, fileSha256: digest.sha256, fileBytes: head.sizeBytes };
}

function requireColumns(profile: ImportProfile, columns: readonly string[]): void {
  for (const source of Object.values(profile.fields)) {
    if (!('column' in source) || columns.includes(source.column)) continue;
    throw new IcarusError('observations/column-missing', {
      profile: profile.name,
      column: source.column,
      columns: columns.slice(0, 30).join(', ').slice(0, 500),
    });
  }
}

async function requireZone(duck: DuckDb, profile: ImportProfile): Promise<void> {
  const { zone } = profile.time;
  if (zone === undefined) return;
  const found = await duck.rows(`SELECT 1 FROM pg_timezone_names() WHERE name = ${sqlText(zone)} LIMIT 1`);
  if (found.length > 0) return;
  throw new IcarusError('observations/profile-invalid', {
    field: 'time.zone',
    reason: `${zone} is not the name of a time zone`,
  });
}

interface Staging {
  readonly conversion: Conversion;
  readonly files: ImportFiles;
  readonly totalBytes: number;
}

async function stage(
  duck: DuckDb,
  log: LogSource,
  { conversion, files, totalBytes }: Staging,
): Promise<number> {
  const latest = new Date(conversion.now.getTime() + DAY_MS);
  const report = (share: number, rows: number) =>
    conversion.onProgress?.({ step: 'reading', bytes: Math.round(share * totalBytes), totalBytes, rows });
  const timer = setInterval(() => {
    const { share, rows } = duck.progress();
    report(share, rows);
  }, PROGRESS_INTERVAL_MS);
  try {
    const rows = await duck.run(
      `COPY (${stagedRows(log, conversion.profile, latest)}) TO ${sqlText(files.rows)} (FORMAT parquet, COMPRESSION uncompressed)`,
    );
    report(1, rows);
    return rows;
  } catch (error) {
    throw unreadableText(error, log.path) ?? error;
  } finally {
    clearInterval(timer);
  }
}

/** What DuckDB's reader throws although it was told to set bad lines aside. */
function unreadableText(error: unknown, path: string): IcarusError | undefined {
  if (
    !(error instanceof Error) ||
    !/CSV Error|not utf-8|Invalid Input Error: .*(line|buffer)/i.test(error.message)
  )
    return undefined;
  return new IcarusError(
    'observations/log-not-text',
    { path, reason: 'a line in it cannot be read as delimited text' },
    { cause: error },
  );
}
