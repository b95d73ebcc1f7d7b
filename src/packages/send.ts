/**
 * Sending approved packages. Each goes to its country's agency and to the coordinator, who can read it.
 * The frozen content is read again and must still have the approved digest; it is sealed outside any
 * transaction, then one transaction marks the package sent and posts the message. A package is sent
 * once: asked again, or at the same time, the second asking changes nothing.
 */
import { rm } from 'node:fs/promises';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { HOUR_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, PackageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import {
  postReplacement,
  type Replacement,
  replacementLines,
  replacementOf,
} from '#exchange/recall/replacement.ts';
import { postMessage, type SealedMessage, sealMessage } from '#exchange/send.ts';
import { requireOperation } from '#operations/create.ts';
import type { Operation } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { requireLead, requirePackage } from './files.ts';
import { contentEntries, contentFolder, verifiedContent } from './folder.ts';
import { markSent, type Package, packageById, packagesOf } from './store.ts';

export const PACKAGE_KIND = 'package';

export interface SendRequest {
  readonly operationId: OperationId;
  /** Default: every approved package of the operation. */
  readonly packageIds?: readonly PackageId[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SendProgress) => void;
}

export interface SendProgress {
  readonly country: string;
  /** Packages sealed and posted, of `packages`. */
  readonly donePackages: number;
  readonly packages: number;
}

export interface SendResult {
  readonly sent: readonly Package[];
  /** Sent before: nothing was done for them. */
  readonly alreadySent: readonly PackageId[];
}

/**
 * Sends packages; those that were sent stay sent when a later one fails or the signal aborts.
 * @throws access/denied, package/not-lead, package/not-found, package/not-approved, package/altered, what `sealMessage` throws
 */
export async function sendPackages(
  ctx: NodeContext,
  actor: Actor,
  request: SendRequest,
): Promise<SendResult> {
  authorize(actor, 'packages.send', { operationId: request.operationId });
  const operation = await requireOperation(ctx.db, request.operationId);
  requireLead(ctx, operation);
  const { waiting, alreadySent } = await selected(ctx, request);
  const sent: Package[] = [];
  const done = [...alreadySent];
  for (const [i, next] of waiting.entries()) {
    request.onProgress?.({ country: next.country, donePackages: i, packages: waiting.length });
    const posted = await sendOne(ctx, actor, {
      next,
      operation,
      ...(request.signal && { signal: request.signal }),
    });
    if (posted) sent.push(await requirePackage(ctx.db, next.packageId));
    else done.push(next.packageId);
    request.onProgress?.({ country: next.country, donePackages: i + 1, packages: waiting.length });
  }
  return { sent, alreadySent: done };
}

async function selected(
  ctx: NodeContext,
  request: SendRequest,
): Promise<{ waiting: Package[]; alreadySent: PackageId[] }> {
  const all = await packagesOf(ctx.db, request.operationId);
  const { packageIds } = request;
  if (packageIds === undefined)
    return { waiting: all.filter(({ state }) => state === 'approved'), alreadySent: [] };
  const chosen = [...new Set(packageIds)].map((id) => {
    const found = all.find(({ packageId }) => packageId === id);
    if (!found) throw new IcarusError('package/not-found', { package: id });
    if (found.state === 'composed') throw new IcarusError('package/not-approved', { country: found.country });
    return found;
  });
  return {
    waiting: chosen.filter(({ state }) => state === 'approved'),
    alreadySent: chosen.filter(({ state }) => state === 'sent').map(({ packageId }) => packageId),
  };
}

interface Sending {
  readonly next: Package;
  readonly operation: Operation;
  readonly signal?: AbortSignal;
}

/** False where somebody else sent it meanwhile. */
async function sendOne(
  ctx: NodeContext,
  actor: Actor,
  { next, operation, signal }: Sending,
): Promise<boolean> {
  const folder = contentFolder(ctx.paths, next.packageId);
  const content = await verifiedContent(folder, next, signal);
  const replacement = await replacementFor(ctx, next);
  const sealed = await sealMessage(ctx, {
    kind: PACKAGE_KIND,
    operationId: next.operationId,
    to: [...new Set([next.agencyId, operation.coordinator])],
    entries: contentEntries(folder, content),
    subject: `Package for ${next.country}, version ${next.version}`,
    ...(replacement && { bagInfo: replacementLines(replacement) }),
    deadlineAt: new Date(ctx.clock.now().getTime() + operation.disseminationHours * HOUR_MS),
    ...(signal && { signal }),
  });
  const posted = await inTransaction(ctx, async (tx) => {
    const at = ctx.clock.now();
    const by = actorName(actor);
    if (!(await markSent(tx, { packageId: next.packageId, messageId: sealed.messageId, by, at })))
      return false;
    if (replacement) await postReplacement(ctx, tx, sealed, { actor, replacement });
    else await postMessage(ctx, tx, sealed, { actor });
    await recordEvent(tx, {
      at,
      kind: 'package.sent',
      actor: by,
      operationId: next.operationId,
      subject: { kind: 'package', id: next.packageId },
      facts: sentFacts(next, sealed),
    });
    return true;
  });
  if (!posted) await rm(sealed.path, { force: true });
  return posted;
}

/** A later version takes the place of the one that was sent before, wherever that one is on its way. */
async function replacementFor(ctx: NodeContext, { supersedes }: Package): Promise<Replacement | undefined> {
  const former = supersedes === null ? undefined : await packageById(ctx.db, supersedes);
  if (!former?.messageId) return undefined;
  return replacementOf(ctx.db, former.messageId, 'outdated');
}

function sentFacts(sent: Package, sealed: SealedMessage): Record<string, string | number | string[] | null> {
  return {
    country: sent.country,
    version: sent.version,
    digest: sent.digest,
    message: sealed.messageId,
    to: [...sealed.to],
    sha256: sealed.sha256,
    deadlineAt: sealed.deadlineAt?.toISOString() ?? null,
  };
}
