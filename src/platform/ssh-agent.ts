/**
 * Signing through an ssh-agent, so that the key of a node may have a passphrase, or be on a PKCS#11 or
 * FIDO token that it never leaves. The agent is asked anew for every signature: it may be restarted and
 * its token changed while the node runs. What it answers is checked before anything is done with it.
 */
import { connect } from 'node:net';
import { IcarusError } from '#core/errors.ts';
import { sameBytes } from '#seal/bytes.ts';
import type { Signer } from '#seal/keys.ts';
import { fingerprint, publicKeyBlob, publicKeyLine, signatureHolds } from '#seal/public-key.ts';
import type { Config } from './config.ts';
import {
  type AgentIdentity,
  answerBytes,
  identitiesRequest,
  MAX_ANSWER_BYTES,
  readIdentities,
  readSigned,
  signRequest,
} from './ssh-agent-messages.ts';

/** Where an agent listens, and how long it may take: a person may have to touch a token or confirm. */
export interface SshAgent {
  /** Path of its socket; null where none is named. */
  readonly socket: string | null;
  readonly timeoutMs: number;
}

/** The agent of the configuration, otherwise the one that the login session names. */
export function sshAgentOf(
  config: Partial<Pick<Config, 'signingAgent' | 'signingTimeoutMs'>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SshAgent {
  return {
    socket: config.signingAgent ?? environment['SSH_AUTH_SOCK'] ?? null,
    timeoutMs: config.signingTimeoutMs ?? 60_000,
  };
}

/**
 * The public key line of a key that the agent holds.
 *
 * @param wanted `SHA256:…` as `ssh-add -l` shows it, or a public key line
 * @throws `signing/no-agent`, `signing/agent-unreachable`, `signing/agent-answer-invalid`,
 *   `signing/key-not-in-agent`, `seal/key-unreadable` for a line that is no key of a type that signs here
 */
export async function agentKey(agent: SshAgent, wanted: string): Promise<string> {
  const sought = wanted.startsWith('SHA256:') ? wanted : fingerprint(wanted);
  const lines = (await identities(agent)).flatMap(lineOf);
  const found = lines.find((line) => fingerprint(line) === sought);
  if (found === undefined) throw new IcarusError('signing/key-not-in-agent', { fingerprint: sought });
  return found;
}

/** A signer by a key that the agent holds; errors are those of `agentKey` and `signing/agent-refused`. */
export function agentSigner(agent: SshAgent, publicKey: string): Signer {
  const blob = publicKeyBlob(publicKey);
  return {
    publicKey,
    async sign(bytes) {
      const signed = readSigned(await ask(agent, signRequest(blob, bytes)));
      if (signed === 'refused') throw await refusal(agent, publicKey);
      if (signed === 'invalid' || !signatureHolds(blob, signed.value, bytes))
        throw new IcarusError('signing/agent-answer-invalid');
      return signed.value;
    },
  };
}

/** The agent says no more than no: whether the key is missing shows in the list of its keys. */
async function refusal(agent: SshAgent, publicKey: string): Promise<IcarusError> {
  const blob = publicKeyBlob(publicKey);
  const isThere = (await identities(agent)).some((identity) => sameBytes(identity.blob, blob));
  return new IcarusError(isThere ? 'signing/agent-refused' : 'signing/key-not-in-agent', {
    fingerprint: fingerprint(publicKey),
  });
}

/** A locked agent answers that it holds nothing. */
async function identities(agent: SshAgent): Promise<readonly AgentIdentity[]> {
  const answer = readIdentities(await ask(agent, identitiesRequest()));
  if (answer === 'refused') return [];
  if (answer === 'invalid') throw new IcarusError('signing/agent-answer-invalid');
  return answer.value;
}

/** Keys of types that do not sign here, certificates too, are passed over. */
function lineOf({ blob, comment }: AgentIdentity): string[] {
  const line = publicKeyLine(blob);
  const plain = comment.replaceAll(/[^\x20-\x7e]/g, '').trim();
  return line === undefined ? [] : [`${line} ${plain}`.trimEnd()];
}

/** One question, one connection, one answer. */
function ask({ socket: path, timeoutMs }: SshAgent, request: Uint8Array): Promise<Uint8Array> {
  if (path === null) return Promise.reject(new IcarusError('signing/no-agent'));
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const timer = setTimeout(() => fail('it took too long'), timeoutMs);
    let received = Buffer.alloc(0);
    function finish(): void {
      clearTimeout(timer);
      socket.destroy();
    }
    function fail(reason: string, cause?: unknown): void {
      finish();
      reject(new IcarusError('signing/agent-unreachable', { socket: path ?? '', reason }, { cause }));
    }
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const size = answerBytes(received) ?? Number.POSITIVE_INFINITY;
      if (received.length >= 4 && size > MAX_ANSWER_BYTES) fail('its answer is too long');
      else if (received.length >= size) {
        finish();
        resolve(received);
      }
    });
    socket.on('end', () => fail('it hung up'));
    socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'it cannot be reached', error));
  });
}
