/** Which operation a command is about: named by id or code name, or the only one that the officer sees. */
import { type Actor, decide } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { Operation } from '#operations/types.ts';
import type { Db } from '#platform/tables.ts';

/** Operations that the officer has a role on; whoever administers the node sees all, to grant roles on them. */
export async function visibleOperations(db: Db, actor: Actor): Promise<Operation[]> {
  const { listOperations } = await import('#operations/store.ts');
  const all = await listOperations(db);
  if (decide(actor, 'node.administer', {}).allowed) return all;
  return all.filter(({ operationId }) => decide(actor, 'operations.read', { operationId }).allowed);
}

/** @throws operation/not-found; cli/usage where none is named and there is not exactly one */
export function theOperation(known: readonly Operation[], wanted: string | undefined): Operation {
  if (wanted !== undefined) {
    const named = known.filter(
      ({ operationId, codeName }) =>
        operationId === wanted || codeName.toLowerCase() === wanted.trim().toLowerCase(),
    );
    const [found, second] = named;
    if (!found) throw new IcarusError('operation/not-found', { operation: wanted });
    if (second)
      throw usage(`Several operations are called ${found.codeName}: name one by its id with --operation.`);
    return found;
  }
  const [only, another] = known;
  if (only && !another) return only;
  throw usage(
    only
      ? `There are ${known.length} operations: name one with --operation (${known.map(({ codeName }) => codeName).join(', ')}).`
      : 'You have a role on no operation of this node.',
  );
}

function usage(reason: string): IcarusError {
  return new IcarusError('cli/usage', { reason, command: 'icarus operation list' });
}
