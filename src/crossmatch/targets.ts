/**
 * The targets that a country reports on become subjects of matching, by the client id and the addresses
 * that the lead observed. A target that its country states negative is nobody's suspect: it is left out; so is a
 * victim, another party or a minor whom it does not say to be matched by strict necessity.
 */

import type { ReportTarget } from '#casework/report-document.ts';
import { reportById, reportHistory } from '#casework/report-store.ts';
import type { CountryCode } from '#core/countries.ts';
import { isProtected, UNSTATED_SUBJECT } from '#core/data-subjects.ts';
import type { OperationId } from '#core/ids.ts';
import { newId } from '#core/ids.ts';
import { type ReceivedPackage, receivedPackages } from '#packages/received-store.ts';
import { type ReceivedTarget, receivedTargets } from '#packages/received-targets.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { normaliseSelector } from './selectors.ts';
import {
  clearTargets,
  type SubjectSelector,
  statedTargets,
  upsertSubject,
  withdrawPersons,
} from './subject-store.ts';
import type { SubjectId } from './types.ts';

const TARGETS_AT_ONCE = 200;

/**
 * Brings the country's targets among the subjects to what its standing report and its newest package state.
 * @returns how many entries were withdrawn, since their persons are not matched any more
 */
export async function settleTargets(
  ctx: Pick<NodeContext, 'clock'>,
  tx: Tx,
  of: { operationId: OperationId; country: CountryCode },
): Promise<number> {
  const [standing] = await reportHistory(tx, of.operationId, { country: of.country });
  const report = standing && (await reportById(tx, standing.reportId));
  const packaged = (await receivedPackages(tx, of.operationId)).find(
    ({ country, current }) => country === of.country && current,
  );
  if (!report || !packaged) return 0;
  const at = ctx.clock.now();
  const stated = new Map(report.targets.map((target) => [target.targetId, target]));
  const here = await statedTargets(tx, of.operationId, of.country);
  for (let offset = 0; ; offset += TARGETS_AT_ONCE) {
    const { targets } = await receivedTargets(tx, { ...of, offset, limit: TARGETS_AT_ONCE });
    for (const target of targets) {
      const said = stated.get(target.targetId);
      if (said === undefined || said.outcome === 'negative' || isWithheld(said)) continue;
      const subject = subjectOf(target, { packaged, said, at });
      const known = here.get(target.targetId);
      if (known?.sourceId === target.packageId && known.category === subject.category) continue;
      await upsertSubject(tx, subject);
    }
    if (targets.length < TARGETS_AT_ONCE) break;
  }
  const idsOf = (which: (target: ReportTarget) => boolean) =>
    report.targets.filter(which).map(({ targetId }) => targetId);
  await clearTargets(
    tx,
    { ...of, at },
    idsOf(({ outcome }) => outcome === 'negative'),
  );
  return withdrawPersons(tx, { ...of, at }, idsOf(isWithheld));
}

/** Not matched, by his country's word on who he is. */
function isWithheld({ person }: Pick<ReportTarget, 'person'>): boolean {
  return person !== undefined && isProtected(person) && !person.strictlyNecessary;
}

function subjectOf(
  target: ReceivedTarget,
  { packaged, said, at }: { packaged: ReceivedPackage; said: ReportTarget; at: Date },
) {
  const { evaluation, handling } = packaged.contents;
  return {
    subjectId: newId<SubjectId>('subject', at),
    operationId: target.operationId,
    kind: 'target' as const,
    agencyId: packaged.from,
    country: target.country,
    reference: target.targetId,
    targetId: target.targetId,
    // Until his country says more he was observed, and by nobody named or convicted.
    category: (said.person ?? UNSTATED_SUBJECT).category,
    strictlyNecessary: said.person?.strictlyNecessary ?? false,
    evaluation,
    handling,
    sourceId: target.packageId,
    statedAt: packaged.composedAt,
    recordedAt: at,
    selectors: selectorsOf(target),
  };
}

/** What cannot be normalised (a private address in a log) identifies nobody and is left out. */
function selectorsOf({ clientId, document }: ReceivedTarget): SubjectSelector[] {
  const byAddress = Map.groupBy(document.addresses, ({ address }) => address);
  const stated = [
    { type: 'client-id' as const, given: clientId, seen: [] },
    ...[...byAddress].map(([given, times]) => ({
      type: 'address' as const,
      given,
      seen: times.map(({ firstSeenAt, lastSeenAt }) => ({
        from: new Date(firstSeenAt),
        to: new Date(lastSeenAt),
      })),
    })),
  ];
  return stated.flatMap(({ type, given, seen }): SubjectSelector[] => {
    const normalised = normaliseSelector(type, given);
    return 'value' in normalised ? [{ type, value: normalised.value, given, seen }] : [];
  });
}
