/** Packages as a page shows them: with their receipts and the clock of their delivery. */
import type { Delivery } from '#exchange/types.ts';
import type { PackageReceipt, PackageView, ReceivedPackageView } from './schemas.ts';
import type { Package, ReceivedPackage } from './store.ts';

/** @param deliveries of any messages; those of the package's message are taken */
export function packageView(one: Package, deliveries: readonly Delivery[]): PackageView {
  const own = deliveries.filter(({ messageId, role }) => messageId === one.messageId && role === 'sender');
  const toCountry = own.find(({ recipient }) => recipient === one.agencyId);
  return {
    packageId: one.packageId,
    country: one.country,
    agencyId: one.agencyId,
    version: one.version,
    supersedes: one.supersedes,
    state: stateOf(one, toCountry),
    targetCount: one.targetCount,
    observationCount: one.observationCount,
    fileCount: one.fileCount,
    sizeBytes: one.sizeBytes,
    digest: one.digest,
    composedAt: one.composedAt.toISOString(),
    composedBy: one.composedBy,
    approvedAt: iso(one.approvedAt),
    approvedBy: one.approvedBy,
    sentAt: iso(one.sentAt),
    messageId: one.messageId,
    deadlineAt: iso(toCountry?.deadlineAt ?? null),
    hoursLeft: toCountry?.hoursLeft ?? null,
    overdue: toCountry?.overdue ?? false,
    receipts: own.map(receipt),
  };
}

/** What the country's own agency has done with it: the coordinator's copy does not stand in for it. */
function stateOf({ state }: Package, toCountry: Delivery | undefined): PackageView['state'] {
  if (toCountry?.state === 'acknowledged' || toCountry?.state === 'refused') return toCountry.state;
  return state;
}

function receipt(delivery: Delivery): PackageReceipt {
  return {
    recipient: delivery.recipient,
    state: delivery.state,
    code: delivery.code,
    sentAt: iso(delivery.sentAt),
    acknowledgedAt: iso(delivery.acknowledgedAt),
  };
}

export function receivedPackageView(one: ReceivedPackage): ReceivedPackageView {
  return {
    packageId: one.packageId,
    messageId: one.messageId,
    from: one.from,
    country: one.country,
    agencyId: one.agencyId,
    version: one.version,
    supersedes: one.supersedes,
    current: one.current,
    targetCount: one.targetCount,
    observationCount: one.observationCount,
    digest: one.digest,
    composedAt: one.composedAt.toISOString(),
    receivedAt: one.receivedAt.toISOString(),
  };
}

function iso(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
