/** The key that an officer named: in a file of his own, or held by his ssh-agent, which may have it on a token. */
import { stat } from 'node:fs/promises';
import { IcarusError } from '#core/errors.ts';
import type { Config } from '#platform/config.ts';
import type { Signer } from '#seal/keys.ts';
import { textFile } from './arguments.ts';

const OTHERS = 0o077;

/**
 * @param named a private key file without passphrase; a `.pub` file or `SHA256:…` of a key in the agent
 * @throws access/key-readable, seal/key-unreadable, seal/key-needs-agent, signing/…
 */
export async function officerSigner(
  named: string,
  { signingTimeoutMs }: Pick<Config, 'signingTimeoutMs'>,
): Promise<Signer> {
  const [{ agentKey, agentSigner, sshAgentOf }, { signerFrom }] = await Promise.all([
    import('#platform/ssh-agent.ts'),
    import('#seal/keys.ts'),
  ]);
  // The officer's own agent, never that of the node.
  const agent = sshAgentOf({ signingTimeoutMs });
  if (named.startsWith('SHA256:')) return agentSigner(agent, await agentKey(agent, named));
  const text = (await textFile(named)).trim();
  if (!text.startsWith('-----BEGIN')) return agentSigner(agent, await agentKey(agent, text));
  if (((await stat(named)).mode & OTHERS) !== 0)
    throw new IcarusError('access/key-readable', { path: named });
  return signerFrom(text);
}
