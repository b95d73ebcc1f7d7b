/**
 * Composing: one package for each participating country that has targets, written aside, made durable
 * and shown at once, its row and its custody event in one transaction. Composing again replaces what
 * nobody approved; an approved package is left as it is; a sent one is followed by a next version only
 * when its country is named.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { Evaluation } from '#core/handling.ts';
import type { OperationId } from '#core/ids.ts';
import type { PapLevel } from '#core/pap.ts';
import { recordEvent } from '#custody/record.ts';
import { requireOperation } from '#operations/create.ts';
import { listAgencies } from '#operations/store.ts';
import type { Operation } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { loadPdfFonts, type PdfFonts } from '#platform/pdf.ts';
import { type Built, buildPackage, type PackagePlan } from './build.ts';
import { requireLead } from './files.ts';
import { newPackageId, packageDraft, removeContent, sweepDrafts } from './folder.ts';
import { type Selection, selectTargets, sourcesOfTargets } from './gather.ts';
import { deleteComposed, insertPackage, type Package, packageById, packagesOf } from './store.ts';
import type { ContentsDocument } from './types.ts';

export type ComposeContext = NodeContext;

export interface ComposeRequest {
  readonly operationId: OperationId;
  /** Most targets of a package, best ranked first. Default 200. */
  readonly targetLimit?: number;
  /** Default: every participating country whose package was not sent yet. */
  readonly countries?: readonly CountryCode[];
  /** 4x4 evaluation of what the packages say. Default X4: not assessed. */
  readonly evaluation?: Evaluation;
  /** What may be done with what the packages say. Default GREEN: they are given for action. */
  readonly pap?: PapLevel;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ComposeProgress) => void;
}

export interface ComposeProgress {
  readonly country: CountryCode;
  /** Targets whose dossier is written, of all packages of this call. */
  readonly done: number;
  readonly total: number;
}

const DEFAULT_TARGET_LIMIT = 200;
const NOT_ASSESSED: Evaluation = { source: 'X', information: '4' };
const FOR_ACTION: PapLevel = 'GREEN';

/**
 * Composes packages; those that are done stay when a later one fails or the signal aborts.
 *
 * @returns the packages that this call composed, by country
 * @throws access/denied, package/not-lead, package/country-not-participating, package/frozen for a named
 *   country whose package waits for sending, package/no-targets, disk/full
 */
export async function composePackages(
  ctx: ComposeContext,
  actor: Actor,
  request: ComposeRequest,
): Promise<Package[]> {
  const { operationId } = request;
  authorize(actor, 'packages.compose', { operationId });
  const operation = await requireOperation(ctx.db, operationId);
  requireLead(ctx, operation);
  await sweepDrafts(ctx.paths);
  const former = await packagesOf(ctx.db, operationId);
  const selections = await select(ctx, { request, operation, former });
  const total = selections.reduce((sum, { targets }) => sum + targets.length, 0);
  const fonts = await loadPdfFonts();
  const composed: Package[] = [];
  let done = 0;
  for (const selection of selections) {
    const { country } = selection;
    const onDossier = () => request.onProgress?.({ country, done: ++done, total });
    composed.push(
      await composeOne(ctx, actor, {
        request,
        operation,
        selection,
        fonts,
        onDossier,
        former: newestOf(former, country),
      }),
    );
  }
  return composed;
}

function newestOf(packages: readonly Package[], country: CountryCode): Package | undefined {
  return packages.find((one) => one.country === country);
}

interface Order {
  readonly request: ComposeRequest;
  readonly operation: Operation;
  readonly former: readonly Package[];
}

/** Countries to compose for, with their targets. */
async function select(ctx: ComposeContext, { request, operation, former }: Order): Promise<Selection[]> {
  const countries = request.countries ?? operation.participants.map(({ country }) => country).sort();
  const limit = request.targetLimit ?? DEFAULT_TARGET_LIMIT;
  const selections: Selection[] = [];
  let settled = 0;
  for (const country of new Set(countries)) {
    request.signal?.throwIfAborted();
    if (!operation.participants.some((participant) => participant.country === country)) {
      throw new IcarusError('package/country-not-participating', { country });
    }
    const state = newestOf(former, country)?.state;
    if (request.countries && state === 'approved') throw new IcarusError('package/frozen', { country });
    if (state === 'approved' || (state === 'sent' && !request.countries)) {
      settled++;
      continue;
    }
    const selection = await selectTargets(ctx, operation.operationId, { country, limit });
    if (selection.targets.length > 0) selections.push(selection);
  }
  if (selections.length + settled === 0) throw new IcarusError('package/no-targets');
  return selections;
}

interface Composition {
  readonly request: ComposeRequest;
  readonly operation: Operation;
  readonly selection: Selection;
  readonly fonts: PdfFonts;
  readonly former: Package | undefined;
  readonly onDossier: () => void;
}

async function composeOne(ctx: ComposeContext, actor: Actor, composition: Composition): Promise<Package> {
  const { request, former, fonts, onDossier } = composition;
  const composedAt = ctx.clock.now();
  const plan = await planOf(ctx, composition, composedAt);
  await using draft = await packageDraft(ctx.paths, plan.packageId);
  const built = await buildPackage(ctx, plan, { draft, fonts, onDossier, signal: request.signal });
  const replaced = former?.state === 'composed' ? former : undefined;
  const composed = await record(ctx, actor, { built, plan, replaced, composedAt });
  draft.keep();
  if (replaced) await removeContent(ctx.paths, replaced.packageId);
  return composed;
}

/** Everything of the package that is known before its targets are written. */
async function planOf(ctx: ComposeContext, composition: Composition, composedAt: Date): Promise<PackagePlan> {
  const { request, operation, selection, former } = composition;
  const { country } = selection;
  const addressee = operation.participants.find((participant) => participant.country === country);
  if (!addressee) throw new IcarusError('package/country-not-participating', { country });
  const names = new Map((await listAgencies(ctx.db)).map(({ agencyId, name }) => [agencyId, name]));
  const sources = await sourcesOfTargets(ctx.db, operation.operationId);
  return {
    operation,
    selection,
    packageId: newPackageId(composedAt),
    names: {
      lead: names.get(operation.lead) ?? operation.lead,
      addressee: names.get(addressee.agencyId) ?? addressee.agencyId,
      coordinator: names.get(operation.coordinator) ?? operation.coordinator,
    },
    contents: {
      version: (former?.version ?? 0) + 1,
      supersedes: former ? (former.state === 'sent' ? former.packageId : former.supersedes) : null,
      to: addressee.agencyId,
      country,
      composedAt: composedAt.toISOString(),
      pap: request.pap ?? FOR_ACTION,
      evaluation: request.evaluation ?? NOT_ASSESSED,
      ...sources,
    },
  };
}

interface Outcome {
  readonly built: Built;
  readonly plan: PackagePlan;
  readonly replaced: Package | undefined;
  readonly composedAt: Date;
}

async function record(
  ctx: ComposeContext,
  actor: Actor,
  { built, plan, replaced, composedAt }: Outcome,
): Promise<Package> {
  const { contents, content } = built;
  const { packageId } = plan;
  const { operationId } = plan.operation;
  return inTransaction(ctx, async (tx) => {
    // Approved, or replaced by somebody else, since we looked: theirs stands.
    const free = !replaced || (await deleteComposed(tx, replaced.packageId));
    if (!free || !(await insertPackage(tx, rowOf(built, { actor, composedAt })))) {
      throw new IcarusError('package/changed-meanwhile', { country: contents.country });
    }
    await recordEvent(tx, {
      at: composedAt,
      kind: 'package.composed',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'package', id: packageId },
      facts: {
        country: contents.country,
        version: contents.version,
        replaces: replaced?.packageId,
        supersedes: contents.supersedes,
        targets: contents.counts.targets,
        observations: contents.counts.observations,
        files: content.files.length,
        sizeBytes: content.sizeBytes,
        digest: content.digest,
      },
    });
    const composed = await packageById(tx, packageId);
    if (!composed) throw new IcarusError('package/not-found', { package: packageId });
    return composed;
  });
}

function rowOf(
  { contents, content }: Built,
  how: { actor: Actor; composedAt: Date },
): Parameters<typeof insertPackage>[1] {
  return {
    ...identityOf(contents),
    state: 'composed',
    target_count: contents.counts.targets,
    observation_count: contents.counts.observations,
    file_count: content.files.length,
    size_bytes: content.sizeBytes,
    digest: content.digest,
    contents,
    composed_at: how.composedAt,
    composed_by: actorName(how.actor),
    approved_at: null,
    approved_by: null,
    approved_digest: null,
    sent_at: null,
    sent_by: null,
    message_id: null,
  };
}

function identityOf(contents: ContentsDocument) {
  return {
    id: contents.packageId,
    operation_id: contents.operationId,
    country: contents.country,
    agency_id: contents.to,
    version: contents.version,
    supersedes: contents.supersedes,
  };
}
