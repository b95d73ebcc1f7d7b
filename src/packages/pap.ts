/** The level (PAP) of what came: of a letter or a package by its message, of a target by the packages that hold it. */
import { type Actor, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId, OperationId, TargetId } from '#core/ids.ts';
import { PAP_LEVELS, PAP_WHEN_ABSENT } from '#core/pap.ts';
import {
  askPapLeave,
  type Leveled,
  type PapLeaveRequest,
  type PapStanding,
  papStandings,
} from '#correspondence/pap-leave.ts';
import { letterById } from '#correspondence/store.ts';
import type { Letter } from '#correspondence/types.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { receivedHolding } from './received-holding.ts';
import { type ReceivedPackage, receivedPackages } from './received-store.ts';

interface Came {
  readonly operationId: OperationId;
  readonly messageId: MessageId;
}

/** @throws exchange/message-not-found where it did not come here in this operation */
async function levelOf(db: Db, { operationId, messageId }: Came): Promise<Leveled> {
  const came = await inboxById(db, messageId);
  if (came?.operationId !== operationId) throw new IcarusError('exchange/message-not-found', { messageId });
  const letter = await letterById(db, messageId);
  if (letter) return { messageId, provider: came.from, pap: letter.pap };
  const received = (await receivedPackages(db, operationId)).find((one) => one.messageId === messageId);
  return received ? leveledPackage(received) : { messageId, provider: came.from, pap: PAP_WHEN_ABSENT };
}

export function leveledPackage({
  messageId,
  from,
  contents,
}: Pick<ReceivedPackage, 'messageId' | 'from' | 'contents'>): Leveled {
  return { messageId, provider: from, pap: contents.pap ?? PAP_WHEN_ABSENT };
}

/** Each standing package that holds one of the targets, strictest level first: a version that was replaced binds nobody. */
export async function levelsOfTargets(
  db: Db,
  operationId: OperationId,
  targetIds: readonly string[],
): Promise<Leveled[]> {
  const holding = new Set<string>(await receivedHolding(db, operationId, targetIds as readonly TargetId[]));
  const standing = (await receivedPackages(db, operationId)).filter(
    ({ packageId, current }) => current && holding.has(packageId),
  );
  const strictness = ({ pap }: Leveled) => PAP_LEVELS.indexOf(pap);
  return standing.map(leveledPackage).sort((a, b) => strictness(a) - strictness(b));
}

/** What may be done with a message, act by act. @throws access/denied, exchange/message-not-found */
export async function papOf(
  ctx: Pick<NodeContext, 'db' | 'node' | 'clock'>,
  actor: Actor,
  came: Came,
): Promise<Leveled & { readonly acts: readonly PapStanding[] }> {
  authorize(actor, 'packages.read', { operationId: came.operationId });
  const of = await levelOf(ctx.db, came);
  return { ...of, acts: await papStandings(ctx, came.operationId, of) };
}

/** Asks the provider of a message for leave. @throws as `askPapLeave`, exchange/message-not-found */
export async function askForLeave(
  ctx: NodeContext,
  actor: Actor,
  request: Omit<PapLeaveRequest, 'of'> & Came,
): Promise<Letter> {
  authorize(actor, 'letters.send', { operationId: request.operationId });
  const { messageId: _messageId, ...rest } = request;
  return askPapLeave(ctx, actor, { ...rest, of: await levelOf(ctx.db, request) });
}
