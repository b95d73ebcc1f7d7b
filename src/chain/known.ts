/**
 * What this node knows of an operation beside its targets: packages, reports, referrals, figure sets. They
 * are few (a country has some of each), so they are read at once; what hangs together is then a pure question.
 */
import type { Report } from '#casework/report-document.ts';
import { reportHistory } from '#casework/report-store.ts';
import type { MessageId, OperationId, PackageId } from '#core/ids.ts';
import { receivedPackages } from '#packages/received-store.ts';
import { packagesOf } from '#packages/store.ts';
import type { ContentsDocument } from '#packages/types.ts';
import type { NodeContext } from '#platform/context.ts';
import { listRequests } from '#referrals/eurojust-store.ts';
import { listSeries } from '#referrals/icse-store.ts';
import { listReceivedRequests, listReceivedSeries } from '#referrals/received-store.ts';
import { type FigureSetWithFigures, figureSetById, listFigureSets } from '#results/figure-store.ts';

/** A package on either side. */
export interface KnownPackage {
  readonly packageId: PackageId;
  readonly country: string;
  readonly version: number;
  readonly digest: string;
  readonly targetCount: number;
  /** Null until it is sent. */
  readonly messageId: MessageId | null;
  readonly imports: ContentsDocument['imports'];
  /** Composed here; otherwise it came in a message. */
  readonly own: boolean;
}

export interface KnownReferral {
  readonly kind: 'eurojust-request' | 'icse-series';
  readonly id: string;
  readonly digest: string;
  readonly messageId: MessageId | null;
  /** What it rests on, where that is stated. */
  readonly sources: readonly { readonly kind: string; readonly id: string }[];
}

export interface Known {
  readonly packages: readonly KnownPackage[];
  readonly reports: readonly Report[];
  readonly referrals: readonly KnownReferral[];
  readonly figureSets: readonly FigureSetWithFigures[];
}

export type ChainContext = Pick<NodeContext, 'db' | 'paths' | 'clock' | 'node' | 'log' | 'jobs' | 'keys'>;

export async function knownOf(ctx: ChainContext, operationId: OperationId): Promise<Known> {
  const sets = await listFigureSets(ctx.db, operationId);
  const figureSets = await Promise.all(sets.map(({ figureSetId }) => figureSetById(ctx.db, figureSetId)));
  return {
    packages: await knownPackages(ctx, operationId),
    reports: await reportHistory(ctx.db, operationId),
    referrals: await knownReferrals(ctx, operationId),
    figureSets: figureSets.filter((set) => set !== undefined),
  };
}

async function knownPackages({ db }: ChainContext, operationId: OperationId): Promise<KnownPackage[]> {
  const own = (await packagesOf(db, operationId)).map((one) => ({
    ...one,
    imports: one.contents.imports,
    own: true,
  }));
  const sent = new Set(own.map(({ packageId }) => packageId));
  const received = (await receivedPackages(db, operationId)).map((one) => ({
    ...one,
    imports: one.contents.imports,
    own: false,
  }));
  return [...own, ...received.filter(({ packageId }) => !sent.has(packageId))];
}

async function knownReferrals({ db }: ChainContext, operationId: OperationId): Promise<KnownReferral[]> {
  const requests = (await listRequests(db, operationId)).map((one) => ({
    kind: 'eurojust-request' as const,
    id: one.requestId,
    digest: one.contentDigest,
    messageId: one.sent?.messageId ?? null,
    sources: one.sources,
  }));
  const requested = (await listReceivedRequests(db, operationId)).map((one) => ({
    kind: 'eurojust-request' as const,
    id: one.requestId,
    digest: one.contentDigest,
    messageId: one.messageId,
    sources: one.document.sources,
  }));
  const series = (await listSeries(db, operationId)).map((one) => ({
    kind: 'icse-series' as const,
    id: one.seriesId,
    digest: one.contentDigest,
    messageId: one.sent?.messageId ?? null,
    sources: [],
  }));
  const submitted = (await listReceivedSeries(db, operationId)).map((one) => ({
    kind: 'icse-series' as const,
    id: one.seriesId,
    digest: one.contentDigest,
    messageId: one.messageId,
    sources: [],
  }));
  return [...requests, ...requested, ...series, ...submitted];
}
