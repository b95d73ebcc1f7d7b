/**
 * Hash lists as CSV (RFC 4180, also with `;` or tabs): the first line names the columns, in any case and
 * order. The columns of hashes and of the category are used, all others are left behind.
 */
import { IcarusError } from '#core/errors.ts';
import { type Candidate, type ListRow, rowOf } from './list-rows.ts';
import { readLines } from './read-lines.ts';
import type { HashAlgorithm } from './types.ts';

interface Columns {
  readonly delimiter: string;
  /** `any`: by the length of the value. */
  readonly hashes: readonly { readonly index: number; readonly algorithm: HashAlgorithm | 'any' }[];
  readonly category: number | undefined;
}

const HASH_COLUMNS: Readonly<Record<string, HashAlgorithm | 'any'>> = {
  md5: 'md5',
  md5hash: 'md5',
  sha1: 'sha1',
  sha1hash: 'sha1',
  sha256: 'sha256',
  sha256hash: 'sha256',
  hash: 'any',
  hashvalue: 'any',
};
const CATEGORY_COLUMNS: readonly string[] = ['category', 'categoryid', 'cat', 'classification', 'class'];

/** What the head line names, or undefined where it names no column of hashes. */
export function csvColumns(head: string): Columns | undefined {
  for (const delimiter of [',', ';', '\t']) {
    const names =
      splitCells(head, delimiter)?.map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')) ?? [];
    const hashes = names.flatMap((name, index) => {
      const algorithm = HASH_COLUMNS[name];
      return algorithm === undefined ? [] : [{ index, algorithm }];
    });
    const category = names.findIndex((name) => CATEGORY_COLUMNS.includes(name));
    if (hashes.length > 0) return { delimiter, hashes, category: category === -1 ? undefined : category };
  }
  return undefined;
}

/** A cell may run over so many lines; a quote that was never closed ends there. */
const MOST_LINES_A_ROW = 100;

export async function* readCsvList(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ListRow[], void> {
  let columns: Columns | undefined;
  let open: { number: number; text: string; lines: number } | undefined;
  for await (const lines of readLines(chunks)) {
    const rows: ListRow[] = [];
    for (const { number, text } of lines) {
      if (!columns) {
        columns = text === undefined ? undefined : csvColumns(text);
        if (!columns)
          throw new IcarusError('evidence/list-format-unknown', {
            reason: 'its first line names no column of hashes',
          });
        continue;
      }
      if (text === undefined) {
        rows.push({ position: open?.number ?? number, skipped: 'too-long' });
        open = undefined;
        continue;
      }
      if (!open && text.trim() === '') continue;
      const record: { number: number; text: string; lines: number } = open
        ? { ...open, text: `${open.text}\n${text}`, lines: open.lines + 1 }
        : { number, text, lines: 1 };
      const cells = splitCells(record.text, columns.delimiter);
      open = cells ? undefined : record;
      if (cells) rows.push(csvRow(record.number, cells, columns));
      else if (record.lines === MOST_LINES_A_ROW) {
        rows.push({ position: record.number, skipped: 'not-understood' });
        open = undefined;
      }
    }
    yield rows;
  }
  if (open) yield [{ position: open.number, skipped: 'not-understood' }];
}

function csvRow(number: number, cells: readonly string[], columns: Columns): ListRow {
  const candidates = columns.hashes.map(({ index, algorithm }): Candidate => {
    const value = (cells[index] ?? '').trim();
    return algorithm === 'any' ? { value } : { algorithm, value };
  });
  const category = columns.category === undefined ? '' : (cells[columns.category] ?? '').trim();
  return rowOf(number, candidates, category);
}

/** Cells of one record; undefined where a quote is still open at its end. */
export function splitCells(text: string, delimiter: string): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let cell = '';
      let from = at + 1;
      for (;;) {
        const quote = text.indexOf('"', from);
        if (quote === -1) return undefined;
        cell += text.slice(from, quote);
        from = quote + 1;
        if (text[from] !== '"') break;
        cell += '"';
        from++;
      }
      const end = text.indexOf(delimiter, from);
      cells.push(cell + text.slice(from, end === -1 ? text.length : end));
      if (end === -1) return cells;
      at = end + 1;
    } else {
      const end = text.indexOf(delimiter, at);
      cells.push(text.slice(at, end === -1 ? text.length : end));
      if (end === -1) return cells;
      at = end + 1;
    }
  }
}
