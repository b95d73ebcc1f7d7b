/** Packages as a page shows them: with their receipts, the clock of their delivery, and what their sender took back. */
import type { OperationId } from '#core/ids.ts';
import { deliveries } from '#exchange/deliveries.ts';
import { holdingRecalls } from '#exchange/recall/store.ts';
import { recallView } from '#exchange/recall/view.ts';
import type { Delivery } from '#exchange/types.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import type { ReceivedPackage } from './received-store.ts';
import type { PackageReceipt, PackageView, ReceivedPackageView } from './schemas.ts';
import type { Package } from './store.ts';

type Recalls = Awaited<ReturnType<typeof holdingRecalls>>;

/** Packages that this node composed, in the order that they are given. */
export async function packageViews(
  { db, clock }: Pick<NodeContext, 'db' | 'clock'>,
  operationId: OperationId,
  packages: readonly Package[],
): Promise<PackageView[]> {
  const sent = await deliveries(db, operationId, clock.now());
  const ids = packages.flatMap(({ messageId }) => (messageId === null ? [] : [messageId]));
  const recalls = await holdingRecalls(db, ids);
  return packages.map((one) => packageView(one, sent, recalls));
}

/** The same of packages that came. */
export async function receivedPackageViews(
  db: Db,
  packages: readonly ReceivedPackage[],
): Promise<ReceivedPackageView[]> {
  const recalls = await holdingRecalls(
    db,
    packages.map(({ messageId }) => messageId),
  );
  return packages.map((one) => receivedPackageView(one, recalls));
}

function packageView(one: Package, sent: readonly Delivery[], recalls: Recalls): PackageView {
  const own = sent.filter(({ messageId, role }) => messageId === one.messageId && role === 'sender');
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
    recall: recallView(one.messageId === null ? undefined : recalls.get(one.messageId)),
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

function receivedPackageView(one: ReceivedPackage, recalls: Recalls): ReceivedPackageView {
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
    recall: recallView(recalls.get(one.messageId)),
  };
}

function iso(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
