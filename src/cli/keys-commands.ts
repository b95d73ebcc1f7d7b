/** Protecting this node's keys by a passphrase. */
import type { Command } from 'commander';
import { IcarusError } from '#core/errors.ts';
import { addCommand } from './commands.ts';
import { type NodeRun, runOnNode } from './session.ts';

export function keysCommands(program: Command): void {
  const keys = addCommand(
    program,
    'keys',
    'the keys of this node as they lie on its disk',
    'icarus keys protect',
  );
  addCommand(keys, 'protect', 'encrypt the keys under a passphrase, which every start then asks for', [
    'icarus keys protect',
    'ICARUS_PASSPHRASE_FILE=/run/secrets/icarus icarus keys protect',
  ]).action((_options: object, command: Command) => runOnNode(command, protect));
  addCommand(keys, 'unprotect', 'put the keys back in clear', 'icarus keys unprotect').action(
    (_options: object, command: Command) => runOnNode(command, unprotect),
  );
}

async function protect({ node, actor, config, out }: NodeRun): Promise<void> {
  const [{ isProtected, LEAST_CHARACTERS, protectKeys }, { passphraseOf }] = await Promise.all([
    import('#operations/protect-keys.ts'),
    import('#platform/passphrase.ts'),
  ]);
  if (isProtected(node.ctx.paths)) throw new IcarusError('keys/protected');
  const passphrase = await passphraseOf(config, 'New passphrase: ');
  const asked = config.passphraseFile === null && config.passphraseFd === null && process.stdin.isTTY;
  if (asked && (await passphraseOf(config, 'The same again: ')) !== passphrase)
    throw new IcarusError('keys/passphrase-weak', { least: LEAST_CHARACTERS });
  await protectKeys(node.ctx, actor, passphrase);
  out.result({ protected: true }, [
    'The keys are protected. Keep the passphrase where the machine is not: without it nothing can be signed or opened.',
    'Start the node again; it asks for the passphrase. Copies in clear may be on earlier backups, and on the disk until it is written over.',
  ]);
}

async function unprotect({ node, actor, out }: NodeRun): Promise<void> {
  const { unprotectKeys } = await import('#operations/protect-keys.ts');
  await unprotectKeys(node.ctx, actor);
  out.result({ protected: false }, 'The keys are in clear. Start the node again.');
}
