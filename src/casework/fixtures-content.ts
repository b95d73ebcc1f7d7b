/** For tests: packages as if they had come, outcomes, report documents. */
import type { CountryCode } from '#core/countries.ts';
import { type MessageId, newId, type PackageId, type ReportId } from '#core/ids.ts';
import type { Operation } from '#operations/types.ts';
import { insertReceivedPackage } from '#packages/received-store.ts';
import { insertReceivedTargets } from '#packages/received-targets.ts';
import {
  type ContentsDocument,
  EXERCISE_NOTICE,
  PACKAGE_CONTENT_FORMAT,
  type TargetDocument,
} from '#packages/types.ts';
import type { Db } from '#platform/tables.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { MEETING } from './fixtures.ts';
import { REPORT_FORMAT, type ReportDocument, type ReportTarget } from './report-document.ts';
import { type Flag, type Outcome, PENDING, totalsOf } from './types.ts';

export interface GivenTarget {
  readonly targetId: string;
  readonly flags?: readonly Flag[];
}

export function targetIds(country: CountryCode, count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `target_${country.toLowerCase()}${String(i + 1).padStart(3, '0')}`,
  );
}

/** A package of the country as if it had come at `at`. */
export async function givenPackage(
  db: Db,
  operation: Operation,
  given: { country: CountryCode; targets: readonly GivenTarget[]; at?: Date; version?: number },
): Promise<void> {
  const { country, targets, at = MEETING, version = 1 } = given;
  const packageId = newId<PackageId>('package', at);
  const contents: ContentsDocument = {
    format: PACKAGE_CONTENT_FORMAT,
    packageId,
    version,
    supersedes: null,
    operationId: operation.operationId,
    from: operation.lead,
    to: country.toLowerCase(),
    country,
    composedAt: at.toISOString(),
    exercise: true,
    notice: EXERCISE_NOTICE,
    handling: { codes: ['H0'], text: '' },
    evaluation: { source: 'A', information: '1' },
    counts: {
      targets: targets.length,
      targetsKnown: targets.length,
      observations: targets.length,
      addresses: 0,
    },
    ranking: { profile: 'test', words: '' },
    imports: [],
    attribution: [],
  };
  await arrangeUnlogged(db, async (tx) => {
    await insertReceivedPackage(tx, {
      id: packageId,
      operation_id: operation.operationId,
      message_id: newId<MessageId>('message', at),
      from_agency: operation.lead,
      country,
      agency_id: country.toLowerCase(),
      version,
      supersedes: null,
      target_count: targets.length,
      observation_count: targets.length,
      digest: '0'.repeat(64),
      contents,
      folder: 'none',
      composed_at: at,
      received_at: at,
    });
    const rows = targets.map((target, i) => {
      const document = targetDocument(target, country, i + 1);
      return {
        package_id: packageId,
        target_id: target.targetId,
        operation_id: operation.operationId,
        country,
        rank: document.rank,
        score: document.score,
        client_id: document.clientId,
        first_seen_at: new Date(document.firstSeenAt),
        last_seen_at: new Date(document.lastSeenAt),
        document,
      };
    });
    await insertReceivedTargets(tx, rows);
  });
}

function targetDocument(
  { targetId, flags = [] }: GivenTarget,
  country: CountryCode,
  rank: number,
): TargetDocument {
  return {
    targetId,
    country,
    rank,
    clientId: `client-${rank}`,
    software: [],
    score: 100 - rank,
    reasons: [],
    firstSeenAt: '2011-09-01T00:00:00Z',
    lastSeenAt: '2011-09-15T00:00:00Z',
    activeDays: 1,
    observations: 1,
    distinctFiles: 1,
    addressCount: 0,
    filesBySeverity: [],
    grades: [],
    flags: flags.map((flag) => ({ flag, note: '' })),
    addresses: [],
    activity: [],
    dossier: 'dossiers/1-a.pdf',
  };
}

export function outcomeWith(members: Partial<Outcome>): Outcome {
  return { ...PENDING, ...members };
}

/** One suspect found in a search. */
export const POSITIVE: Outcome = outcomeWith({
  outcome: 'positive',
  subscriberIdentified: true,
  searchDone: true,
  suspectsIdentified: 1,
  devicesSeized: 2,
  bytesSeized: 500_000_000_000,
});

export interface GivenReport {
  readonly country: CountryCode;
  readonly sequence: number;
  readonly targets: readonly ReportTarget[];
  readonly supersedes?: ReportDocument['supersedes'];
  readonly reason?: string;
  /** What to change in the document afterwards. */
  readonly change?: Partial<ReportDocument>;
}

export function reportDocument(operation: Operation, given: GivenReport): ReportDocument {
  return {
    format: REPORT_FORMAT,
    reportId: newId<ReportId>('report', MEETING),
    operationId: operation.operationId,
    agencyId: given.country.toLowerCase(),
    country: given.country,
    sequence: given.sequence,
    supersedes: given.supersedes ?? null,
    reason: given.reason ?? null,
    exercise: operation.exercise,
    createdAt: MEETING.toISOString(),
    targets: [...given.targets],
    totals: totalsOf(given.targets),
    ...given.change,
  };
}
