/**
 * Whose records are closed: those of victims, other parties and minors, to every officer whose role does not need them
 * (Regulation (EU) 2016/794 Art. 30(1) and (3), Directive (EU) 2016/680 Art. 6). Who is one is casework's word, asked by
 * its function in the database, so that rooms that do not know casework ask the same.
 */
import { sql } from 'kysely';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { type Actor, actorName, decide } from './policy.ts';

interface ClosedOptions {
  /** Also those who are matched by strict necessity. Default true; who decides about hits sees hits with these. */
  readonly matched?: boolean;
}

/** Ids of the targets of the operation that are closed to the officer: left out of his lists, and of their counts. */
export async function closedTo(
  { db, clock }: Pick<NodeContext, 'db' | 'clock'>,
  actor: Actor,
  operationId: OperationId,
  { matched = true }: ClosedOptions = {},
): Promise<ReadonlySet<string>> {
  if (decide(actor, 'persons.read-protected', { operationId }).allowed) return new Set();
  const { rows } = await sql<{ target_id: string; matched: boolean }>`
    select target_id, matched from closed_targets(${operationId}, ${actorName(actor)}, ${clock.now()})`.execute(
    db,
  );
  return new Set(rows.filter((row) => matched || !row.matched).map((row) => row.target_id));
}

/** @throws access/person-closed where one of the targets is */
export async function requireOpen(
  ctx: Pick<NodeContext, 'db' | 'clock'>,
  actor: Actor,
  of: { readonly operationId: OperationId; readonly targetIds: readonly string[] },
): Promise<void> {
  if (of.targetIds.length === 0) return;
  const closed = await closedTo(ctx, actor, of.operationId);
  if (of.targetIds.some((targetId) => closed.has(targetId))) throw new IcarusError('access/person-closed');
}
