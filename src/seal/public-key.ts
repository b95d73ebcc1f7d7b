/**
 * Public keys that sign for an agency, in OpenSSH's form, and what a signature by each of them is:
 * Ed25519 (RFC 8709), ECDSA on P-256 with SHA-256 (RFC 5656), as PKCS#11 tokens have it, and both on
 * FIDO tokens (OpenSSH PROTOCOL.u2f).
 */
import { IcarusError } from '#core/errors.ts';
import { ed25519Verify, newHash, p256Verify } from '#primitives';
import { base64Of, concatBytes, fromBase64, sameBytes, utf8 } from './bytes.ts';
import { uint32, WireError, type WireReader, wireReader } from './ssh-wire.ts';

export const ED25519 = 'ssh-ed25519';
export const P256 = 'ecdsa-sha2-nistp256';
export const FIDO_ED25519 = 'sk-ssh-ed25519@openssh.com';
export const FIDO_P256 = 'sk-ecdsa-sha2-nistp256@openssh.com';

/** The types of key that may stand on a card. */
export type KeyType = typeof ED25519 | typeof P256 | typeof FIDO_ED25519 | typeof FIDO_P256;

const TYPES: readonly KeyType[] = [ED25519, P256, FIDO_ED25519, FIDO_P256];
const CURVE_NAME = 'nistp256';
/** Longer than every relying party's name that a token was seen with; OpenSSH's own is `ssh:`. */
const MAX_APPLICATION_CHARACTERS = 100;
/** Bit of a FIDO signature: somebody touched the token for it. */
const USER_PRESENT = 0x01;

interface PublicKey {
  readonly type: KeyType;
  /** 32 bytes for Ed25519; an uncompressed point, 65 bytes, for P-256. */
  readonly point: Uint8Array;
  /** FIDO only: the relying party that the token made the key for. */
  readonly application: string;
}

/**
 * The key blob inside a public key line; two lines are the same key when their blobs are.
 *
 * @throws `seal/key-unreadable` unless it is a key of one of the four types in OpenSSH's form
 */
export function publicKeyBlob(publicKey: string): Uint8Array {
  const [type, base64 = ''] = publicKey.split(' ');
  const blob = fromBase64(base64);
  if (blob === undefined || type === undefined || readKey(blob)?.type !== type) {
    throw new IcarusError('seal/key-unreadable', {
      reason: 'it is not a public key of a type that signs here',
    });
  }
  return blob;
}

/** Type and base64 of a key blob, as it stands on a card; undefined unless it is a key of one of the types. */
export function publicKeyLine(blob: Uint8Array): string | undefined {
  const key = readKey(blob);
  return key && `${key.type} ${base64Of(blob)}`;
}

export function sameKey(a: string, b: string): boolean {
  return sameBytes(publicKeyBlob(a), publicKeyBlob(b));
}

/** `SHA256:…` as `ssh-keygen -l` prints it, for a person to compare. */
export function fingerprint(publicKey: string): string {
  return `SHA256:${base64Of(sha256(publicKeyBlob(publicKey))).replace(/=+$/, '')}`;
}

/**
 * Is this SSH signature blob one by the key of `keyBlob` over `data`? A text that OpenSSH would not write
 * (numbers with zeros in front, bytes behind the end), a signature of another type than the key's, and a
 * token's signature that nobody touched it for are none.
 */
export function signatureHolds(keyBlob: Uint8Array, signatureBlob: Uint8Array, data: Uint8Array): boolean {
  const key = readKey(keyBlob);
  const signature = key && orUndefined(() => readSignature(wireReader(signatureBlob), key));
  if (key === undefined || signature === undefined) return false;
  const signed = signature.token ? tokenData(key, signature.token, data) : data;
  const holds = isP256(key.type) ? p256Verify : ed25519Verify;
  return holds(key.point, signed, signature.value);
}

function readKey(blob: Uint8Array): PublicKey | undefined {
  return orUndefined(() => {
    const reader = wireReader(blob);
    const name = reader.text();
    const type = TYPES.find((known) => known === name);
    if (type === undefined) return undefined;
    if (isP256(type) && reader.text() !== CURVE_NAME) return undefined;
    const point = reader.bytes();
    const application = isFido(type) ? reader.text() : '';
    reader.end();
    const known = isP256(type) ? isOnP256(point) : point.length === 32;
    const named = application.length <= MAX_APPLICATION_CHARACTERS && /^[\x20-\x7e]*$/.test(application);
    return known && named ? { type, point, application } : undefined;
  });
}

const isP256 = (type: KeyType) => type === P256 || type === FIDO_P256;
const isFido = (type: KeyType) => type === FIDO_ED25519 || type === FIDO_P256;

interface Signature {
  /** 64 bytes: R and S of Ed25519, r and s of ECDSA. */
  readonly value: Uint8Array;
  readonly token: { readonly flags: number; readonly counter: number } | undefined;
}

function readSignature(reader: WireReader, { type }: PublicKey): Signature | undefined {
  if (reader.text() !== type) return undefined;
  const bytes = reader.bytes();
  const value = isP256(type) ? readPair(wireReader(bytes)) : bytes;
  const token = isFido(type) ? { flags: reader.uint8(), counter: reader.uint32() } : undefined;
  reader.end();
  if (value.length !== 64) return undefined;
  if (token !== undefined && (token.flags & USER_PRESENT) === 0) return undefined;
  return { value, token };
}

/** r and s, each in its shortest form. A high s holds, as it does for ssh-keygen: tokens make both. */
function readPair(reader: WireReader): Uint8Array {
  const pair = concatBytes([reader.positive(32), reader.positive(32)]);
  reader.end();
  return pair;
}

/** What a FIDO token signs (PROTOCOL.u2f): relying party, flags, counter, and the message's digest. */
function tokenData(
  { application }: PublicKey,
  { flags, counter }: { flags: number; counter: number },
  data: Uint8Array,
): Uint8Array {
  return concatBytes([sha256(utf8(application)), Uint8Array.of(flags), uint32(counter), sha256(data)]);
}

function sha256(bytes: Uint8Array): Uint8Array {
  const hash = newHash('sha256');
  hash.update(bytes);
  return hash.digest();
}

/** Prime and constant of P-256 (FIPS 186-5, SP 800-186 section 3.2.1.3): y² = x³ - 3x + b. */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** An uncompressed point of the curve, which OpenSSH writes and nothing else. */
function isOnP256(point: Uint8Array): boolean {
  if (point.length !== 65 || point[0] !== 4) return false;
  const x = bigEndian(point.subarray(1, 33));
  const y = bigEndian(point.subarray(33));
  return x < P && y < P && (y * y - (x * x * x - 3n * x + B)) % P === 0n;
}

function bigEndian(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

/** What the wire does not hold in the right form is none. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
