/**
 * Approving a package. A second officer looks at what a first one composed and approves that very
 * content, named by its digest. From then on the content is frozen: its files are read-only, its row
 * cannot change, and whatever is sent later must still have the digest. The database refuses an
 * approval by the composer and one of another content, whoever asks. The officer's word is signed over the digests
 * (src/access/approvals).
 */
import { requireSigned, takeWord } from '#access/approvals/signatures.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { PackageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { requirePackage } from './files.ts';
import { contentFolder, freezeContent, verifiedContent } from './folder.ts';
import { markApproved, type Package, packageById } from './store.ts';

export interface Approval {
  readonly packageId: PackageId;
  /** Of the content that the officer looked at. */
  readonly digest: string;
}

type ApprovalContext = Pick<NodeContext, 'db' | 'jobs' | 'clock' | 'paths' | 'node'>;

/**
 * Approves one package.
 * @throws access/denied, access/same-officer, access/signature-needed, package/not-found, package/frozen, package/other-digest, package/altered
 */
export async function approvePackage(
  ctx: ApprovalContext,
  actor: Actor,
  approval: Approval,
): Promise<Package> {
  const [approved] = await approveAll(ctx, actor, [approval]);
  if (!approved) throw new IcarusError('package/not-found', { package: approval.packageId });
  return approved;
}

/**
 * Approves all of them or none; approving the same content again changes nothing.
 * @throws what {@link approvePackage} throws
 */
export async function approveAll(
  ctx: ApprovalContext,
  actor: Actor,
  approvals: readonly Approval[],
  signal?: AbortSignal,
): Promise<Package[]> {
  const checked: Package[] = [];
  for (const approval of approvals) checked.push(await checkApproval(ctx, actor, approval, signal));
  const fresh = checked.filter(({ state }) => state === 'composed');
  const [first] = fresh;
  const word = {
    word: 'approve',
    things: fresh.map(({ packageId, digest }) => ({ kind: 'package', id: packageId, digest }) as const),
    operationId: first?.operationId ?? null,
  } as const;
  await requireSigned(ctx.db, actor, word);
  for (const { packageId } of fresh) await freezeContent(contentFolder(ctx.paths, packageId));
  const at = ctx.clock.now();
  const by = actorName(actor);
  return inTransaction(ctx, async (tx) => {
    const signed = first ? await takeWord(tx, ctx, actor, word) : [];
    for (const [n, { packageId, operationId, country, version, digest }] of fresh.entries()) {
      if (!(await markApproved(tx, { packageId, digest, by, at })))
        throw new IcarusError('package/changed-meanwhile', { country });
      await recordEvent(tx, {
        at,
        kind: 'package.approved',
        actor: by,
        operationId,
        subject: { kind: 'package', id: packageId },
        facts: { country, version, digest, signature: signed[n]?.signatureId, signed: signed[n]?.way },
      });
    }
    const approved: Package[] = [];
    for (const { packageId } of checked)
      approved.push((await packageById(tx, packageId)) ?? notThere(packageId));
    return approved;
  });
}

async function checkApproval(
  ctx: ApprovalContext,
  actor: Actor,
  approval: Approval,
  signal?: AbortSignal,
): Promise<Package> {
  const found = await requirePackage(ctx.db, approval.packageId);
  authorize(actor, 'packages.approve', { operationId: found.operationId });
  const { packageId, country, digest } = found;
  // An approval is a person's word.
  if (actor.kind !== 'officer')
    throw new IcarusError('access/denied', { reason: 'packages.approve needs an officer' });
  if (found.state !== 'composed') {
    if (found.approvedBy === actor.officerId && digest === approval.digest) return found;
    throw new IcarusError('package/frozen', { country });
  }
  if (found.composedBy === actor.officerId) throw new IcarusError('access/same-officer');
  if (digest !== approval.digest) throw new IcarusError('package/other-digest', { country });
  await verifiedContent(contentFolder(ctx.paths, packageId), { digest, country }, signal);
  return found;
}

function notThere(packageId: PackageId): never {
  throw new IcarusError('package/not-found', { package: packageId });
}
