/** Delimited text (RFC 4180) as rows with their line numbers, in memory that one row bounds. */
import { IcarusError } from '#core/errors.ts';

export interface CsvRow {
  /** Line of the file that the row begins on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A row longer than this is an unclosed quotation mark. */
const MOST_ROW_CHARACTERS = 1_000_000;

/**
 * Rows of `text`; empty lines are skipped. A cell in quotation marks may hold delimiters and line
 * ends; a mark inside it is doubled.
 * @throws crossmatch/holdings-unreadable where a quotation mark is never closed
 */
export async function* readCsv(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<CsvRow[]> {
  const parser = rowParser(delimiter);
  for await (const chunk of text) {
    const rows = parser.push(chunk);
    if (rows.length > 0) yield rows;
  }
  yield parser.end();
}

interface RowParser {
  push(chunk: string): CsvRow[];
  end(): CsvRow[];
}

function rowParser(delimiter: string): RowParser {
  /** Text of rows that are not complete yet. */
  let rest = '';
  let line = 1;
  const take = (isLast: boolean): CsvRow[] => {
    const rows: CsvRow[] = [];
    let from = 0;
    for (;;) {
      const end = rowEnd(rest, from, isLast);
      if (end === undefined) break;
      const row = rest.slice(from, end.at);
      if (row !== '') rows.push({ line, cells: splitRow(row, delimiter) });
      line += end.lines;
      from = end.next;
    }
    rest = rest.slice(from);
    if (rest.length > MOST_ROW_CHARACTERS || (isLast && rest !== ''))
      throw new IcarusError('crossmatch/holdings-unreadable', {
        reason: `the quotation mark in line ${line} is never closed`,
      });
    return rows;
  };
  return {
    push(chunk) {
      rest += chunk;
      return take(false);
    },
    end: () => take(true),
  };
}

/** Where the row from `from` on ends, outside quotation marks; undefined while that is not known yet. */
function rowEnd(
  text: string,
  from: number,
  isLast: boolean,
): { at: number; next: number; lines: number } | undefined {
  let lines = 0;
  let quoted = false;
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) quoted = !quoted;
    if (code !== 0x0a) continue;
    lines++;
    if (!quoted)
      return { at: text.charCodeAt(at - 1) === 0x0d && at > from ? at - 1 : at, next: at + 1, lines };
  }
  return isLast && !quoted && at > from ? { at, next: at, lines } : undefined;
}

function splitRow(row: string, delimiter: string): string[] {
  if (!row.includes('"')) return row.split(delimiter);
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < row.length; at++) {
    const char = row.charAt(at);
    if (char === '"' && quoted && row.charAt(at + 1) === '"') {
      cell += '"';
      at++;
    } else if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  return [...cells, cell];
}
