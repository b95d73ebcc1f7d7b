/**
 * A table of comma-separated values that an agency wrote itself: which column is which, by name or by
 * place, and each line as text, so that whatever is wrong with it can be said with its number.
 */
import { sqlText } from '#platform/duckdb.ts';
import { firstBytes, type PlainFile, refuseSnapshot } from './source-file.ts';

/** A column by its name in the first line, or by its place (from 1) in a file that has no names. */
export type ColumnChoice = string | number;

const HEADER_BYTES = 65_536;

export interface CsvTable {
  /** SQL: the text in a chosen column, or NULL where none was chosen or the cell is empty. */
  column(choice: ColumnChoice | undefined): string;
  /** SQL: a table with `line` and what `column` names. */
  readonly rows: string;
  readonly names: readonly string[];
}

/**
 * @param nameless the first line is a line like the others
 * @throws `observations/snapshot-invalid`; so does `column` for a choice that the file does not have
 */
export async function openCsv(file: PlainFile, nameless: boolean): Promise<CsvTable> {
  const names = await headerOf(file);
  const types = names.map((_, index) => `c${index}: 'VARCHAR'`).join(', ');
  return {
    names: nameless ? [] : names,
    column(choice) {
      if (choice === undefined) return 'NULL::VARCHAR';
      const index = typeof choice === 'number' ? choice - 1 : nameless ? -1 : names.indexOf(choice);
      if (index < 0 || index >= names.length) throw refuseSnapshot(file.given, `it has no column ${choice}`);
      return `nullif(trim(c${index}), '')`;
    },
    rows: `(SELECT row_number() OVER () + ${nameless ? 0 : 1} AS line, * FROM read_csv(${sqlText(file.path)}, auto_detect = false,
      header = ${!nameless}, delim = ',', quote = '"', escape = '"', columns = {${types}}, compression = 'none'))`,
  };
}

async function headerOf({ path, given }: PlainFile): Promise<string[]> {
  const head = (await firstBytes(path, HEADER_BYTES)).toString('utf8').replace(/^\uFEFF/, '');
  const end = head.search(/\r?\n/);
  const line = end < 0 ? head : head.slice(0, end);
  if ((end < 0 && head.length >= HEADER_BYTES) || line.trim() === '' || /[\0\uFFFD]/.test(line))
    throw refuseSnapshot(given, 'it is not comma-separated text');
  const cells = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [];
  return cells
    .slice(0, line.endsWith(',') ? undefined : -1)
    .map((cell) => cell.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"').trim());
}
