import type { OperationRun } from './session.ts';

/** Targets whose records are closed to the command's officer: left out of what it lists. */
export async function closedFor(
  { node, actor, operation }: Pick<OperationRun, 'node' | 'actor' | 'operation'>,
  options: { readonly matched?: boolean } = {},
): Promise<ReadonlySet<string>> {
  const { closedTo } = await import('#access/closed-persons.ts');
  return closedTo(node.ctx, actor, operation.operationId, options);
}
