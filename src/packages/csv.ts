/** The package's own tables as CSV (RFC 4180), safe to open in a spreadsheet. */
import { csvLine } from '#core/csv.ts';
import type { TargetDocument } from './types.ts';
import { severityWords } from './words.ts';

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
