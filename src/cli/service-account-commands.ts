/** Service accounts: programs that ask the node over HTTP in an officer's stead. */
import { type Command, Option } from 'commander';
import type { ServiceAction } from '#access/service-account/scope.ts';
import type { ServiceAccount } from '#access/service-account/store.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { asIs, day, eachOf } from './arguments.ts';
import { addCommand } from './commands.ts';
import { theOperation, visibleOperations } from './operation-choice.ts';
import { tableOr } from './output.ts';
import { type NodeRun, runOnNode } from './session.ts';

interface AddOptions {
  readonly owner: string;
  readonly purpose: string;
  readonly action: readonly string[];
  readonly on: readonly string[];
  readonly until: Date;
}

export function serviceAccountCommands(program: Command): void {
  const account = addCommand(
    program,
    'service-account',
    'programs that ask the node in an officer’s stead',
    'icarus service-account list',
  );
  addCommand(
    account,
    'add <name>',
    'make one, for a second administrator to approve',
    'icarus service-account add "Nightly figures" --owner officer_01… --purpose "Counts targets every night" --action targets.read --on Icarus --until 2027-01-31',
  )
    .requiredOption('--owner <officer>', 'who answers for it: it may do no more than he')
    .requiredOption('--purpose <words>', 'the reason under which its readings are written down')
    .addOption(
      new Option('--action <action>', 'what it may do; may stand again')
        .argParser(eachOf(asIs))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--on <operation>', 'where; may stand again').argParser(eachOf(asIs)).makeOptionMandatory(),
    )
    .requiredOption('--until <day>', 'when it ends, at the latest a year from now', day)
    .action((name: string, options: AddOptions, command: Command) =>
      runOnNode(command, (run) => add(run, name, options)),
    );
  addCommand(account, 'list', 'list them', 'icarus service-account list').action(
    (_options: object, command: Command) => runOnNode(command, list),
  );
  addCommand(
    account,
    'approve <account>',
    'approve one that another administrator made',
    'icarus service-account approve service_01…',
  ).action((accountId: string, _options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { approveAccount } = await import('#access/service-account/manage.ts');
      await approveAccount(node.ctx, actor, accountId);
      out.result({ accountId }, 'Approved: its owner draws the token with `icarus service-account token`.');
    }),
  );
  addCommand(
    account,
    'token <account>',
    'draw the token of one that you answer for; it is shown only now',
    'icarus service-account token service_01…',
  ).action((accountId: string, _options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { drawToken } = await import('#access/service-account/manage.ts');
      const token = await drawToken(node.ctx, actor, accountId);
      out.result({ accountId, token }, `The token, shown only now: ${token}`);
    }),
  );
  addCommand(
    account,
    'revoke <account>',
    'end one at once',
    'icarus service-account revoke service_01…',
  ).action((accountId: string, _options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { revokeAccount } = await import('#access/service-account/manage.ts');
      await revokeAccount(node.ctx, actor, accountId);
      out.result({ accountId }, `${accountId} opens nothing any more.`);
    }),
  );
}

async function add({ node, actor, out }: NodeRun, name: string, options: AddOptions): Promise<void> {
  const [{ makeAccount }, { SERVICE_ACTIONS }] = await Promise.all([
    import('#access/service-account/manage.ts'),
    import('#access/service-account/scope.ts'),
  ]);
  const known = await visibleOperations(node.ctx.db, actor);
  const operations = options.on.map((wanted) => theOperation(known, wanted).operationId);
  const accountId = await makeAccount(node.ctx, actor, {
    name,
    ownerId: options.owner as OfficerId,
    purpose: options.purpose,
    actions: options.action.map((action) => serviceAction(action, SERVICE_ACTIONS)),
    operations,
    expiresAt: options.until,
  });
  out.result(
    { accountId },
    `${name} is ${accountId}. Another administrator approves it: icarus service-account approve ${accountId}`,
  );
}

function serviceAction(text: string, known: readonly ServiceAction[]): ServiceAction {
  const found = known.find((action) => action === text);
  if (found) return found;
  throw new IcarusError('cli/usage', {
    reason: `A service account can have: ${known.join(', ')}.`,
    command: 'icarus service-account add',
  });
}

async function list({ node, out }: NodeRun): Promise<void> {
  const { listAccounts } = await import('#access/service-account/store.ts');
  const accounts = await listAccounts(node.ctx.db);
  out.result(
    accounts,
    tableOr(
      'There is no service account.',
      ['account', 'name', 'owner', 'may', 'until', 'state'],
      accounts.map((one) => [
        one.accountId,
        one.name,
        one.ownerId,
        one.actions.join(' '),
        one.expiresAt.toISOString().slice(0, 10),
        stateOf(one),
      ]),
    ),
  );
}

function stateOf(account: ServiceAccount): string {
  if (account.revokedAt) return 'revoked';
  if (account.expiresAt <= new Date()) return 'over';
  if (account.approvedBy === null) return 'to be approved';
  return account.drawnAt ? 'in use' : 'token not drawn';
}
