/**
 * Requests to Eurojust up to their sending: drafted with what they rest on, approved by a second officer,
 * blocked while a provider's permission is missing. Its sources carry the codes that are on record.
 */
import { takeWord } from '#access/approvals/signatures.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { handlingProblem } from '#crossmatch/types.ts';
import { recordEvent } from '#custody/record.ts';
import { postMessage, type SealedMessage, sealMessage } from '#exchange/send.ts';
import { requireOperation } from '#operations/create.ts';
import { type Operation, toDocument } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { requireOpenSources, unseenInHits } from './closed-sources.ts';
import { documentEntry, type EurojustDocument, OPERATION_FILE, REQUEST_FILE } from './documents.ts';
import {
  insertRequest,
  markRequestApproved,
  markRequestClosed,
  markRequestSent,
  requestById,
  reviseContent,
} from './eurojust-store.ts';
import { type EurojustContent, type EurojustRequest, eurojustDigest } from './eurojust-types.ts';
import { requirementsOf } from './permission-types.ts';
import { takesPart } from './prepare-icse.ts';
import { missingPermissions, refuseMissing } from './requirements.ts';
import { sourcesOnRecord } from './sources.ts';
import { EUROJUST, type EurojustId } from './types.ts';

export const EUROJUST_REQUEST_KIND = 'eurojust-request';

export interface RequestRef {
  readonly operationId: OperationId;
  readonly requestId: EurojustId;
}

/** @throws referral/invalid, referral/not-participant, access/person-closed where it rests on somebody who is closed to the officer */
export async function draftEurojust(
  ctx: NodeContext,
  actor: Actor,
  input: EurojustContent & { readonly operationId: OperationId },
): Promise<EurojustRequest> {
  const { operationId } = input;
  authorize(actor, 'referrals.prepare', { operationId });
  const operation = await requireOperation(ctx.db, operationId);
  const content = await checkedContent(ctx, actor, { operation, input });
  const drafted = { at: ctx.clock.now(), by: actorName(actor) };
  const requestId = newId<EurojustId>('eurojust', drafted.at);
  const contentDigest = eurojustDigest(content);
  return inTransaction(ctx, async (tx) => {
    await insertRequest(tx, { ...content, requestId, operationId, version: 1, contentDigest, drafted });
    await recordEvent(tx, {
      at: drafted.at,
      kind: 'referral.drafted',
      actor: drafted.by,
      operationId,
      subject: { kind: 'eurojust-request', id: requestId },
      facts: {
        content: contentDigest,
        sources: content.sources.length,
        deadlineAt: content.deadlineAt.toISOString(),
      },
    });
    return requireRequest(tx, { operationId, requestId });
  });
}

/**
 * Writes an unsent request anew; an approval of the former version falls.
 * @param input `version`: the one that the officer changed
 * @throws referral/changed-meanwhile, referral/already-sent, referral/closed, referral/invalid, access/person-closed
 */
export async function reviseEurojust(
  ctx: NodeContext,
  actor: Actor,
  input: EurojustContent & RequestRef & { readonly version: number },
): Promise<EurojustRequest> {
  authorize(actor, 'referrals.prepare', { operationId: input.operationId });
  const operation = await requireOperation(ctx.db, input.operationId);
  const content = await checkedContent(ctx, actor, { operation, input });
  const drafted = { at: ctx.clock.now(), by: actorName(actor) };
  return inTransaction(ctx, async (tx) => {
    const { version } = checkUnsent(await openRequest(ctx, tx, actor, input));
    if (version !== input.version) throw new IcarusError('referral/changed-meanwhile', { version });
    const contentDigest = eurojustDigest(content);
    await reviseContent(tx, input.requestId, { ...content, version: version + 1, contentDigest }, drafted);
    await recordEvent(tx, {
      at: drafted.at,
      kind: 'referral.revised',
      actor: drafted.by,
      operationId: input.operationId,
      subject: { kind: 'eurojust-request', id: input.requestId },
      facts: { content: contentDigest, version: version + 1 },
    });
    return requireRequest(tx, input);
  });
}

/** @throws access/person-closed, access/same-officer, access/signature-needed, referral/approved-already, referral/other-digest, referral/closed */
export async function approveEurojust(
  ctx: NodeContext,
  actor: Actor,
  input: RequestRef & { readonly digest: string },
): Promise<EurojustRequest> {
  authorize(actor, 'referrals.approve', { operationId: input.operationId });
  const approval = { at: ctx.clock.now(), by: actorName(actor) };
  return inTransaction(ctx, async (tx) => {
    const request = checkUnsent(await openRequest(ctx, tx, actor, input));
    if (request.approved) throw new IcarusError('referral/approved-already');
    if (request.drafted.by === approval.by) throw new IcarusError('access/same-officer');
    if (request.contentDigest !== input.digest) throw new IcarusError('referral/other-digest');
    const { operationId, requestId, digest } = input;
    const things = [{ kind: 'eurojust-request', id: requestId, digest }] as const;
    const [signature] = await takeWord(tx, ctx, actor, { word: 'approve', things, operationId });
    await markRequestApproved(tx, requestId, { ...approval, digest });
    await recordEvent(tx, {
      at: approval.at,
      kind: 'referral.approved',
      actor: approval.by,
      operationId: input.operationId,
      subject: { kind: 'eurojust-request', id: input.requestId },
      facts: { content: digest, signature: signature?.signatureId, signed: signature?.way },
    });
    return requireRequest(tx, input);
  });
}

/**
 * Seals the request for Eurojust and posts it, once.
 * @throws access/person-closed, referral/not-approved, referral/permission-missing, referral/already-sent, referral/closed,
 *   agency/not-found where Eurojust's card is missing
 */
export async function sendEurojust(
  ctx: NodeContext,
  actor: Actor,
  input: RequestRef,
): Promise<EurojustRequest> {
  authorize(actor, 'referrals.send', { operationId: input.operationId });
  const request = await requireRequest(ctx.db, input);
  await requireOpenSources(ctx, actor, request);
  await checkSendable(ctx, ctx.db, request);
  const sealed = await sealRequest(ctx, request);
  return inTransaction(ctx, async (tx) => {
    const standing = await requireRequest(tx, input, { lock: true });
    await checkSendable(ctx, tx, standing);
    if (standing.version !== request.version)
      throw new IcarusError('referral/changed-meanwhile', { version: standing.version });
    const sending = { at: ctx.clock.now(), by: actorName(actor), messageId: sealed.messageId };
    await markRequestSent(tx, input.requestId, sending);
    await recordEvent(tx, {
      at: sending.at,
      kind: 'referral.sent',
      actor: sending.by,
      operationId: input.operationId,
      subject: { kind: 'eurojust-request', id: input.requestId },
      facts: { to: EUROJUST, content: request.contentDigest, message: sealed.messageId },
    });
    await postMessage(ctx, tx, sealed, { actor });
    return requireRequest(tx, input);
  });
}

/** Closes a request, answered or given up. @throws referral/closed, access/person-closed */
export async function closeEurojust(
  ctx: NodeContext,
  actor: Actor,
  input: RequestRef & { readonly reason: string },
): Promise<EurojustRequest> {
  authorize(actor, 'referrals.send', { operationId: input.operationId });
  const closing = { at: ctx.clock.now(), by: actorName(actor), reason: input.reason.trim() };
  return inTransaction(ctx, async (tx) => {
    const request = await openRequest(ctx, tx, actor, input);
    if (request.closed) throw new IcarusError('referral/closed');
    await markRequestClosed(tx, input.requestId, closing);
    await recordEvent(tx, {
      at: closing.at,
      kind: 'referral.closed',
      actor: closing.by,
      operationId: input.operationId,
      subject: { kind: 'eurojust-request', id: input.requestId },
      facts: { reason: closing.reason, answered: request.answered !== null },
    });
    return requireRequest(tx, input);
  });
}

/** The request, or `referral/not-found`. */
export async function requireRequest(
  db: Db,
  { operationId, requestId }: RequestRef,
  options: { readonly lock?: boolean } = {},
): Promise<EurojustRequest> {
  const request = await requestById(db, requestId, options);
  if (request?.operationId !== operationId)
    throw new IcarusError('referral/not-found', { what: 'request', id: requestId });
  return request;
}

/** The request, locked until the transaction ends. @throws referral/not-found, access/person-closed */
export async function openRequest(
  ctx: NodeContext,
  tx: Tx,
  actor: Actor,
  ref: RequestRef,
): Promise<EurojustRequest> {
  const request = await requireRequest(tx, ref, { lock: true });
  await requireOpenSources({ db: tx, clock: ctx.clock }, actor, request);
  return request;
}

async function checkedContent(
  ctx: NodeContext,
  actor: Actor,
  { operation, input }: { readonly operation: Operation; readonly input: EurojustContent },
): Promise<EurojustContent> {
  if (!takesPart(operation, ctx.node.agencyId))
    throw new IcarusError('referral/not-participant', { agency: ctx.node.agencyId });
  const problem =
    input.deadlineAt <= ctx.clock.now()
      ? 'the deadline has passed'
      : input.countries.length === 0
        ? 'it concerns no country'
        : input.sources.map(({ handling }) => handlingProblem(handling)).find((found) => found !== undefined);
  if (problem) throw new IcarusError('referral/invalid', { reason: problem });
  const { operationId } = operation;
  await requireOpenSources(ctx, actor, { operationId, sources: input.sources });
  const without = await unseenInHits(ctx, actor, operationId);
  return {
    countries: [...new Set(input.countries)].sort(),
    need: input.need.trim(),
    legalBasis: input.legalBasis.trim(),
    sources: await sourcesOnRecord(ctx, operation, { declared: input.sources, without }),
    deadlineAt: input.deadlineAt,
  };
}

function checkUnsent(request: EurojustRequest): EurojustRequest {
  if (request.closed) throw new IcarusError('referral/closed');
  if (request.sent) throw new IcarusError('referral/already-sent', { at: request.sent.at.toISOString() });
  return request;
}

async function checkSendable(ctx: NodeContext, db: Db, request: EurojustRequest): Promise<void> {
  if (!checkUnsent(request).approved) throw new IcarusError('referral/not-approved');
  const requirements = requirementsOf('eurojust', request.sources, ctx.node.agencyId);
  const of = { referralId: request.requestId, requirements, at: ctx.clock.now() };
  refuseMissing(await missingPermissions(db, of, { lock: db !== ctx.db }));
}

async function sealRequest(ctx: NodeContext, request: EurojustRequest): Promise<SealedMessage> {
  const operation = await requireOperation(ctx.db, request.operationId);
  const document: EurojustDocument = {
    format: 'icarus-eurojust-request/1',
    requestId: request.requestId,
    operationId: request.operationId,
    agencyId: ctx.node.agencyId,
    countries: [...request.countries],
    need: request.need,
    legalBasis: request.legalBasis,
    sources: [...request.sources],
    deadlineAt: request.deadlineAt.toISOString(),
    exercise: operation.exercise,
    approvedAt: (request.approved?.at ?? request.drafted.at).toISOString(),
  };
  return sealMessage(ctx, {
    kind: EUROJUST_REQUEST_KIND,
    operationId: request.operationId,
    to: [EUROJUST],
    entries: [documentEntry(OPERATION_FILE, toDocument(operation)), documentEntry(REQUEST_FILE, document)],
    subject: 'Request for judicial assistance',
    deadlineAt: request.deadlineAt,
  });
}
