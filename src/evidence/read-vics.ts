/**
 * VICS JSON, 1.1 to 2.0, of cases or of media (VICS-compatible, not certified). What was seen in the
 * wild is taken: a byte-order mark, numbers as strings, hexadecimal in any case, no SHA-1, fields that
 * nobody knows. Of each item the hashes and the category are used; the category stays an opaque code.
 */
import { readJsonItems } from './json-items.ts';
import { type Candidate, type ListRow, rowOf } from './list-rows.ts';

export async function* readVics(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ListRow[], void> {
  let position = 0;
  for await (const items of readJsonItems(chunks)) {
    const rows: ListRow[] = [];
    for (const { text } of items) {
      const item = text === undefined ? undefined : parsed(text);
      if (item && isCase(item)) continue;
      position++;
      if (item) rows.push(mediaRow(position, item));
      else rows.push({ position, skipped: text === undefined ? 'too-long' : 'not-json' });
    }
    yield rows;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A case holds media, but is none: no row. */
function isCase(item: Fields): boolean {
  return !('MD5' in item) && ('Media' in item || 'CaseID' in item || 'CaseNumber' in item);
}

function mediaRow(position: number, item: Fields): ListRow {
  const candidates: Candidate[] = [
    { algorithm: 'md5', value: textOf(item['MD5']) },
    { algorithm: 'sha1', value: textOf(item['SHA1']) },
    ...sha256Of(item['AlternativeHashes']),
  ];
  if (candidates[0]?.value === '') return { position, skipped: 'no-hash' };
  return rowOf(position, candidates, textOf(item['Category']));
}

function sha256Of(alternatives: unknown): Candidate[] {
  if (!Array.isArray(alternatives)) return [];
  return alternatives
    .filter(isFields)
    .filter(
      (hash) =>
        textOf(hash['HashName'])
          .replaceAll(/[^0-9a-z]/gi, '')
          .toLowerCase() === 'sha256',
    )
    .slice(0, 1)
    .map((hash) => ({ algorithm: 'sha256' as const, value: textOf(hash['HashValue']) }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}
