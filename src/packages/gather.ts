/**
 * What a country's package says of its targets, from the observations room: the most urgent first, and
 * only those that some row of a direct grade names. Hearsay alone makes no target of a package.
 */
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import type { LakeContext } from '#observations/lake.ts';
import { importsOf, runsOf, sourcesOf } from '#observations/store.ts';
import { currentBuild } from '#observations/targets/build-store.ts';
import type { ScorePart } from '#observations/targets/ranking.ts';
import { scorePartsOf } from '#observations/targets/score-of-target.ts';
import { addressesOf, countTargets, listTargets, targetById } from '#observations/targets/target-reader.ts';
import { EVIDENCE_GRADES, SEVERITY_CODES, type Target, type TargetAddress } from '#observations/types.ts';
import type { Db } from '#platform/tables.ts';
import type { LinkReader, TargetLinks } from './links.ts';
import { oneLine } from './text-line.ts';
import { type ContentsDocument, MOST_ADDRESSES, type TargetDocument } from './types.ts';

/** The targets that a package holds, by rank, and how many the country has in all. */
export interface Selection {
  readonly country: CountryCode;
  readonly targets: readonly { readonly targetId: TargetId; readonly clientId: string }[];
  readonly targetsKnown: number;
  /** The ranking profile that ordered them. */
  readonly rankingVersion: string;
}

const PAGE_TARGETS = 200;

/** Chooses the first `limit` targets of a country. Only their ids are held. */
export async function selectTargets(
  ctx: LakeContext,
  operationId: OperationId,
  { country, limit }: { country: CountryCode; limit: number },
): Promise<Selection> {
  const targets: { targetId: TargetId; clientId: string }[] = [];
  let rankingVersion = '';
  for (let offset = 0; targets.length < limit; offset += PAGE_TARGETS) {
    const page = await listTargets(ctx, { operationId, country, offset, limit: PAGE_TARGETS });
    const evidenced = page.filter(({ directRows }) => directRows > 0).slice(0, limit - targets.length);
    rankingVersion ||= evidenced[0]?.rankingVersion ?? '';
    targets.push(...evidenced.map(({ targetId, clientId }) => ({ targetId, clientId })));
    if (page.length < PAGE_TARGETS) break;
  }
  return {
    country,
    targets,
    rankingVersion,
    targetsKnown: await countTargets(ctx, { operationId, country }),
  };
}

/** Observations of targets by day, by client id. */
export type ActivityOf = (
  clientIds: readonly string[],
) => Promise<ReadonlyMap<string, TargetDocument['activity']>>;

/** What is read beside the targets themselves, a batch at a time. */
export interface Beside {
  readonly activityOf: ActivityOf;
  readonly links: LinkReader;
}

const BATCH_TARGETS = 50;

/**
 * The chosen targets as documents, by rank.
 * @throws package/changed-meanwhile when a target is gone since it was chosen
 */
export async function* targetDocuments(
  ctx: LakeContext,
  operationId: OperationId,
  { country, targets }: Selection,
  { activityOf, links }: Beside,
): AsyncGenerator<TargetDocument, void> {
  for (let first = 0; first < targets.length; first += BATCH_TARGETS) {
    const batch = targets.slice(first, first + BATCH_TARGETS);
    const addresses = await addressesOf(
      ctx,
      operationId,
      batch.map(({ targetId }) => targetId),
    );
    const activity = await activityOf(batch.flatMap((target) => links.clientIdsOf(target)));
    const linked = await links.of(batch.map(({ targetId }) => targetId));
    for (const [i, { targetId }] of batch.entries()) {
      const target = await targetById(ctx, operationId, targetId);
      if (!target) throw new IcarusError('package/changed-meanwhile', { country });
      const reasons = await scorePartsOf(ctx, target);
      const ids = links.clientIdsOf(target);
      const place = {
        rank: first + i + 1,
        country,
        reasons,
        activity: byDay(ids.flatMap((clientId) => activity.get(clientId) ?? [])),
        links: linked.get(targetId) ?? {},
      };
      yield toDocument(target, addresses.get(targetId) ?? [], place);
    }
  }
}

interface Place {
  readonly rank: number;
  readonly country: CountryCode;
  readonly reasons: readonly ScorePart[];
  readonly activity: TargetDocument['activity'];
  readonly links: TargetLinks;
}

/** Days of several client ids as one. */
function byDay(activity: TargetDocument['activity']): TargetDocument['activity'] {
  const days = Map.groupBy(activity, ({ day }) => day);
  return [...days]
    .map(([day, all]) => ({
      day,
      observations: all.reduce((sum, { observations }) => sum + observations, 0),
    }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

function toDocument(
  target: Target,
  addresses: readonly TargetAddress[],
  { rank, country, reasons, activity, links }: Place,
): TargetDocument {
  return {
    targetId: target.targetId,
    clientId: oneLine(target.clientId, 512),
    software: target.software.slice(0, 50).map((name) => oneLine(name, 200)),
    country,
    rank,
    score: target.score,
    reasons: reasons.map(({ feature, words, points }) => ({
      feature,
      words,
      points,
    })),
    firstSeenAt: target.firstSeenAt.toISOString(),
    lastSeenAt: target.lastSeenAt.toISOString(),
    activeDays: target.activeDays,
    observations: target.rows,
    distinctFiles: target.distinctFiles,
    filesBySeverity: filesBySeverity(target),
    grades: EVIDENCE_GRADES.flatMap((grade) => {
      const observations = target.grades[grade] ?? 0;
      return observations === 0 ? [] : [{ grade, observations }];
    }),
    flags: target.imminentRisk
      ? [{ flag: 'imminent-risk', note: oneLine(target.imminentRisk.reason, 2000) }]
      : [],
    addressCount: addresses.length,
    addresses: addresses.slice(0, MOST_ADDRESSES).map(toAddress),
    activity,
    dossier: dossierName(rank, target.targetId),
    ...links,
  };
}

function filesBySeverity({ filesByCode, distinctFiles }: Target): TargetDocument['filesBySeverity'] {
  const listed = SEVERITY_CODES.map((severity) => ({ severity, files: filesByCode[severity] }));
  const unlisted = distinctFiles - listed.reduce((sum, { files }) => sum + files, 0);
  return [...listed, { severity: null, files: Math.max(0, unlisted) }];
}

function toAddress(entry: TargetAddress): TargetDocument['addresses'][number] {
  return {
    address: entry.address,
    port: entry.port,
    firstSeenAt: entry.firstSeenAt.toISOString(),
    lastSeenAt: entry.lastSeenAt.toISOString(),
    observations: entry.rows,
    country: entry.country,
    asn: entry.asn,
    operator: entry.operator === null ? null : oneLine(entry.operator, 200),
    disputed: entry.disagreement,
    afterTheFact: entry.afterTheFact,
  };
}

/** `dossiers/0003-9k2v7x4q1m8t.pdf`: sorts by rank, and the id tells apart what rank alone would not. */
function dossierName(rank: number, targetId: TargetId): string {
  return `dossiers/${String(rank).padStart(4, '0')}-${targetId.replace('target_', '').slice(0, 12)}.pdf`;
}

/** Where an operation's targets and observations come from: the logs and the attribution that the build rests on. */
export async function sourcesOfTargets(
  db: Db,
  operationId: OperationId,
): Promise<Pick<ContentsDocument, 'imports' | 'attribution'>> {
  const build = await currentBuild(db, operationId);
  const runs = await runsOf(db, operationId);
  const used = new Set(runs.find(({ runId }) => runId === build?.attributionId)?.snapshotIds);
  const imports = await importsOf(db, operationId);
  const snapshots = (await sourcesOf(db)).filter(({ snapshotId }) => used.has(snapshotId));
  return {
    imports: imports
      .filter(({ importId }) => build?.importIds.includes(importId))
      .map((source) => ({
        importId: source.importId,
        fileName: oneLine(source.fileName, 255),
        sha256: source.fileSha256,
        sizeBytes: source.fileBytes,
        profile: oneLine(source.profileName, 120),
        profileVersion: source.profileVersion,
        importedAt: source.importedAt.toISOString(),
        observations: source.accepted,
      })),
    attribution: snapshots.map(({ source, validFrom, fileSha256 }) => ({
      source: oneLine(source, 200),
      date: validFrom.toISOString().slice(0, 10),
      sha256: fileSha256,
    })),
  };
}
