/** The keys that an officer signs his commands with. */
import type { Command } from 'commander';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { callOf, namedBy } from './acting-officer.ts';
import { addCommand } from './commands.ts';
import { officerSigner } from './officer-signer.ts';
import { tableOr } from './output.ts';
import { type NodeRun, runOnNode } from './session.ts';
import { shownTime } from './words.ts';

export function keyCommands(program: Command): void {
  const key = addCommand(program, 'key', 'the keys that you sign commands with', 'icarus key list');
  addCommand(key, 'enrol', 'enrol a key with the one-time code that an administrator handed you', [
    'icarus key enrol --code 7K2M-9QXA-… --key ~/.ssh/id_ed25519',
    'icarus key enrol --code 7K2M-9QXA-… --key SHA256:kD4… --label "token on my ring"',
  ])
    .requiredOption('--code <code>', 'the enrolment code, as it was handed over')
    .option('--label <name>', 'how you will know the key again', 'command line')
    .action((options: EnrolOptions, command: Command) =>
      runOnNode(command, (run) => enrol(run, command, options)),
    );
  addCommand(key, 'list', 'list your keys', 'icarus key list').action((_options: object, command: Command) =>
    runOnNode(command, list),
  );
  addCommand(key, 'revoke <fingerprint>', 'revoke a key: it signs no command any more', [
    'icarus key revoke SHA256:kD4…',
    'icarus key revoke SHA256:kD4… --of officer_01…',
  ])
    .option('--of <officer>', 'whose it is, for an administrator')
    .action((fingerprint: string, options: { of?: string }, command: Command) =>
      runOnNode(command, (run) => revoke(run, fingerprint, options.of as OfficerId | undefined)),
    );
}

interface EnrolOptions {
  readonly code: string;
  readonly label: string;
}

async function enrol({ node, config, out }: NodeRun, command: Command, by: EnrolOptions): Promise<void> {
  const { key } = namedBy(command);
  if (key === undefined)
    throw new IcarusError('cli/usage', {
      reason: 'Name the key: --key FILE, or its fingerprint where an ssh-agent has it.',
      command: 'icarus key enrol',
    });
  const [{ signCall }, { enrolKeyByCode }] = await Promise.all([
    import('#access/command/statement.ts'),
    import('#access/command/keys.ts'),
  ]);
  const call = callOf(command);
  const signed = await signCall(node.ctx, call, await officerSigner(key, config));
  const enrolled = await enrolKeyByCode(node.ctx, by, { call, signed });
  out.result(enrolled, [
    `The key ${enrolled.fingerprint} is enrolled for ${enrolled.officerId}.`,
    `Sign commands with it: --key ${key}, or ICARUS_KEY.`,
  ]);
}

async function list({ node, actor, out }: NodeRun): Promise<void> {
  const { keysOf } = await import('#access/command/key-store.ts');
  const keys = actor.kind === 'officer' ? await keysOf(node.ctx.db, actor.officerId) : [];
  out.result(
    keys,
    tableOr(
      'You have no key here.',
      ['key', 'name', 'enrolled', 'last used'],
      keys.map(({ fingerprint, label, enrolledAt, lastUsedAt }) => [
        fingerprint,
        label,
        shownTime(enrolledAt.toISOString()),
        lastUsedAt ? shownTime(lastUsedAt.toISOString()) : 'never',
      ]),
    ),
  );
}

async function revoke({ node, actor, out }: NodeRun, fingerprint: string, of?: OfficerId): Promise<void> {
  const { revokeKey } = await import('#access/command/keys.ts');
  const officerId = of ?? (actor.kind === 'officer' ? actor.officerId : undefined);
  if (officerId === undefined) throw new IcarusError('access/key-not-found');
  await revokeKey(node.ctx, actor, { officerId, fingerprint });
  out.result({ officerId, fingerprint }, `${fingerprint} signs no command any more.`);
}
