/**
 * Hash lists that are lines of text: one hash a line, the output of md5sum and its kin in both forms,
 * and hashdeep files. Names of files in them are left behind: matching needs none.
 */
import { IcarusError } from '#core/errors.ts';
import { type Candidate, type ListRow, rowOf } from './list-rows.ts';
import { type Line, readLines } from './read-lines.ts';
import type { HashAlgorithm } from './types.ts';

/** `<hash>`, `<hash>  <name>`, `<hash> *<name>`, `\<hash>  <name>` (md5sum), hash and name by one tab. */
const SUM_LINE = /^\\?([^\s]+)(?:\s+\*?.+)?$/;
/** `MD5 (name) = <hash>` (BSD). */
const BSD_LINE = /^(MD5|SHA1|SHA256) \(.*\) = (\S+)$/i;

const BSD_NAMES: Readonly<Record<string, HashAlgorithm>> = { MD5: 'md5', SHA1: 'sha1', SHA256: 'sha256' };

/** Plain lists and sums. Blank lines and lines that begin with `#` are no rows. */
export async function* readPlainList(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ListRow[], void> {
  for await (const lines of readLines(chunks)) {
    yield lines.filter(({ text }) => text === undefined || !/^\s*(#|$)/.test(text)).map(plainRow);
  }
}

export function plainRow({ number, text }: Line): ListRow {
  if (text === undefined) return { position: number, skipped: 'too-long' };
  const bsd = BSD_LINE.exec(text.trim());
  if (bsd) {
    const algorithm = BSD_NAMES[(bsd[1] ?? '').toUpperCase()];
    return rowOf(number, [{ ...(algorithm ? { algorithm } : {}), value: bsd[2] ?? '' }], '');
  }
  const value = SUM_LINE.exec(text.trim())?.[1];
  return value === undefined
    ? { position: number, skipped: 'not-understood' }
    : rowOf(number, [{ value }], '');
}

const HASHDEEP_MAGIC = '%%%% HASHDEEP-1.0';
const HASHDEEP_COLUMNS: Readonly<Record<string, HashAlgorithm>> = {
  md5: 'md5',
  sha1: 'sha1',
  sha256: 'sha256',
};

/** A hashdeep file: `%%%% size,md5,sha256,filename` names the columns, the last of which may hold commas. */
export async function* readHashdeep(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ListRow[], void> {
  let columns: string[] | undefined;
  for await (const lines of readLines(chunks)) {
    const rows: ListRow[] = [];
    for (const line of lines) {
      const { number, text } = line;
      if (text?.startsWith('%%%%')) {
        if (text !== HASHDEEP_MAGIC) columns = text.slice('%%%% '.length).split(',');
      } else if (text === undefined) {
        rows.push({ position: number, skipped: 'too-long' });
      } else if (!/^\s*(##.*)?$/.test(text)) {
        if (!columns)
          throw new IcarusError('evidence/list-format-unknown', {
            reason: 'a hashdeep file must name its columns before its rows',
          });
        rows.push(hashdeepRow(number, text, columns));
      }
    }
    yield rows;
  }
}

function hashdeepRow(number: number, text: string, columns: readonly string[]): ListRow {
  const cells = text.split(',');
  if (cells.length < columns.length) return { position: number, skipped: 'not-understood' };
  const candidates = columns.flatMap((column, i): Candidate[] => {
    const algorithm = HASHDEEP_COLUMNS[column];
    return algorithm ? [{ algorithm, value: cells[i] ?? '' }] : [];
  });
  return rowOf(number, candidates, '');
}
