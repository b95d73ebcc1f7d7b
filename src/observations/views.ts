/** From the room's types to what its routes give: dates as text, and nothing that the reader is not shown. */
import { HOUR_MS } from '#core/clock.ts';
import type { AddressExplanation } from '#observations/attribution/explain.ts';
import type { TargetClock } from '#observations/retention/clock.ts';
import type { AddressOnClock } from '#observations/targets/target-clock.ts';
import type {
  AddressExplanationView,
  ClockView,
  ImportRow,
  SourceRow,
  TargetAddressRow,
  TargetRow,
} from './schemas.ts';
import type { AttributionSnapshot, ObservationImport, Target } from './types.ts';

export function importRow(row: ObservationImport): ImportRow {
  const {
    operationId: _operation,
    layout: _layout,
    pieces: _pieces,
    bucketing: _bucketing,
    bucketRows: _bucketRows,
    stored: _stored,
    constants: _constants,
    repeats: _repeats,
    ...shown
  } = row;
  return {
    ...shown,
    firstObservedAt: row.firstObservedAt?.toISOString() ?? null,
    lastObservedAt: row.lastObservedAt?.toISOString() ?? null,
    importedAt: row.importedAt.toISOString(),
  };
}

export function sourceRow(row: AttributionSnapshot): SourceRow {
  const { loadedBy: _officer, ...shown } = row;
  return { ...shown, validFrom: row.validFrom.toISOString(), loadedAt: row.loadedAt.toISOString() };
}

/** @param now from which hours count */
export function targetRow(target: Target, now: Date): TargetRow {
  const { operationId: _operation, rankingVersion: _version, rankedAt: _rankedAt, ...shown } = target;
  return {
    ...shown,
    countries: [...target.countries],
    software: [...target.software],
    firstSeenAt: target.firstSeenAt.toISOString(),
    lastSeenAt: target.lastSeenAt.toISOString(),
    identifiableUntil: target.identifiableUntil?.toISOString() ?? null,
    hoursLeft:
      target.identifiableUntil && Math.floor((target.identifiableUntil.getTime() - now.getTime()) / HOUR_MS),
    imminentRisk: target.imminentRisk && {
      ...target.imminentRisk,
      flaggedAt: target.imminentRisk.flaggedAt.toISOString(),
    },
    known: target.known && { ...target.known, notedAt: target.known.notedAt.toISOString() },
    mergedClientIds: target.mergedClientIds && [...target.mergedClientIds],
  };
}

export function targetAddressRow(address: AddressOnClock): TargetAddressRow {
  return {
    ...address,
    firstSeenAt: address.firstSeenAt.toISOString(),
    lastSeenAt: address.lastSeenAt.toISOString(),
    lastDirectAt: address.lastDirectAt?.toISOString() ?? null,
    clock: address.clock && clockView(address.clock),
  };
}

export function clockView({ until, hoursLeft, words }: TargetClock): ClockView {
  return { until: until?.toISOString() ?? null, hoursLeft, words };
}

export function addressExplanationView(explanation: AddressExplanation): AddressExplanationView {
  return {
    ...explanation,
    at: explanation.at.toISOString(),
    answers: explanation.answers.map((answer) => ({
      ...answer,
      snapshotDate: answer.snapshotDate.toISOString(),
      asns: [...answer.asns],
    })),
    flags: explanation.flags.map((flag) => ({ ...flag, snapshotDate: flag.snapshotDate.toISOString() })),
    words: [...explanation.words],
  };
}
