/** Officers of this agency and what they may do: the administrator's commands. */
import { Argument, type Command } from 'commander';
import { authorize, GRANTABLE_ROLES, type Role } from '#access/policy.ts';
import type { EnrolmentId } from '#access/sign-in/enrolment.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OfficerId } from '#core/ids.ts';
import { sayProposed } from './approval-commands.ts';
import { addCommand, onOperation } from './commands.ts';
import { theOperation, visibleOperations } from './operation-choice.ts';
import { tableOr } from './output.ts';
import { type NodeRun, runOnNode } from './session.ts';
import { counted, shownTime } from './words.ts';

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
  ).addArgument(new Argument('<role>').choices(GRANTABLE_ROLES));
  onOperation(forSecond(grant)).action(
    (officerId: string, role: Role, options: RoleOptions, command: Command) =>
      runOnNode(command, (run) => grantTo(run, { officerId: officerId as OfficerId, role }, options)),
  );
  onOperation(
    forSecond(
      addCommand(
        officer,
        'withdraw <officer>',
        'take a role back',
        'icarus officer withdraw officer_01… investigator --operation Icarus',
      ).addArgument(new Argument('<role>').choices(GRANTABLE_ROLES)),
    ),
  ).action((officerId: string, role: Role, options: RoleOptions, command: Command) =>
    runOnNode(command, (run) => withdrawFrom(run, { officerId: officerId as OfficerId, role }, options)),
  );
  wayInCommands(officer);
  addCommand(officer, 'list', 'list the officers and their roles', 'icarus officer list').action(
    (_options: object, command: Command) => runOnNode(command, list),
  );
}

function forSecond(command: Command): Command {
  return command.option(
    '--reason <words>',
    'for the other administrator, who approves it once there are two',
  );
}

interface RoleOptions {
  readonly operation?: string;
  readonly reason?: string;
}

async function add({ node, actor, out }: NodeRun, name: string): Promise<void> {
  const { addOfficer } = await import('#access/officers.ts');
  const officerId = newId<OfficerId>('officer', node.ctx.clock.now());
  await addOfficer(node.ctx, actor, { officerId, name });
  out.result({ officerId, name }, `${name} is ${officerId}. Give a role with \`icarus officer grant\`.`);
}

function wayInCommands(officer: Command): void {
  addCommand(
    officer,
    'enrol <officer>',
    'make a one-time code with which the officer makes a passkey; hand it over in person',
    'icarus officer enrol officer_01…',
  ).action((officerId: string, _options: object, command: Command) =>
    runOnNode(command, (run) => enrol(run, officerId as OfficerId)),
  );
  addCommand(
    officer,
    'confirm <enrolment>',
    'confirm, as the second administrator, that an officer lost his passkeys',
    'icarus officer confirm enrolment_01… --key ~/.ssh/id_ed25519',
  ).action((enrolmentId: string, _options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { confirmRecovery } = await import('#access/sign-in/enrolment.ts');
      await confirmRecovery(node.ctx, actor, enrolmentId as EnrolmentId);
      out.result({ enrolmentId }, 'Confirmed: the code works now.');
    }),
  );
  addCommand(
    officer,
    'rescue <officer>',
    'when every administrator lost his way in: a code for one, and an alarm in the log',
    'icarus officer rescue officer_01…',
  ).action((officerId: string, _options: object, command: Command) =>
    runOnNode(command, (run) => rescue(run, officerId as OfficerId)),
  );
  addCommand(
    officer,
    'retire <officer>',
    'end an officer’s service: sessions, passkeys and codes count no more',
    'icarus officer retire officer_01…',
  ).action((officerId: string, _options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { retireOfficer } = await import('#access/service.ts');
      await retireOfficer(node.ctx, actor, officerId as OfficerId);
      out.result({ officerId }, `${officerId} is retired. What he did stays in the log.`);
    }),
  );
  addCommand(
    officer,
    'end-sessions <officer>',
    'end all sessions of an officer in the web pages',
    'icarus officer end-sessions officer_01…',
  ).action((officerId: string, _options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { endSessions } = await import('#access/sign-in/sessions.ts');
      const ended = await endSessions(node.ctx, actor, { officerId: officerId as OfficerId });
      out.result({ officerId, ended }, `${counted(ended, 'session')} ended.`);
    }),
  );
}

async function enrol({ node, actor, out }: NodeRun, officerId: OfficerId): Promise<void> {
  const { makeEnrolment } = await import('#access/sign-in/enrolment.ts');
  const made = await makeEnrolment(node.ctx, actor, officerId);
  const { code, enrolmentId, recovery, expiresAt } = made;
  out.result({ enrolmentId, officerId, code, recovery, expiresAt }, [
    `The code for ${officerId}, shown only now: ${code}`,
    `It works once, until ${shownTime(expiresAt.toISOString())}. Hand it over in person.`,
    ...(recovery
      ? [
          `It is a recovery: another administrator must confirm it first: icarus officer confirm ${enrolmentId}`,
        ]
      : []),
  ]);
}

async function rescue({ node, actor, out }: NodeRun, officerId: OfficerId): Promise<void> {
  const [{ rescueAdministrator }, { OPERATOR }] = await Promise.all([
    import('#access/command/rescue.ts'),
    import('./acting-officer.ts'),
  ]);
  // An administrator has his own way, by a second one.
  if (actor !== OPERATOR)
    throw new IcarusError('access/denied', {
      reason: 'only the operator of the machine does this, without --key',
    });
  const { code, enrolmentId } = await rescueAdministrator(node.ctx, actor, officerId);
  out.result({ enrolmentId, officerId, code }, [
    `The code for ${officerId}, shown only now: ${code}`,
    'It works once, within 24 hours. That it was made so is an alarm in the custody log.',
  ]);
}

async function withdrawFrom(
  { node, actor, out }: NodeRun,
  grant: { officerId: OfficerId; role: Role },
  options: RoleOptions,
): Promise<void> {
  const [{ withdrawRole }, { orPropose }] = await Promise.all([
    import('#access/service.ts'),
    import('#access/approvals/proposals.ts'),
  ]);
  const operationId =
    grant.role === 'administrator'
      ? null
      : theOperation(await visibleOperations(node.ctx.db, actor), options.operation).operationId;
  const made = await orPropose(node.ctx, actor, {
    reason: options.reason,
    act: () => withdrawRole(node.ctx, actor, { ...grant, operationId }),
  });
  if ('proposal' in made) return sayProposed(out, made.proposal);
  out.result({ ...grant, operationId }, `${grant.officerId} is ${grant.role} no longer.`);
}

async function grantTo(
  { node, actor, out }: NodeRun,
  grant: { officerId: OfficerId; role: Role },
  options: RoleOptions,
): Promise<void> {
  const [{ grantRole }, { orPropose }] = await Promise.all([
    import('#access/officers.ts'),
    import('#access/approvals/proposals.ts'),
  ]);
  const operation =
    grant.role === 'administrator' && options.operation === undefined
      ? undefined
      : theOperation(await visibleOperations(node.ctx.db, actor), options.operation);
  const operationId = operation?.operationId ?? null;
  const made = await orPropose(node.ctx, actor, {
    reason: options.reason,
    act: () => grantRole(node.ctx, actor, { ...grant, operationId }),
  });
  if ('proposal' in made) return sayProposed(out, made.proposal);
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
