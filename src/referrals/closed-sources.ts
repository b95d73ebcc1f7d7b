/**
 * Referrals that rest on persons whose records are closed to an officer: a source that is a target, a hit or a network
 * names them. Such a referral is closed to him with them: not listed, not drafted, not acted on.
 */
import { closedTo } from '#access/closed-persons.ts';
import type { Actor } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { hitsOfTargets } from '#crossmatch/hit-store.ts';
import { networks } from '#crossmatch/networks.ts';
import type { NodeContext } from '#platform/context.ts';

type ClosingContext = Pick<NodeContext, 'db' | 'clock'>;

/** What a referral rests on, so far as it is asked here. */
type Source = Readonly<Record<'kind' | 'id', string>>;

/** Those of `all` whose sources are open to the officer. */
export async function withoutClosed<T>(
  ctx: ClosingContext,
  actor: Actor,
  operationId: OperationId,
  { all, sourcesOf }: { readonly all: readonly T[]; readonly sourcesOf: (one: T) => readonly Source[] },
): Promise<T[]> {
  const closed = await closedTo(ctx, actor, operationId);
  if (closed.size === 0) return [...all];
  const named = new Set(all.flatMap(sourcesOf).map(({ kind }) => kind));
  const more = await closedMatches(ctx, actor, operationId, named);
  const isClosed = ({ kind, id }: Source) => closed.has(id) || more.has(`${kind} ${id}`);
  return all.filter((one) => !sourcesOf(one).some(isClosed));
}

/** @throws access/person-closed where one of the sources names a person who is closed to the officer */
export async function requireOpenSources(
  ctx: ClosingContext,
  actor: Actor,
  { operationId, sources }: { readonly operationId: OperationId; readonly sources: readonly Source[] },
): Promise<void> {
  const open = await withoutClosed(ctx, actor, operationId, { all: [sources], sourcesOf: (one) => one });
  if (open.length === 0) throw new IcarusError('access/person-closed');
}

/** Targets of whom he sees no hit: those matched by strict necessity are seen by who decides about hits. */
export function unseenInHits(
  ctx: ClosingContext,
  actor: Actor,
  operationId: OperationId,
): Promise<ReadonlySet<string>> {
  return closedTo(ctx, actor, operationId, { matched: false });
}

async function closedMatches(
  ctx: ClosingContext,
  actor: Actor,
  operationId: OperationId,
  kinds: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (!kinds.has('hit') && !kinds.has('network')) return new Set();
  const { db } = ctx;
  const now = ctx.clock.now();
  const without = await unseenInHits(ctx, actor, operationId);
  const hits = await hitsOfTargets(db, { operationId, targetIds: [...without] }, now);
  const closed = hits.map((id) => `hit ${id}`);
  if (!kinds.has('network')) return new Set(closed);
  const seen = new Set((await networks(db, { operationId, without }, now)).map(({ networkId }) => networkId));
  const every = (await networks(db, { operationId }, now)).map(({ networkId }) => networkId);
  return new Set([...closed, ...every.filter((id) => !seen.has(id)).map((id) => `network ${id}`)]);
}
