/**
 * Operations, for what asks many times a second: those who ask at the same time share one look, and nobody gets an
 * answer that is older than his question.
 */
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { operationById } from '#operations/store.ts';
import type { Operation } from '#operations/types.ts';
import type { Db } from '#platform/tables.ts';
import { inGroups } from './group.ts';

type Ask = (operationId: OperationId) => Promise<Operation | undefined>;

const askers = new WeakMap<Db, Ask>();

/** The same as `operationById`. */
export function operationNow(db: Db, operationId: OperationId): Promise<Operation | undefined> {
  const known = askers.get(db);
  if (known) return known(operationId);
  const ask = inGroups<OperationId, Operation | undefined>(async (asked) => {
    const found = new Map<OperationId, Operation | undefined>();
    for (const id of new Set(asked)) found.set(id, await operationById(db, id));
    return asked.map((id) => found.get(id));
  });
  askers.set(db, ask);
  return ask(operationId);
}

/** @throws operation/not-found */
export async function requireOperationNow(db: Db, operationId: OperationId): Promise<Operation> {
  const operation = await operationNow(db, operationId);
  if (!operation) throw new IcarusError('operation/not-found', { operation: operationId });
  return operation;
}
