/** The table of who may do what as a page of the documentation, written from the policy itself. */
import { actionsOfCommand, COMMAND_ACCESS, type CommandAccess, GRAVE_COMMANDS } from './command-access.ts';
import { JOB_ACCESS } from './job-access.ts';
import { ACTIONS, type Action, ROLES, type Role } from './policy.ts';
import { actionsAsked, ROUTE_ACCESS, type RouteAccess } from './route-access.ts';

const HEAD = `# Who may do what

Written by \`npm run docs:access\` from \`src/access/policy.ts\`, \`route-access.ts\`, \`command-access.ts\` and
\`job-access.ts\`; a test fails when it is not current. Every officer's role is on one operation and counts there only; the administrator's is of the node and
counts on no operation. What is not listed is refused. \`{op}\` stands for \`/api/operations/:operationId\`.

An operation that an officer has no role on answers him as one that does not exist, and what lies in it changes no list,
count, history, notice or export that he is given (\`test/access-matrix.test.ts\`).
`;

export function accessMatrixPage(): string {
  return [
    HEAD,
    '## Roles and actions\n',
    actionTable(),
    '\n## Routes\n',
    routeTable(),
    COMMANDS_HEAD,
    commandTable(),
    JOBS_HEAD,
    jobTable(),
    '',
  ].join('\n');
}

const COMMANDS_HEAD = `
## Commands

Who gives a command proves it (docs/sign-in.md). A noun stands for all its commands that are not listed themselves. A
command with \`--operation\` asks for the action on that operation, another for a role that has it on any. *Machine*: the
operator of the machine may, too. *Grave*: it cannot be taken back.
`;

const JOBS_HEAD = `
## Work in the background

| work | acts as | because |
| --- | --- | --- |`;

function commandTable(): string {
  const grave = new Set(GRAVE_COMMANDS);
  const listed = Object.entries(COMMAND_ACCESS);
  const further = GRAVE_COMMANDS.filter((words) => !(words in COMMAND_ACCESS));
  const rows = listed.map(
    ([words, access]) => `| \`${words}\` | ${commandWords(access)} | ${grave.has(words) ? 'grave' : ''} |`,
  );
  return [
    '| command | asks for | |',
    '| --- | --- | --- |',
    ...rows,
    '',
    `Grave, too, though their nouns are not: ${further.map((words) => `\`${words}\``).join(', ')}.`,
  ].join('\n');
}

function commandWords(access: CommandAccess): string {
  const actions = actionsOfCommand(access)
    .map((action) => `\`${action}\``)
    .join(' and ');
  if (typeof access === 'string') return actions;
  if ('open' in access) return `nothing: ${access.open}`;
  if ('machineOnly' in access) return `the operator of the machine: ${access.machineOnly}`;
  if ('proved' in access) return `an officer: ${access.proved}`;
  if ('more' in access) return `${actions}, and ${access.more}`;
  return 'machine' in access ? `${actions}; machine: ${access.machine}` : actions;
}

function jobTable(): string {
  return Object.entries(JOB_ACCESS)
    .map(([work, { as, because }]) => `| \`${work}\` | ${as} | ${because} |`)
    .join('\n');
}

function actionTable(): string {
  const rows = (Object.keys(ACTIONS) as Action[]).map((action) => {
    const allowed: readonly Role[] = ACTIONS[action];
    return `| \`${action}\` | ${ROLES.map((role) => (allowed.includes(role) ? '●' : '')).join(' | ')} |`;
  });
  return [`| action | ${ROLES.join(' | ')} |`, `| --- |${' :-: |'.repeat(ROLES.length)}`, ...rows].join('\n');
}

function routeTable(): string {
  const rows = Object.entries(ROUTE_ACCESS).map(([route, access]) => `| \`${route}\` | ${inWords(access)} |`);
  return ['| route | asks for |', '| --- | --- |', ...rows].join('\n');
}

function inWords(access: RouteAccess): string {
  const actions = actionsAsked(access)
    .map((action) => `\`${action}\``)
    .join(' and ');
  if (typeof access === 'string') return actions;
  if ('open' in access) return `nothing: ${access.open}`;
  if ('signedIn' in access) return `a session: ${access.signedIn}`;
  return 'more' in access ? `${actions}, and ${access.more}` : actions;
}
