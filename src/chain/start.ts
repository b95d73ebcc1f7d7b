/**
 * Where a chain is begun: the thing that was asked for, as the few lists that all else follows from. A chain
 * is followed in its two directions only: from a target to the packages that hold it, never from there to
 * the other targets of those packages.
 */
import { reportById, reportsOfTarget } from '#casework/report-store.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId, OperationId, ReportId, TargetId } from '#core/ids.ts';
import { hitById, hitsOfTargets } from '#crossmatch/hit-store.ts';
import type { HitId } from '#crossmatch/types.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import { outboxById } from '#exchange/outbox-store.ts';
import { messagesOfReceipt } from '#exchange/receipt-reader.ts';
import { importsOf } from '#observations/store.ts';
import { targetById } from '#observations/targets/target-reader.ts';
import { readTargets } from '#packages/content.ts';
import { contentFolder } from '#packages/folder.ts';
import { packagesHolding } from '#packages/holding.ts';
import { firstReceivedTargets, receivedHolding } from '#packages/received-holding.ts';
import type { ChainContext, Known, KnownPackage } from './known.ts';
import { type ItemKind, MOST_ITEMS } from './types.ts';

/** Ids by stage; of targets only the first are named. */
export interface Found {
  readonly imports: ReadonlySet<string>;
  readonly targets: { readonly ids: readonly TargetId[]; readonly total: number };
  readonly packages: ReadonlySet<string>;
  readonly reports: ReadonlySet<string>;
  readonly hits: ReadonlySet<string>;
  readonly referrals: ReadonlySet<string>;
  /** Figure sets, and the one figure of them that was asked for. */
  readonly figureSets: ReadonlySet<string>;
  readonly figure: string | null;
  /** A message that carried none of these. */
  readonly message: MessageId | null;
}

export interface Asked {
  readonly operationId: OperationId;
  readonly kind: ItemKind;
  readonly id: string;
}

/** @throws `chain/item-not-found` */
export async function find(ctx: ChainContext, known: Known, asked: Asked): Promise<Found> {
  const found = await FINDERS[asked.kind](ctx, known, asked);
  if (!found) throw new IcarusError('chain/item-not-found', { kind: asked.kind, id: asked.id });
  return found;
}

type Finder = (ctx: ChainContext, known: Known, asked: Asked) => Promise<Found | undefined>;

const ofTarget: Finder = async (ctx, known, asked) => {
  const found = await aroundTargets(ctx, known, { ...asked, targetIds: [asked.id as TargetId] });
  if (found.packages.size + found.reports.size + found.hits.size > 0) return found;
  // One that is in no package yet.
  return (await targetById(ctx, asked.operationId, asked.id as TargetId)) && found;
};

const ofPackage: Finder = async (ctx, known, { operationId, id }) => {
  const one = known.packages.find(({ packageId }) => packageId === id);
  if (!one) return undefined;
  const targetIds = await firstTargets(ctx, one);
  const reports = known.reports.filter(({ country }) => country === one.country);
  return downstream(known, {
    ...NOTHING,
    imports: new Set(one.imports.map(({ importId }) => importId)),
    targets: { ids: targetIds, total: one.targetCount },
    packages: new Set([id]),
    reports: new Set(reports.map(({ reportId }) => reportId)),
    hits: new Set(await hitsOfTargets(ctx.db, { operationId, targetIds }, ctx.clock.now())),
  });
};

const ofReport: Finder = async (ctx, known, { operationId, id }) => {
  const report = known.reports.find(({ reportId }) => reportId === id);
  if (!report) return undefined;
  const { targets = [] } = (await reportById(ctx.db, id as ReportId)) ?? {};
  const targetIds = targets.slice(0, MOST_ITEMS).map(({ targetId }) => targetId as TargetId);
  return downstream(known, {
    ...upstream(known, new Set([report.country])),
    targets: { ids: targetIds, total: targets.length },
    reports: new Set([id]),
    hits: new Set(await hitsOfTargets(ctx.db, { operationId, targetIds }, ctx.clock.now())),
  });
};

const ofMessage: Finder = async (ctx, known, asked) => {
  const messageId = asked.id as MessageId;
  const [one] = known.packages.filter((each) => each.messageId === messageId);
  if (one) return ofPackage(ctx, known, { ...asked, id: one.packageId });
  const [report] = known.reports.filter((each) => each.messageId === messageId);
  if (report) return ofReport(ctx, known, { ...asked, id: report.reportId });
  const [referral] = known.referrals.filter((each) => each.messageId === messageId);
  if (referral) return ofReferral(ctx, known, { ...asked, id: referral.id });
  const message = (await outboxById(ctx.db, messageId)) ?? (await inboxById(ctx.db, messageId));
  return message?.operationId === asked.operationId ? { ...NOTHING, message: messageId } : undefined;
};

const ofReceipt: Finder = async (ctx, known, asked) => {
  const messageIds = await messagesOfReceipt(ctx.db, asked.id as MessageId);
  // Of several messages the chain follows the first that has more to it than itself.
  let found: Found | undefined;
  for (const id of messageIds) {
    const one = await ofMessage(ctx, known, { ...asked, id });
    if (one && one.message === null) return one;
    found ??= one;
  }
  return found;
};

const ofHit: Finder = async (ctx, known, asked) => {
  const { operationId, id } = asked;
  const hit = await hitById(ctx.db, { operationId, hitId: id as HitId }, ctx.clock.now());
  if (!hit) return undefined;
  const targetIds = hit.sides.flatMap(({ targetId }) => (targetId === null ? [] : [targetId as TargetId]));
  const around = await aroundTargets(ctx, known, { ...asked, targetIds });
  return { ...around, hits: new Set([id]), referrals: referralsOn(known, [id, ...targetIds]) };
};

const ofReferral: Finder = async (ctx, known, asked) => {
  const referral = known.referrals.find(({ id }) => id === asked.id);
  if (!referral) return undefined;
  const named = (kind: string): string[] =>
    referral.sources.filter((source) => source.kind === kind).map(({ id }) => id);
  const targetIds = (named('target') as TargetId[]).slice(0, MOST_ITEMS);
  const around = await aroundTargets(ctx, known, { ...asked, targetIds });
  return {
    ...around,
    packages: new Set([...around.packages, ...named('package')]),
    reports: new Set([...around.reports, ...named('report')]),
    hits: new Set(named('hit')),
    referrals: new Set([referral.id]),
  };
};

const ofFigures: Finder = async (_ctx, known, asked) => {
  const [setId = '', figureId = null] = asked.id.split('/');
  const set = known.figureSets.find(({ figureSetId }) => figureSetId === setId);
  const figures = set?.figures.filter((one) => figureId === null || one.figureId === figureId);
  if (!figures?.length) return undefined;
  const shares = figures.flatMap((one) => one.shares);
  const reports = new Set(shares.flatMap(({ reportId }) => (reportId === null ? [] : [reportId])));
  const countries = new Set<string>(shares.map(({ country }) => country));
  return { ...upstream(known, countries), reports, figureSets: new Set([setId]), figure: figureId };
};

const ofImport: Finder = async (ctx, known, { operationId, id }) => {
  const packages = known.packages.filter(({ imports }) => imports.some(({ importId }) => importId === id));
  const own = (await importsOf(ctx.db, operationId)).some(({ importId }) => importId === id);
  if (packages.length === 0 && !own) return undefined;
  const countries = new Set(packages.map(({ country }) => country));
  const reports = known.reports.filter(({ country }) => countries.has(country));
  return downstream(known, {
    ...NOTHING,
    imports: new Set([id]),
    targets: { ids: [], total: packages.reduce((sum, { targetCount }) => sum + targetCount, 0) },
    packages: new Set(packages.map(({ packageId }) => packageId)),
    reports: new Set(reports.map(({ reportId }) => reportId)),
  });
};

const FINDERS: Readonly<Record<ItemKind, Finder>> = {
  import: ofImport,
  target: ofTarget,
  package: ofPackage,
  message: ofMessage,
  receipt: ofReceipt,
  outcome: ofTarget,
  report: ofReport,
  hit: ofHit,
  'eurojust-request': ofReferral,
  'icse-series': ofReferral,
  figures: ofFigures,
  figure: ofFigures,
  'press-note': ofFigures,
  'press-line': ofFigures,
};

const NOTHING: Found = {
  imports: new Set(),
  targets: { ids: [], total: 0 },
  packages: new Set(),
  reports: new Set(),
  hits: new Set(),
  referrals: new Set(),
  figureSets: new Set(),
  figure: null,
  message: null,
};

interface Targets {
  readonly operationId: OperationId;
  readonly targetIds: readonly TargetId[];
}

/** Everything that a few targets were in: packages, reports, hits, and what came of those. */
async function aroundTargets(
  ctx: ChainContext,
  known: Known,
  { operationId, targetIds }: Targets,
): Promise<Found> {
  const packages = await packagesWith(ctx, known, { operationId, targetIds });
  const stated = await Promise.all(targetIds.map((id) => reportsOfTarget(ctx.db, operationId, id)));
  const hits = await hitsOfTargets(ctx.db, { operationId, targetIds }, ctx.clock.now());
  const imports = packages.flatMap((one) => one.imports.map(({ importId }) => importId));
  const unpacked = packages.length > 0 ? [] : await importsOf(ctx.db, operationId);
  return downstream(known, {
    ...NOTHING,
    imports: new Set([...imports, ...unpacked.map(({ importId }) => importId)]),
    targets: { ids: targetIds, total: targetIds.length },
    packages: new Set(packages.map(({ packageId }) => packageId)),
    reports: new Set(stated.flat().map(({ reportId }) => reportId)),
    hits: new Set(hits),
  });
}

/** The packages of some countries, and the logs that they were made of. */
function upstream(known: Known, countries: ReadonlySet<string>): Found {
  const packages = known.packages.filter(({ country }) => countries.has(country));
  return {
    ...NOTHING,
    imports: new Set(packages.flatMap((one) => one.imports.map(({ importId }) => importId))),
    targets: { ids: [], total: packages.reduce((sum, { targetCount }) => sum + targetCount, 0) },
    packages: new Set(packages.map(({ packageId }) => packageId)),
  };
}

/** Referrals that rest on what was found, and figure sets that count its reports. */
function downstream(known: Known, found: Found): Found {
  const counting = known.figureSets.filter(({ figures }) =>
    figures.some(({ shares }) =>
      shares.some(({ reportId }) => reportId !== null && found.reports.has(reportId)),
    ),
  );
  return {
    ...found,
    referrals: referralsOn(known, [...found.hits, ...found.targets.ids]),
    figureSets: new Set(counting.map(({ figureSetId }) => figureSetId)),
  };
}

function referralsOn(known: Known, ids: readonly string[]): Set<string> {
  const wanted = new Set(ids);
  const resting = known.referrals.filter(({ sources }) => sources.some(({ id }) => wanted.has(id)));
  return new Set(resting.map(({ id }) => id));
}

async function firstTargets(ctx: ChainContext, { packageId, own }: KnownPackage): Promise<TargetId[]> {
  if (!own) return firstReceivedTargets(ctx.db, packageId, MOST_ITEMS);
  const ids: TargetId[] = [];
  for await (const { targetId } of readTargets(contentFolder(ctx.paths, packageId))) {
    ids.push(targetId as TargetId);
    if (ids.length === MOST_ITEMS) break;
  }
  return ids;
}

async function packagesWith(ctx: ChainContext, known: Known, of: Targets): Promise<KnownPackage[]> {
  const { operationId, targetIds } = of;
  // Where the list of targets is, it tells in which countries' packages alone they can be.
  const listed = await Promise.all(targetIds.map((id) => targetById(ctx, operationId, id)));
  const countries = listed.some((target) => target === undefined)
    ? known.packages.map(({ country }) => country)
    : listed.flatMap((target) => target?.countries ?? []);
  const own = known.packages.some((one) => one.own)
    ? await packagesHolding(ctx, { operationId, targetIds, countries })
    : [];
  const received = await receivedHolding(ctx.db, operationId, targetIds);
  const holding = new Set<string>([...own.map(({ packageId }) => packageId), ...received]);
  return known.packages.filter(({ packageId }) => holding.has(packageId));
}
