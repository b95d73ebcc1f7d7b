/** The primitives on Node's own cryptography (OpenSSL). */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  randomBytes as nodeRandomBytes,
  sign,
  verify,
} from 'node:crypto';
import { digesterHere } from './digester-here.ts';
import type { Primitives } from './types.ts';

const CIPHER = 'chacha20-poly1305';
const TAG_BYTES = 16;

export const newHash: Primitives['newHash'] = (name) => createHash(name);
export const digester: Primitives['digester'] = (names) => digesterHere(names.map(newHash));
export const randomBytes: Primitives['randomBytes'] = (count) => nodeRandomBytes(count);

export const hmacSha256: Primitives['hmacSha256'] = (key, bytes) =>
  createHmac('sha256', key).update(bytes).digest();

export const hkdfSha256: Primitives['hkdfSha256'] = (secret, salt, info, sizeBytes) =>
  new Uint8Array(hkdfSync('sha256', secret, salt, info, sizeBytes));

export const sealChaCha: Primitives['sealChaCha'] = (key, nonce, plaintext) => {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return [ciphertext, cipher.getAuthTag()];
};

export const openChaCha: Primitives['openChaCha'] = (key, nonce, sealed) => {
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
};

export const x25519Public: Primitives['x25519Public'] = (secret) => publicBytes(privateKey('X25519', secret));

export const x25519: Primitives['x25519'] = (secret, peer) => {
  try {
    const keys = { privateKey: privateKey('X25519', secret), publicKey: publicKey('X25519', peer) };
    return diffieHellman(keys);
  } catch {
    // OpenSSL refuses a shared secret of zeros (RFC 7748 section 6.1).
    return undefined;
  }
};

export const ed25519Public: Primitives['ed25519Public'] = (seed) => publicBytes(privateKey('Ed25519', seed));

export const ed25519Sign: Primitives['ed25519Sign'] = (seed, bytes) =>
  sign(null, bytes, privateKey('Ed25519', seed));

export const ed25519Verify: Primitives['ed25519Verify'] = (key, bytes, signature) =>
  key.length === 32 && signature.length === 64 && verify(null, bytes, publicKey('Ed25519', key), signature);

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

function publicKey(crv: Curve, bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv, x: base64url(bytes) }, format: 'jwk' });
}

function publicBytes(key: KeyObject): Uint8Array {
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}
