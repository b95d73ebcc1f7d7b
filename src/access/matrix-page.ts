/** The table of who may do what as a page of the documentation, written from the policy itself. */
import { ACTIONS, type Action, ROLES, type Role } from './policy.ts';
import { actionsAsked, ROUTE_ACCESS, type RouteAccess } from './route-access.ts';

const HEAD = `# Who may do what

Written by \`npm run docs:access\` from \`src/access/policy.ts\` and \`src/access/route-access.ts\`; a test fails when it is
not current. Every officer's role is on one operation and counts there only; the administrator's is of the node and
counts on no operation. What is not listed is refused. \`{op}\` stands for \`/api/operations/:operationId\`.

An operation that an officer has no role on answers him as one that does not exist, and what lies in it changes no list,
count, history, notice or export that he is given (\`test/access-matrix.test.ts\`).
`;

export function accessMatrixPage(): string {
  return [HEAD, '## Roles and actions\n', actionTable(), '\n## Routes\n', routeTable(), ''].join('\n');
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
