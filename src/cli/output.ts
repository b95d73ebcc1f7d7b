/** What a command prints: text for a person, one JSON document with `--json`, errors to standard error. */
import { databaseFailure } from '#core/database-failure.ts';
import { IcarusError } from '#core/errors.ts';

export interface Output {
  readonly json: boolean;
  /** The command's result: `data` with --json, else the lines of `text`. */
  result(data: object, text: string | readonly string[]): void;
  /** One of many results that come as they happen: a line of JSON, or a line of text. */
  item(data: object, text: string): void;
  /** A remark on the way, to standard error; silent with --json. */
  note(text: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result(data, text) {
      const shown = typeof text === 'string' ? text : text.join('\n');
      process.stdout.write(`${json ? JSON.stringify(data, null, 2) : shown}\n`);
    },
    item(data, text) {
      process.stdout.write(`${json ? JSON.stringify(data) : text}\n`);
    },
    note(text) {
      if (!json) process.stderr.write(`${text}\n`);
    },
  };
}

/** Columns aligned under their heads; numbers to the right. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = [heads, ...rows].map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-GB') : cell)),
  );
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const right = heads.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  return cells.map((row) =>
    row
      .map((cell, column) =>
        right[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** A table, or the sentence that says why there is none. */
export function tableOr(
  empty: string,
  heads: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  return rows.length === 0 ? [empty] : table(heads, rows);
}

/** Prints the error as one sentence and its code, and returns the exit code. */
export function reportFailure(error: unknown, json: boolean, hint?: string): number {
  const known = asIcarusError(error);
  const message = hint ? `${known.message} ${hint}` : known.message;
  if (json) process.stderr.write(`${JSON.stringify({ error: { code: known.code, message } })}\n`);
  else process.stderr.write(`icarus: ${message} [${known.code}]\n`);
  if (process.env['ICARUS_LOG_LEVEL'] === 'debug')
    process.stderr.write(`${String(known.cause instanceof Error ? known.cause.stack : known.stack)}\n`);
  return known.exitCode;
}

function asIcarusError(error: unknown): IcarusError {
  if (error instanceof IcarusError) return error;
  const ofDatabase = databaseFailure(error);
  if (ofDatabase) return ofDatabase;
  return new IcarusError('internal/unexpected', { requestId: 'none (command line)' }, { cause: error });
}
