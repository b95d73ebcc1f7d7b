/** Persons whose records are closed to the command's officer: refused where they are named, left out of what is listed. */
import type { Command } from 'commander';
import { wordsOf } from './command-words.ts';
import type { OperationRun } from './session.ts';

type Asking = Pick<OperationRun, 'node' | 'actor' | 'operation'>;

/** Commands that name a target and stay open, with the reason. */
const STAYS_OPEN: Readonly<Record<string, string>> = {
  'targets flag': 'somebody may be harmed now: no rule on records stands before it',
  'casework open': 'asks for the opening itself',
};

/** Their files name all persons of a package at once. */
const WHOLE_PACKAGE = 'preservation';

/**
 * Refuses a command that names a closed record, in whatever argument or option. Deny by default: a command that takes the
 * id of one is guarded without being listed.
 * @throws access/person-closed
 */
export async function refuseClosed(command: Command, { node, actor, operation }: Asking): Promise<void> {
  const words = wordsOf(command);
  if (words.join(' ') in STAYS_OPEN) return;
  const { namedIn, requireNamedOpen } = await import('#protection/named-persons.ts');
  const named = namedIn([command.args, command.opts()]);
  const packages = words[0] === WHOLE_PACKAGE ? named.packages : [];
  const { operationId } = operation;
  await requireNamedOpen(node.ctx, actor, { operationId, ...named, packages });
}

/** Targets whose records are closed to the command's officer: left out of what it lists. */
export async function closedFor(
  { node, actor, operation }: Asking,
  options: { readonly matched?: boolean } = {},
): Promise<ReadonlySet<string>> {
  const { closedTo } = await import('#access/closed-persons.ts');
  return closedTo(node.ctx, actor, operation.operationId, options);
}

/** The same with their exhibits, and with the hits that he may not see. */
export async function closedRecordsFor({ node, actor, operation }: Asking): Promise<ReadonlySet<string>> {
  const { closedRecords } = await import('#protection/closed-records.ts');
  return closedRecords(node.ctx, actor, operation.operationId);
}
