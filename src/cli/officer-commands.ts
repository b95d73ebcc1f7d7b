/** Officers of this agency and what they may do: the administrator's commands. */
import { Argument, type Command } from 'commander';
import { authorize, ROLES, type Role } from '#access/policy.ts';
import { newId, type OfficerId } from '#core/ids.ts';
import { addCommand, onOperation } from './commands.ts';
import { theOperation, visibleOperations } from './operation-choice.ts';
import { tableOr } from './output.ts';
import { type NodeRun, runOnNode } from './session.ts';

export function officerCommands(program: Command): void {
  const officer = addCommand(
    program,
    'officer',
    'officers of this agency and their roles',
    'icarus officer list',
  );
  addCommand(officer, 'add <name>', 'add an officer', 'icarus officer add "Officer MT-1"').action(
    (name: string, _options: object, command: Command) => runOnNode(command, (run) => add(run, name)),
  );
  const grant = addCommand(
    officer,
    'grant <officer>',
    'give an officer a role on an operation',
    'icarus officer grant officer_01… investigator --operation Icarus',
  ).addArgument(new Argument('<role>').choices(ROLES));
  onOperation(grant).action(
    (officerId: string, role: Role, options: { operation?: string }, command: Command) =>
      runOnNode(command, (run) => grantTo(run, { officerId: officerId as OfficerId, role }, options)),
  );
  addCommand(officer, 'list', 'list the officers and their roles', 'icarus officer list').action(
    (_options: object, command: Command) => runOnNode(command, list),
  );
}

async function add({ node, actor, out }: NodeRun, name: string): Promise<void> {
  const { addOfficer } = await import('#access/officers.ts');
  const officerId = newId<OfficerId>('officer', node.ctx.clock.now());
  await addOfficer(node.ctx, actor, { officerId, name });
  out.result({ officerId, name }, `${name} is ${officerId}. Give a role with \`icarus officer grant\`.`);
}

async function grantTo(
  { node, actor, out }: NodeRun,
  grant: { officerId: OfficerId; role: Role },
  options: { operation?: string },
): Promise<void> {
  const { grantRole } = await import('#access/officers.ts');
  const operation =
    grant.role === 'administrator' && options.operation === undefined
      ? undefined
      : theOperation(await visibleOperations(node.ctx.db, actor), options.operation);
  const operationId = operation?.operationId ?? null;
  await grantRole(node.ctx, actor, { ...grant, operationId });
  const where = operation ? ` on ${operation.codeName}` : '';
  out.result({ ...grant, operationId }, `${grant.officerId} is now ${grant.role}${where}.`);
}

async function list({ node, actor, out }: NodeRun): Promise<void> {
  const [{ listOfficers }, { listOperations }] = await Promise.all([
    import('#access/store.ts'),
    import('#operations/store.ts'),
  ]);
  authorize(actor, 'node.administer');
  const officers = await listOfficers(node.ctx.db);
  const names = new Map(
    (await listOperations(node.ctx.db)).map(({ operationId, codeName }) => [operationId, codeName]),
  );
  const rows = officers.map(({ officerId, name, grants }) => [
    officerId,
    name,
    grants
      .map(({ role, operationId }) =>
        operationId ? `${role} (${names.get(operationId) ?? operationId})` : role,
      )
      .join(', '),
  ]);
  out.result(
    officers,
    tableOr('No officers yet. Add one with `icarus officer add`.', ['officer', 'name', 'roles'], rows),
  );
}
