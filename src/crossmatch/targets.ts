/**
 * The targets that a country reports on become subjects of matching, by the client id and the addresses
 * that the lead observed. A target that its country states negative is nobody's suspect: it is left out.
 */

import { reportById, reportHistory } from '#casework/report-store.ts';
import type { CountryCode } from '#core/countries.ts';
import type { OperationId } from '#core/ids.ts';
import { newId } from '#core/ids.ts';
import {
  type ReceivedPackage,
  type ReceivedTarget,
  receivedPackages,
  receivedTargets,
} from '#packages/store.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { normaliseSelector } from './selectors.ts';
import { clearTargets, type SubjectSelector, statedTargets, upsertSubject } from './subject-store.ts';
import type { SubjectId } from './types.ts';

const TARGETS_AT_ONCE = 200;

/** Brings the country's targets among the subjects to what its standing report and its newest package state. */
export async function settleTargets(
  ctx: Pick<NodeContext, 'clock'>,
  tx: Tx,
  of: { operationId: OperationId; country: CountryCode },
): Promise<void> {
  const [standing] = await reportHistory(tx, of.operationId, { country: of.country });
  const report = standing && (await reportById(tx, standing.reportId));
  const packaged = (await receivedPackages(tx, of.operationId)).find(
    ({ country, current }) => country === of.country && current,
  );
  if (!report || !packaged) return;
  const at = ctx.clock.now();
  const outcomes = new Map(report.targets.map(({ targetId, outcome }) => [targetId, outcome]));
  const here = await statedTargets(tx, of.operationId, of.country);
  for (let offset = 0; ; offset += TARGETS_AT_ONCE) {
    const { targets } = await receivedTargets(tx, { ...of, offset, limit: TARGETS_AT_ONCE });
    for (const target of targets) {
      const outcome = outcomes.get(target.targetId);
      if (outcome === undefined || outcome === 'negative') continue;
      if (here.get(target.targetId)?.sourceId === target.packageId) continue;
      await upsertSubject(tx, subjectOf(target, packaged, at));
    }
    if (targets.length < TARGETS_AT_ONCE) break;
  }
  const cleared = [...outcomes].filter(([, outcome]) => outcome === 'negative').map(([targetId]) => targetId);
  await clearTargets(tx, { ...of, at }, cleared);
}

function subjectOf(target: ReceivedTarget, packaged: ReceivedPackage, at: Date) {
  const { evaluation, handling } = packaged.contents;
  return {
    subjectId: newId<SubjectId>('subject', at),
    operationId: target.operationId,
    kind: 'target' as const,
    agencyId: packaged.from,
    country: target.country,
    reference: target.targetId,
    targetId: target.targetId,
    // Observed, and by nobody named or convicted yet.
    category: 'potential-offender' as const,
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
