/**
 * Signers of every type of key, in memory, for tests and vectors: what an agent, a PKCS#11 token or a FIDO
 * token would answer, made by software after the documents that say how they do it.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { concatBytes } from './bytes.ts';
import type { Signer } from './keys.ts';
import { ED25519, FIDO_ED25519, FIDO_P256, type KeyType, P256 } from './public-key.ts';
import { mpint, sshString, uint32 } from './ssh-wire.ts';

export const KEY_TYPES: readonly KeyType[] = [ED25519, P256, FIDO_ED25519, FIDO_P256];
const APPLICATION = 'ssh:';

export interface TokenAnswer {
  /** Bits of PROTOCOL.u2f. Default 1: somebody touched the token. */
  readonly flags?: number;
  readonly counter?: number;
}

export function softwareSigner(type: KeyType, { flags = 1, counter = 7 }: TokenAnswer = {}): Signer {
  const isEd25519 = type === ED25519 || type === FIDO_ED25519;
  const key = isEd25519
    ? generateKeyPairSync('ed25519').privateKey
    : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const isToken = type === FIDO_ED25519 || type === FIDO_P256;
  const blob = concatBytes([
    sshString(type),
    isEd25519 ? sshString(pointOf(key)) : concatBytes([sshString('nistp256'), sshString(pointOf(key))]),
    isToken ? sshString(APPLICATION) : new Uint8Array(0),
  ]);
  const signed = (bytes: Uint8Array) => signatureBytes(key, bytes);
  return {
    publicKey: `${type} ${Buffer.from(blob).toString('base64')} software`,
    async sign(bytes) {
      if (!isToken) return concatBytes([sshString(type), sshString(signed(bytes))]);
      const state = concatBytes([Uint8Array.of(flags), uint32(counter)]);
      const signature = signed(concatBytes([sha256(APPLICATION), state, sha256(bytes)]));
      return concatBytes([sshString(type), sshString(signature), state]);
    },
  };
}

function signatureBytes(key: KeyObject, bytes: Uint8Array): Uint8Array {
  if (key.asymmetricKeyType === 'ed25519') return sign(null, bytes, key);
  const pair = sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
  return concatBytes([mpint(pair.subarray(0, 32)), mpint(pair.subarray(32))]);
}

function pointOf(key: KeyObject): Uint8Array {
  const { x = '', y } = key.export({ format: 'jwk' });
  const first = Buffer.from(x, 'base64url');
  return y === undefined ? first : concatBytes([Uint8Array.of(4), first, Buffer.from(y, 'base64url')]);
}

function sha256(bytes: Uint8Array | string): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
