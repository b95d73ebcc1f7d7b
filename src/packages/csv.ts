/** The package's own tables as CSV (RFC 4180), safe to open in a spreadsheet. */
import type { TargetDocument } from './types.ts';
import { severityWords } from './words.ts';

/** What a spreadsheet would take for a formula (OWASP, CSV injection), full-width signs included. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** One line with its end; text that begins like a formula gets an apostrophe before it. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const TARGETS_CSV_HEAD = csvLine([
  'rank',
  'target_id',
  'client_id',
  'software',
  'country',
  'score',
  'why',
  'first_seen_utc',
  'last_seen_utc',
  'active_days',
  'observations',
  'addresses',
  'distinct_files',
  'files_by_severity',
  'grades',
  'flags',
  'dossier',
]);

export function targetLine(target: TargetDocument): string {
  return csvLine([
    target.rank,
    target.targetId,
    target.clientId,
    target.software.join('; '),
    target.country,
    target.score,
    target.reasons.map(({ words }) => words).join(' '),
    target.firstSeenAt,
    target.lastSeenAt,
    target.activeDays,
    target.observations,
    target.addressCount,
    target.distinctFiles,
    target.filesBySeverity.map(({ severity, files }) => `${severityWords(severity)}: ${files}`).join('; '),
    target.grades.map(({ grade, observations }) => `${grade}: ${observations}`).join('; '),
    target.flags.map(({ flag, note }) => (note === '' ? flag : `${flag}: ${note}`)).join('; '),
    target.dossier,
  ]);
}

export const ADDRESSES_CSV_HEAD = csvLine([
  'rank',
  'target_id',
  'client_id',
  'address',
  'source_port',
  'first_seen_utc',
  'last_seen_utc',
  'observations',
  'country',
  'asn',
  'operator',
  'sources_disagree',
  'by_later_snapshot',
]);

export function addressLines(target: TargetDocument): string {
  return target.addresses
    .map((entry) =>
      csvLine([
        target.rank,
        target.targetId,
        target.clientId,
        entry.address,
        entry.port,
        entry.firstSeenAt,
        entry.lastSeenAt,
        entry.observations,
        entry.country,
        entry.asn,
        entry.operator,
        entry.disputed ? 'yes' : 'no',
        entry.afterTheFact ? 'yes' : 'no',
      ]),
    )
    .join('');
}
