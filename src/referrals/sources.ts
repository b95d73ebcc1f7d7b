/**
 * What a request rests on, with the handling codes that are on record: an officer who drafts can add a
 * code but leave none out. What came in the lead's packages carries the operation's codes; a hit or a
 * network carries those of each side, for the agency whose information that side is.
 */
import { reportById } from '#casework/report-store.ts';
import { HANDLING_CODES, type Handling } from '#core/handling.ts';
import type { AgencyId, ReportId } from '#core/ids.ts';
import { type PapLevel, strictestPap } from '#core/pap.ts';
import type { HitSide } from '#crossmatch/hit.ts';
import { hitById } from '#crossmatch/hit-store.ts';
import { networks } from '#crossmatch/networks.ts';
import type { HitId } from '#crossmatch/types.ts';
import type { Operation } from '#operations/types.ts';
import { leveledPackage, levelsOfTargets } from '#packages/pap.ts';
import { receivedPackages } from '#packages/received-store.ts';
import type { NodeContext } from '#platform/context.ts';
import type { SourceDocument } from './documents.ts';

/**
 * The sources that were declared, with the providers and codes that this node has on record for them.
 * @param of `without`: targets whose hits the officer does not see
 */
export async function sourcesOnRecord(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'node'>,
  operation: Operation,
  {
    declared,
    without,
  }: { readonly declared: readonly SourceDocument[]; readonly without: ReadonlySet<string> },
): Promise<SourceDocument[]> {
  const sources: SourceDocument[] = [...declared];
  for (const { kind, id } of declared) {
    for (const { agencyId, handling } of await sidesOf(ctx, operation, { kind, id, without })) {
      const provider = agencyId ?? ctx.node.agencyId;
      sources.push({ kind, id, provider, handling: { codes: [...handling.codes], text: handling.text } });
    }
  }
  const packaged = sources.map((source) =>
    source.provider === operation.lead ? withCodes(source, operation.handling) : source,
  );
  const leveled = await Promise.all(packaged.map((source) => withLevel(ctx, operation, source)));
  const merged = Map.groupBy(leveled, ({ kind, id, provider }) => `${kind} ${id} ${provider}`);
  return [...merged.values()].flatMap(([first, ...others]) =>
    first ? others.reduce((source, other) => strictest(withCodes(source, other.handling), other), first) : [],
  );
}

/** The source with the level (PAP) that is on record for it; what an officer typed can only be stricter. */
async function withLevel(
  { db }: Pick<NodeContext, 'db'>,
  { operationId }: Operation,
  source: SourceDocument,
): Promise<SourceDocument> {
  const { kind, id, provider } = source;
  if (kind === 'report') {
    const report = await reportById(db, id as ReportId);
    return report?.agencyId === provider ? strictest(source, report) : source;
  }
  const levels =
    kind === 'target'
      ? await levelsOfTargets(db, operationId, [id])
      : kind === 'package'
        ? (await receivedPackages(db, operationId)).filter((one) => one.packageId === id).map(leveledPackage)
        : [];
  return levels.filter((one) => one.provider === provider).reduce(strictest, source);
}

function strictest(source: SourceDocument, { pap }: { readonly pap?: PapLevel | undefined }): SourceDocument {
  const level = strictestPap([source.pap, pap].filter((one) => one !== undefined));
  return level === undefined ? source : { ...source, pap: level };
}

type Side = Pick<HitSide, 'agencyId' | 'handling'>;

async function sidesOf(
  ctx: Pick<NodeContext, 'db' | 'clock'>,
  { operationId }: Operation,
  { kind, id, without }: Pick<SourceDocument, 'kind' | 'id'> & { readonly without: ReadonlySet<string> },
): Promise<readonly Side[]> {
  const now = ctx.clock.now();
  if (kind === 'hit')
    return (await hitById(ctx.db, { operationId, hitId: id as HitId, without }, now))?.sides ?? [];
  if (kind !== 'network') return [];
  const known = await networks(ctx.db, { operationId, without }, now);
  return known.find(({ networkId }) => networkId === id)?.members ?? [];
}

/** The source with both sets of codes; a restriction in words is said once. */
function withCodes(source: SourceDocument, more: Handling): SourceDocument {
  const codes = HANDLING_CODES.filter(
    (code) => source.handling.codes.includes(code) || more.codes.includes(code),
  );
  const texts = new Set([source.handling.text, more.text].filter((text) => text !== ''));
  return {
    ...source,
    provider: source.provider as AgencyId,
    handling: { codes, text: [...texts].join('; ') },
  };
}
