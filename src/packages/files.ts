/** Finding packages and their documents, sent and received, for those who may read them. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { closedTo } from '#access/closed-persons.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, PackageId, TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { Operation } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { readTargets } from './content.ts';
import { contentFolder } from './folder.ts';
import { namesOneOf, withoutLinksTo } from './linked-targets.ts';
import { type ReceivedPackage, receivedPackageById } from './received-store.ts';
import { type Package, packageById } from './store.ts';
import type { TargetDocument } from './types.ts';

/** The package, or `package/not-found`. */
export async function requirePackage(db: Db, packageId: PackageId): Promise<Package> {
  const found = await packageById(db, packageId);
  if (!found) throw new IcarusError('package/not-found', { package: packageId });
  return found;
}

/** @throws package/not-lead */
export function requireLead(ctx: Pick<NodeContext, 'node'>, operation: Operation): void {
  if (ctx.node.agencyId !== operation.lead)
    throw new IcarusError('package/not-lead', { lead: operation.lead });
}

/** A package of either side with the folder of its content. On the lead's own desk its composed one is meant. */
export interface PackageOnDisk {
  readonly operationId: OperationId;
  readonly folder: string;
  readonly found: Package | ReceivedPackage;
}

/** @throws package/not-found */
export async function packageOnDisk(
  ctx: Pick<NodeContext, 'db' | 'paths'>,
  packageId: PackageId,
): Promise<PackageOnDisk> {
  const composed = await packageById(ctx.db, packageId);
  if (composed)
    return {
      operationId: composed.operationId,
      folder: contentFolder(ctx.paths, packageId),
      found: composed,
    };
  const received = await receivedPackageById(ctx.db, packageId);
  if (!received) throw new IcarusError('package/not-found', { package: packageId });
  return {
    operationId: received.operationId,
    folder: join(ctx.paths.opened, received.folder),
    found: received,
  };
}

export interface TargetPage {
  readonly total: number;
  readonly targets: readonly TargetDocument[];
}

/**
 * Targets of a package from its own list, by rank. Reads only as far as it must; where some are left out, all of it, to
 * count the others.
 */
export async function packageTargets(
  onDisk: PackageOnDisk,
  page: { offset: number; limit: number; without: ReadonlySet<string> },
): Promise<TargetPage> {
  const targets: TargetDocument[] = [];
  if (page.without.size > 0) {
    for await (const target of readTargets(onDisk.folder))
      if (!page.without.has(target.targetId)) targets.push(withoutLinksTo(target, page.without));
    return { total: targets.length, targets: targets.slice(page.offset, page.offset + page.limit) };
  }
  if (page.limit > 0) {
    for await (const target of readTargets(onDisk.folder)) {
      if (target.rank > page.offset) targets.push(target);
      if (targets.length === page.limit) break;
    }
  }
  return { total: onDisk.found.targetCount, targets };
}

type ReadContext = Pick<NodeContext, 'db' | 'paths' | 'jobs' | 'clock'>;

/** A document of a package: which one, of which operation. */
export interface DocumentRequest {
  readonly operationId: OperationId;
  readonly packageId: PackageId;
}

/** A file to hand out, with the name that it is given. */
export interface PackageDocument {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/**
 * The dossier of a target, of a package composed or received here. Handing it out is logged.
 * @throws access/denied, package/not-found, package/target-not-found, package/file-not-found; access/person-closed where it
 *   prints that the target may be one with somebody who is closed to the officer
 */
export async function dossierPath(
  ctx: ReadContext,
  actor: Actor,
  request: DocumentRequest & { readonly targetId: TargetId },
): Promise<PackageDocument> {
  const onDisk = await readable(ctx, actor, request);
  const closed = await closedTo(ctx, actor, request.operationId);
  for await (const target of readTargets(onDisk.folder)) {
    if (target.targetId !== request.targetId) continue;
    if (namesOneOf(target, closed)) throw new IcarusError('access/person-closed');
    return handOut(ctx, actor, { onDisk, request, file: target.dossier });
  }
  throw new IcarusError('package/target-not-found', { target: request.targetId });
}

/** The summary of a package composed or received here. Handing it out is logged. */
export async function summaryPath(
  ctx: ReadContext,
  actor: Actor,
  request: DocumentRequest,
): Promise<PackageDocument> {
  const onDisk = await readable(ctx, actor, request);
  return handOut(ctx, actor, { onDisk, request, file: 'summary.pdf' });
}

/** The package, for an officer who may read it. @throws access/denied, package/not-found */
export async function readable(
  ctx: ReadContext,
  actor: Actor,
  request: DocumentRequest,
): Promise<PackageOnDisk> {
  authorize(actor, 'packages.read', { operationId: request.operationId });
  const onDisk = await packageOnDisk(ctx, request.packageId);
  // The role was checked on the operation that was named: the package must be of that one.
  if (onDisk.operationId !== request.operationId)
    throw new IcarusError('package/not-found', { package: request.packageId });
  return onDisk;
}

/** A file of the package, its handing out logged. @throws package/file-not-found */
export async function handOut(
  ctx: ReadContext,
  actor: Actor,
  { onDisk, request, file }: { onDisk: PackageOnDisk; request: DocumentRequest; file: string },
): Promise<PackageDocument> {
  const path = join(onDisk.folder, file);
  const info = await stat(path).catch((cause: unknown) => {
    throw new IcarusError('package/file-not-found', { file }, { cause });
  });
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'package.document-read',
      actor: actorName(actor),
      operationId: request.operationId,
      subject: { kind: 'package', id: request.packageId },
      facts: { file },
    }),
  );
  const { country, version } = onDisk.found;
  return {
    path,
    name: `${country}-v${version}-${file.replace('dossiers/', 'dossier-').replace('/', '-')}`,
    sizeBytes: info.size,
  };
}
