/** The primitives where there is only JavaScript: @noble, whose code is audited and has no dependencies. */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { x25519 as curve25519, ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { digesterHere } from './digester-here.ts';
import type { Primitives } from './types.ts';

const HASHES = { sha256, sha512 };
const TAG_BYTES = 16;

export const newHash: Primitives['newHash'] = (name) => HASHES[name].create();
export const digester: Primitives['digester'] = (names) => digesterHere(names.map(newHash));
export const randomBytes: Primitives['randomBytes'] = (count) =>
  crypto.getRandomValues(new Uint8Array(count));
export const hmacSha256: Primitives['hmacSha256'] = (key, bytes) => hmac(sha256, key, bytes);

export const hkdfSha256: Primitives['hkdfSha256'] = (secret, salt, info, sizeBytes) =>
  hkdf(sha256, secret, salt, new TextEncoder().encode(info), sizeBytes);

export const chaCha: Primitives['chaCha'] = (key) => ({
  seal: (nonce, plaintext) => [chacha20poly1305(key, nonce).encrypt(plaintext)],
  open(nonce, sealed) {
    if (sealed.length < TAG_BYTES) return undefined;
    try {
      return chacha20poly1305(key, nonce).decrypt(sealed);
    } catch {
      return undefined;
    }
  },
});

export const x25519Ephemeral: Primitives['x25519Ephemeral'] = () => x25519Key(randomBytes(32));
export const x25519Key: Primitives['x25519Key'] = (secret) => ({
  publicKey: curve25519.getPublicKey(secret),
  shared(peer) {
    try {
      return curve25519.getSharedSecret(secret, peer);
    } catch {
      return undefined;
    }
  },
});

export const ed25519Key: Primitives['ed25519Key'] = (seed) => ({
  publicKey: ed25519.getPublicKey(seed),
  sign: (bytes) => ed25519.sign(bytes, seed),
});

/**
 * Written out, because @noble's own `verify` multiplies by the cofactor: of a key made to divide opinions
 * it would say yes where Node and OpenSSH say no. R' = S·B − k·A must have the very bytes of R. Node refuses
 * keys and points of small order too, by which anybody could sign anything.
 */
export const ed25519Verify: Primitives['ed25519Verify'] = (publicKey, bytes, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const { Point } = ed25519;
  const s = littleEndian(signature.subarray(32));
  if (s >= Point.Fn.ORDER) return false;
  try {
    // As OpenSSL reads a key: a y above the field's prime counts too.
    const a = Point.fromBytes(publicKey, true);
    const k = Point.Fn.create(littleEndian(challenge(signature.subarray(0, 32), publicKey, bytes)));
    const r = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
    return !a.isSmallOrder() && !r.isSmallOrder() && r.toBytes().every((byte, i) => byte === signature[i]);
  } catch {
    return false;
  }
};

export const p256Verify: Primitives['p256Verify'] = (point, bytes, signature) => {
  if (point.length !== 65 || point[0] !== 4 || signature.length !== 64) return false;
  try {
    return p256.verify(signature, bytes, point, { lowS: false });
  } catch {
    return false;
  }
};

function challenge(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha512.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
