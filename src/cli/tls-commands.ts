/** The key that this node shows to others in TLS, and its change. */
import type { Command } from 'commander';
import { authorizeOnNode } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { addCommand } from './commands.ts';
import { type NodeRun, runOnNode } from './session.ts';
import { facts } from './words.ts';

export function tlsCommands(program: Command): void {
  const tls = addCommand(program, 'tls', 'the key that this node shows to other nodes', 'icarus tls show');
  addCommand(tls, 'show', 'print the key in use and the pins on the card', 'icarus tls show').action(
    (_options: object, command: Command) => runOnNode(command, show),
  );
  addCommand(
    tls,
    'next',
    'make the next key, and put its pin on the card beside the present one',
    'icarus tls next && icarus agency card --out mt.card.json',
  ).action((_options: object, command: Command) => runOnNode(command, next));
  addCommand(
    tls,
    'switch',
    'use the next key from the next start on, once partners have the card with both',
    'icarus tls switch',
  ).action((_options: object, command: Command) => runOnNode(command, take));
}

async function show({ node, actor, out }: NodeRun): Promise<void> {
  authorizeOnNode(actor, 'node.administer');
  const [{ describeTls }, { ownCard }] = await Promise.all([
    import('#operations/tls-keys.ts'),
    import('#operations/cards.ts'),
  ]);
  const { tls } = node.ctx.keys;
  if (!tls) throw new IcarusError('transport/no-tls-key', { agency: 'others' });
  const { pin, validTo } = describeTls(tls);
  const { tlsKeys = [], address } = await ownCard(node.ctx.db);
  out.result(
    { pin, validTo, onCard: tlsKeys, address },
    facts([
      ['key in use', pin],
      ['certificate until', validTo],
      ['on the card', tlsKeys.join(', ') || 'none; it is put there when the node is started'],
      ['address on the card', address ?? 'none'],
    ]),
  );
}

async function next({ node, actor, out }: NodeRun): Promise<void> {
  const { prepareNextTls } = await import('#operations/tls-keys.ts');
  const { pin } = await prepareNextTls(node.ctx, actor);
  out.result({ pin }, [
    `The card states the next key ${pin} beside the present one.`,
    'Hand it to your partners (`icarus agency card`); when they have it, run `icarus tls switch` and start the node again.',
  ]);
}

async function take({ node, actor, out }: NodeRun): Promise<void> {
  const { switchTls } = await import('#operations/tls-keys.ts');
  const { pin } = await switchTls(node.ctx, actor);
  out.result({ pin }, [
    `From the next start on this node shows the key ${pin}; the one before is off the card.`,
    'Start the node again now, and hand the card to your partners.',
  ]);
}
