/** The list of all files beside the report (RFC 4180, UTF-8). Paths begin with `./`, so that no spreadsheet takes one for a formula. */
import type { Db } from '#platform/tables.ts';
import { allFiles, type InventoryFile, matchesOf } from './file-store.ts';
import type { FileMatch } from './match-store.ts';

const HEAD = [
  'number',
  'path',
  'path_bytes_hex',
  'status',
  'reason',
  'system_code',
  'size_bytes',
  'modified',
  'changed',
  'created',
  'media_type',
  'md5',
  'sha1',
  'sha256',
  'verdict',
  'matched_by',
];

/** Text of the list, page by page, with the files in each. */
export async function* fileListCsv(
  db: Db,
  inventoryNumber: number,
): AsyncGenerator<{ text: string; rows: number }, void> {
  yield { text: `${HEAD.join(',')}\r\n`, rows: 0 };
  for await (const files of allFiles(db, inventoryNumber)) {
    const matches = await matchesOf(
      db,
      inventoryNumber,
      files.map(({ ordinal }) => ordinal),
    );
    const text = files.map((file) => `${rowOf(file, matches.get(file.ordinal) ?? [])}\r\n`).join('');
    yield { text, rows: files.length };
  }
}

function rowOf(file: InventoryFile, matches: readonly FileMatch[]): string {
  const cells = [
    String(file.ordinal),
    `./${file.path}`,
    file.pathHex ?? '',
    file.reason === null ? 'hashed' : 'not examined',
    file.reason ?? '',
    file.detail ?? '',
    String(file.sizeBytes),
    file.modifiedAt?.toISOString() ?? '',
    file.changedAt?.toISOString() ?? '',
    file.bornAt?.toISOString() ?? '',
    file.mediaType ?? '',
    file.md5 ?? '',
    file.sha1 ?? '',
    file.sha256 ?? '',
    file.verdict ?? '',
    matches
      .map(
        (match) =>
          `${match.listName} [${match.category}] ${match.meaning} by ${match.algorithms.join(' and ')}`,
      )
      .join('; '),
  ];
  return cells.map(quoted).join(',');
}

/** The name of a list is an officer's text: it must not become a formula either. */
function quoted(cell: string): string {
  const safe = /^[=+@\t\r-]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
