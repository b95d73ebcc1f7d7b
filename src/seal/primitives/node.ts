/** The primitives on Node's own cryptography (OpenSSL). */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes as nodeRandomBytes,
  sign,
  verify,
} from 'node:crypto';
import { threadDigester } from './digest-threads.ts';
import { digesterHere } from './digester-here.ts';
import type { Primitives, X25519Key } from './types.ts';

const CIPHER = 'chacha20-poly1305';
const TAG_BYTES = 16;

export const newHash: Primitives['newHash'] = (name) => createHash(name);
export const digester: Primitives['digester'] = (names, expectedBytes) =>
  threadDigester(names, expectedBytes) ?? digesterHere(names.map(newHash));
export const randomBytes: Primitives['randomBytes'] = (count) => nodeRandomBytes(count);

// Every key goes in as a KeyObject: for bytes, Node first throws and catches two errors of its own, call by call.
export const hmacSha256: Primitives['hmacSha256'] = (key, bytes) =>
  createHmac('sha256', createSecretKey(key)).update(bytes).digest();

export const hkdfSha256: Primitives['hkdfSha256'] = (secret, salt, info, sizeBytes) =>
  new Uint8Array(hkdfSync('sha256', createSecretKey(secret), salt, info, sizeBytes));

export const chaCha: Primitives['chaCha'] = (keyBytes) => {
  const key = createSecretKey(keyBytes);
  return {
    seal(nonce, plaintext) {
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
      const ciphertext = cipher.update(plaintext);
      cipher.final();
      return [ciphertext, cipher.getAuthTag()];
    },
    open(nonce, sealed) {
      if (sealed.length < TAG_BYTES) return undefined;
      const end = sealed.length - TAG_BYTES;
      const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(sealed.subarray(end));
      const plaintext = decipher.update(sealed.subarray(0, end));
      try {
        decipher.final();
        return plaintext;
      } catch {
        return undefined;
      }
    },
  };
};

export const x25519Key: Primitives['x25519Key'] = (secret) => x25519KeyOf(privateKey('X25519', secret));
export const x25519Ephemeral: Primitives['x25519Ephemeral'] = () =>
  x25519KeyOf(generateKeyPairSync('x25519').privateKey);

function x25519KeyOf(own: KeyObject): X25519Key {
  return {
    publicKey: publicBytes(own),
    shared(peer) {
      try {
        return diffieHellman({ privateKey: own, publicKey: publicKey('X25519', peer) });
      } catch {
        // OpenSSL refuses a shared secret of zeros (RFC 7748 section 6.1).
        return undefined;
      }
    },
  };
}

export const ed25519Key: Primitives['ed25519Key'] = (seed) => {
  const own = privateKey('Ed25519', seed);
  return { publicKey: publicBytes(own), sign: (bytes) => sign(null, bytes, own) };
};

export const ed25519Verify: Primitives['ed25519Verify'] = (key, bytes, signature) => {
  if (key.length !== 32 || signature.length !== 64) return false;
  const asked = createHash('sha256').update(key).update(signature).update(bytes).digest('base64');
  if (HELD.has(asked)) return true;
  const holds = verify(null, bytes, publicKey('Ed25519', key), signature);
  if (holds) {
    if (HELD.size >= MOST_HELD) HELD.clear();
    HELD.add(asked);
  }
  return holds;
};

/**
 * A memo of signatures that held, by the digest of key, signature and bytes: a message is checked as it arrives and
 * again as it is opened, and a digest costs a thirtieth of a check.
 */
const HELD = new Set<string>();
const MOST_HELD = 4096;

export const p256Verify: Primitives['p256Verify'] = (point, bytes, signature) => {
  if (point.length !== 65 || point[0] !== 4 || signature.length !== 64) return false;
  const [x, y] = [base64url(point.subarray(1, 33)), base64url(point.subarray(33))];
  try {
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
};

type Curve = 'Ed25519' | 'X25519';

/** PKCS #8 around a secret of 32 bytes (RFC 8410 section 7); the last byte of the type differs. */
const PKCS8 = {
  Ed25519: Buffer.from('302e020100300506032b657004220420', 'hex'),
  X25519: Buffer.from('302e020100300506032b656e04220420', 'hex'),
};

function privateKey(curve: Curve, secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8[curve], secret]), format: 'der', type: 'pkcs8' });
}

/** A memo, and no state: nothing depends on it but time, for reading a key takes longer than using it. */
const PUBLIC_KEYS = new Map<string, KeyObject>();
/** All agencies' keys, and no hostile peer's heap of them. */
const MOST_PUBLIC_KEYS = 256;

function publicKey(crv: Curve, bytes: Uint8Array): KeyObject {
  const x = base64url(bytes);
  const known = PUBLIC_KEYS.get(crv + x);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' });
  if (PUBLIC_KEYS.size >= MOST_PUBLIC_KEYS) PUBLIC_KEYS.clear();
  PUBLIC_KEYS.set(crv + x, key);
  return key;
}

function publicBytes(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}
