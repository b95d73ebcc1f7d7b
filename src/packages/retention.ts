/** The retention clock of a package's targets, as it stands when the package is composed. */
import type { OperationId, TargetId } from '#core/ids.ts';
import { type ClockSources, clockOf } from '#observations/retention/clock.ts';
import { preservationsOf } from '#observations/retention/preservation-store.ts';
import { retentionRulesOf } from '#observations/retention/rule-store.ts';
import type { Db } from '#platform/tables.ts';
import type { PreservationReader } from './preservation-lines.ts';
import type { TargetDocument } from './types.ts';

/** Rules and requests as they stand, read once a package. */
export async function clockSources(db: Db, operationId: OperationId, at: Date): Promise<ClockSources> {
  return { rules: await retentionRulesOf(db), preservations: await preservationsOf(db, operationId), at };
}

/** The targets, each with its clock. */
export async function* withClocks(
  targets: AsyncIterable<TargetDocument>,
  reader: Pick<PreservationReader, 'places'>,
  sources: ClockSources,
): AsyncGenerator<TargetDocument, void> {
  for await (const target of targets) {
    const targetId = target.targetId as TargetId;
    const { until, words } = clockOf(targetId, await reader.places(targetId), sources);
    yield { ...target, retention: { until: until?.toISOString() ?? null, words } };
  }
}
