/** From rows of a build to what the room says of a target. */
import type { OperationId, TargetId } from '#core/ids.ts';
import { EVIDENCE_GRADES, type Target, type TargetAddress } from '#observations/types.ts';
import { countIn, type DuckDbRow, textIn, timeIn } from '#platform/duckdb.ts';
import type { TargetBuild } from './build-store.ts';
import { gradeColumn } from './group-sql.ts';
import { rankingName } from './ranking.ts';
import type { Standing } from './standing-store.ts';

/** SQL: the columns that {@link toTarget} reads; counts as numbers. */
export const TARGET_COLUMNS = [
  'target_id',
  'client_id',
  'country',
  'countries',
  'addresses',
  'first_seen_at',
  'last_seen_at',
  'active_days',
  'rows::DOUBLE AS rows',
  'direct_rows::DOUBLE AS direct_rows',
  'distinct_files',
  'files_a',
  'files_b',
  'files_c',
  'rare_files',
  'flagged_files',
  'software',
  ...EVIDENCE_GRADES.map((grade) => `${gradeColumn(grade)}::DOUBLE AS ${gradeColumn(grade)}`),
  'disagreement',
  'carrier_nat',
  'hosting',
  'identifiable_until',
  'keeping_known',
  'score',
  'merged_client_ids',
].join(', ');

export function toTarget(
  row: DuckDbRow,
  build: Pick<TargetBuild, 'operationId' | 'profile' | 'rankedAt'>,
  standings: ReadonlyMap<TargetId, Standing>,
): Target {
  const targetId = (textIn(row, 'target_id') ?? '') as TargetId;
  const said = standings.get(targetId);
  const merged = row['merged_client_ids'];
  const grades = EVIDENCE_GRADES.flatMap((grade): [string, number][] => {
    const rows = countIn(row, gradeColumn(grade));
    return rows === 0 ? [] : [[grade, rows]];
  });
  return {
    targetId,
    operationId: build.operationId as OperationId,
    clientId: textIn(row, 'client_id') ?? '',
    country: textIn(row, 'country'),
    countries: texts(row['countries']),
    addresses: countIn(row, 'addresses'),
    firstSeenAt: timeIn(row, 'first_seen_at') ?? build.rankedAt,
    lastSeenAt: timeIn(row, 'last_seen_at') ?? build.rankedAt,
    activeDays: countIn(row, 'active_days'),
    rows: countIn(row, 'rows'),
    directRows: countIn(row, 'direct_rows'),
    distinctFiles: countIn(row, 'distinct_files'),
    filesByCode: { A: countIn(row, 'files_a'), B: countIn(row, 'files_b'), C: countIn(row, 'files_c') },
    rareFiles: countIn(row, 'rare_files'),
    flaggedFiles: countIn(row, 'flagged_files'),
    software: texts(row['software']),
    grades: Object.fromEntries(grades),
    disagreement: row['disagreement'] === true,
    carrierNat: row['carrier_nat'] === true,
    hosting: row['hosting'] === true,
    identifiableUntil: timeIn(row, 'identifiable_until'),
    keepingKnown: row['keeping_known'] === true,
    score: countIn(row, 'score'),
    rankingVersion: rankingName(build.profile),
    rankedAt: build.rankedAt,
    imminentRisk: said?.imminentRisk ?? null,
    known: said?.known ?? null,
    mergedClientIds: Array.isArray(merged) ? texts(merged) : null,
  };
}

export function toAddress(row: DuckDbRow): TargetAddress {
  const numberOrNull = (column: string) => (row[column] === null ? null : countIn(row, column));
  return {
    address: textIn(row, 'address') ?? '',
    port: numberOrNull('port'),
    firstSeenAt: timeIn(row, 'first_seen_at') ?? new Date(0),
    lastSeenAt: timeIn(row, 'last_seen_at') ?? new Date(0),
    rows: countIn(row, 'rows'),
    directRows: countIn(row, 'direct_rows'),
    lastDirectAt: timeIn(row, 'last_direct_at'),
    country: textIn(row, 'country'),
    operator: textIn(row, 'operator'),
    asn: numberOrNull('asn'),
    disagreement: row['disagreement'] === true,
    afterTheFact: row['after_the_fact'] === true,
    carrierNat: row['carrier_nat'] === true,
    hosting: row['hosting'] === true,
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
