/**
 * What an officer signs to run one command: the node, the command, a digest of all that he typed, the time and a
 * number that is used once. The signature is SSHSIG, so that whoever reads the custody log checks it with
 * `ssh-keygen -Y verify -n command@icarus`.
 */
import { createHash, randomBytes } from 'node:crypto';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Signer } from '#seal/keys.ts';
import { type Namespace, signStatement, statementSigner } from '#seal/sshsig.ts';

const NAMESPACE: Namespace = 'command@icarus';
const FORMAT = 'icarus-command/1';

/** How long a proof counts: long enough to touch a token. */
export const PROOF_LIFE_MINUTES = 5;

/** A command as it was typed. */
export interface Call {
  /** Its words: `package approve`. */
  readonly command: string;
  /** Arguments and options. They may name persons: only their digest leaves the process. */
  readonly given: Json;
}

export interface SignedCall {
  /** The exact text that was signed. */
  readonly statement: string;
  /** Armored. */
  readonly signature: string;
}

type Bound = Pick<NodeContext, 'node' | 'keys'>;

/** A proof for this command on this node, now; the signer may ask the officer to touch his token. */
export async function signCall(ctx: Bound, call: Call, signer: Signer): Promise<SignedCall> {
  const statement = textOf(ctx, call, {
    at: new Date().toISOString(),
    nonce: randomBytes(16).toString('hex'),
  });
  return { statement, signature: await signStatement(signer, NAMESPACE, Buffer.from(statement)) };
}

export function digestOf(call: Call): string {
  return createHash('sha256').update(canonicalJson(call.given)).digest('hex');
}

function textOf({ node, keys }: Bound, call: Call, once: { at: string; nonce: string }): string {
  return canonicalJson({
    format: FORMAT,
    node: node.agencyId,
    log: keys.log.verifierKey,
    command: call.command,
    argumentsSha256: digestOf(call),
    ...once,
  });
}

/**
 * Checks a proof against the command that is about to run.
 * @returns the key that signed, not yet looked up, and the number that must not have been used
 * @throws access/proof-other, access/proof-old, seal/signature-invalid
 */
export function checkCall(
  ctx: Bound,
  call: Call,
  { statement, signature }: SignedCall,
): { publicKey: string; nonce: string } {
  const once = onceIn(statement);
  if (!once || textOf(ctx, call, once) !== statement) throw new IcarusError('access/proof-other');
  if (!(Math.abs(Date.now() - new Date(once.at).getTime()) <= PROOF_LIFE_MINUTES * MINUTE_MS))
    throw new IcarusError('access/proof-old', { minutes: PROOF_LIFE_MINUTES });
  return {
    publicKey: statementSigner(signature, NAMESPACE, Buffer.from(statement)),
    nonce: once.nonce,
  };
}

function onceIn(statement: string): { at: string; nonce: string } | undefined {
  try {
    const { at, nonce } = JSON.parse(statement) as { at?: unknown; nonce?: unknown };
    return typeof at === 'string' && typeof nonce === 'string' && /^[0-9a-f]{32}$/.test(nonce)
      ? { at, nonce }
      : undefined;
  } catch {
    return undefined;
  }
}
