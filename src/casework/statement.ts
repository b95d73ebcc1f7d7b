/** What this country would state now, beside what it stated last. Pure but for the two readings. */
import type { CountryCode } from '#core/countries.ts';
import type { OperationId } from '#core/ids.ts';
import type { Participant } from '#operations/types.ts';
import type { Db } from '#platform/tables.ts';
import { caseTargetIds, currentOutcomes } from './outcome-store.ts';
import { standingPersons } from './person-store.ts';
import {
  type PersonStatement,
  type ReportTarget,
  type ReportWithTargets,
  statementDigest,
} from './report-document.ts';
import { PENDING, sameOutcome, sortedFlags, type Totals, takesBack, totalsOf } from './types.ts';

/** A target whose statement differs from the report before; `before` undefined: it did not stand there. */
export interface StatementChange {
  readonly targetId: string;
  readonly before: ReportTarget | undefined;
  readonly after: ReportTarget;
  readonly takesBack: boolean;
}

export interface Statement {
  readonly country: CountryCode;
  /** By target id. */
  readonly targets: ReportTarget[];
  readonly totals: Totals;
  readonly digest: string;
}

/**
 * Every target of the country's newest package, and every one with a record of an older package,
 * with its outcome as it stands; pending where nothing is recorded. With it who the person is, where this agency said so.
 */
export async function currentStatement(
  db: Db,
  operationId: OperationId,
  { country, agencyId }: Pick<Participant, 'country' | 'agencyId'>,
): Promise<Statement> {
  const targets = new Map<string, ReportTarget>();
  for (const targetId of await caseTargetIds(db, { operationId, country }))
    targets.set(targetId, { targetId, ...PENDING });
  for (const record of await currentOutcomes(db, operationId)) targets.set(record.targetId, stated(record));
  for (const { targetId, statedBy, protected: _, ...person } of await standingPersons(db, operationId)) {
    const target = targets.get(targetId);
    if (target && statedBy === agencyId) targets.set(targetId, { ...target, person });
  }
  const sorted = [...targets.values()].sort((a, b) => (a.targetId < b.targetId ? -1 : 1));
  const statement = { country, targets: sorted, totals: totalsOf(sorted) };
  return { ...statement, digest: statementDigest(statement) };
}

/** Pure: what differs from the report before. A target that stood there and is gone is taken back, too. */
export function changesSince(
  before: Pick<ReportWithTargets, 'targets'> | undefined,
  targets: readonly ReportTarget[],
): StatementChange[] {
  const stood = new Map(before?.targets.map((target) => [target.targetId, target]));
  const changes = targets.flatMap((after): StatementChange[] => {
    const earlier = stood.get(after.targetId);
    stood.delete(after.targetId);
    if (earlier && sameOutcome(earlier, after) && samePerson(earlier.person, after.person)) return [];
    return [
      {
        targetId: after.targetId,
        before: earlier,
        after,
        takesBack: earlier !== undefined && takesBack(earlier, after),
      },
    ];
  });
  const gone = [...stood.values()].filter((target) => !sameOutcome(target, PENDING));
  return [
    ...changes,
    ...gone.map((target) => ({
      targetId: target.targetId,
      before: target,
      after: { targetId: target.targetId, ...PENDING },
      takesBack: true,
    })),
  ];
}

/** A new version that says the same of him, with another reason, is no news. */
function samePerson(a: PersonStatement | undefined, b: PersonStatement | undefined): boolean {
  return (
    a?.category === b?.category && a?.minor === b?.minor && a?.strictlyNecessary === b?.strictlyNecessary
  );
}

/** The members that leave the country, and no other. */
function stated(record: ReportTarget): ReportTarget {
  const { targetId, outcome, subscriberIdentified, searchDone, suspectsIdentified, suspectsArrested } =
    record;
  const { victimsSafeguarded, devicesSeized, bytesSeized } = record;
  return {
    targetId,
    outcome,
    subscriberIdentified,
    searchDone,
    suspectsIdentified,
    suspectsArrested,
    victimsSafeguarded,
    devicesSeized,
    bytesSeized,
    flags: sortedFlags(record),
  };
}
