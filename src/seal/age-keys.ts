/**
 * age keys of both profiles. X25519 stanzas are wrapped and unwrapped here (age-encryption.org/v1,
 * "The X25519 recipient type"), because every small message pays for it; post-quantum ones by the
 * `age-encryption` package, which is loaded where there are any.
 */
import { bech32 } from '@scure/base';
import { IcarusError } from '#core/errors.ts';
import { chaCha, hkdfSha256, randomBytes, x25519Ephemeral, x25519Key } from '#primitives';
import {
  type AgeHeader,
  base64NoPad,
  fromBase64NoPad,
  headerMac,
  readAgeHeader,
  type Stanza,
  writeAgeHeader,
} from './age-header.ts';
import { concatBytes, NO_BYTES, sameBytes } from './bytes.ts';
import type { X25519Key } from './primitives/types.ts';

export type AgeKind = 'classical' | 'post-quantum';

const CLASSICAL = 'X25519';
const LABEL = 'age-encryption.org/v1/X25519';
const FILE_KEY_BYTES = 16;
const KEY_BYTES = 32;
const WRAPPED_BYTES = FILE_KEY_BYTES + 16;
/** Nonce, and the tag of a chunk without content. */
const EMPTY_PAYLOAD_BYTES = 32;
/** A wrapping key is used once. */
const NONCE = new Uint8Array(12);
const SECRET = 'AGE-SECRET-KEY-';
const POST_QUANTUM_SECRET = 'AGE-SECRET-KEY-PQ-';
/** ML-KEM-768 and X25519 (age-encryption.org/v1, mlkem768x25519). */
const POST_QUANTUM_BYTES = 1216;

/** Which profile a recipient belongs to; undefined when it is no recipient of this format. */
export function ageKind(recipient: string): AgeKind | undefined {
  if (classicalKey(recipient) !== undefined) return 'classical';
  const postQuantum = /^age1pq1[0-9a-z]{1900,2100}$/.test(recipient)
    ? bech32Bytes(recipient, 'age1pq', POST_QUANTUM_BYTES)
    : undefined;
  return postQuantum === undefined ? undefined : 'post-quantum';
}

/** A new classical (X25519) age identity, which every age since 1.0 reads, with its recipient. */
export async function generateAgeIdentity(): Promise<{ identity: string; recipient: string }> {
  const identity = bech32.encodeFromBytes(SECRET, randomBytes(KEY_BYTES)).toUpperCase();
  return { identity, recipient: await recipientOf(identity) };
}

/** A new identity of the profile of `recipients`, all of one. */
export async function generateIdentityLike(recipients: readonly string[]): Promise<string> {
  if (recipients.some((recipient) => ageKind(recipient) === 'classical'))
    return (await generateAgeIdentity()).identity;
  const { generateHybridIdentity } = await import('age-encryption');
  return generateHybridIdentity();
}

/** The identities in the text of an identity file: one a line, beside comments and empty lines. */
export function identitiesIn(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * The recipient that belongs to an age identity of either profile.
 *
 * @throws `seal/key-unreadable`
 */
export async function recipientOf(identity: string): Promise<string> {
  const secret = readIdentity(identity);
  if (typeof secret !== 'string') return bech32.encodeFromBytes('age', secret.publicKey);
  const { identityToRecipient } = await import('age-encryption');
  return identityToRecipient(secret);
}

function classicalKey(recipient: string): Uint8Array | undefined {
  return /^age1[0-9a-z]{58}$/.test(recipient) ? bech32Bytes(recipient, 'age') : undefined;
}

function bech32Bytes(text: string, prefix: string, sizeBytes = KEY_BYTES): Uint8Array | undefined {
  const read = bech32.decodeUnsafe(text, false);
  const bytes = read?.prefix.toUpperCase() === prefix.toUpperCase() && bech32.fromWordsUnsafe(read.words);
  return bytes instanceof Uint8Array && bytes.length === sizeBytes ? bytes : undefined;
}

/** The header of a new age file, and the file key that it wraps. */
export interface NewHeader {
  readonly header: Uint8Array;
  readonly fileKey: Uint8Array;
}

/** Wraps a fresh file key for `recipients`, all of this kind. */
export async function newAgeHeader(recipients: readonly string[], kind: AgeKind): Promise<NewHeader> {
  if (kind === 'post-quantum') return postQuantumHeader(recipients);
  const fileKey = randomBytes(FILE_KEY_BYTES);
  const stanzas = recipients.map((recipient) => wrapClassical(fileKey, classicalKey(recipient) ?? NO_BYTES));
  return { header: writeAgeHeader(stanzas, fileKey), fileKey };
}

function wrapClassical(fileKey: Uint8Array, recipient: Uint8Array): Stanza {
  const ephemeral = x25519Ephemeral();
  const share = ephemeral.publicKey;
  const shared = ephemeral.shared(recipient);
  if (shared === undefined) throw new IcarusError('seal/recipients-invalid');
  const key = hkdfSha256(shared, concatBytes([share, recipient]), LABEL, KEY_BYTES);
  return { args: [CLASSICAL, base64NoPad(share)], body: concatBytes(chaCha(key).seal(NONCE, fileKey)) };
}

/** By the `age-encryption` package: it encrypts an empty file, whose header is kept. */
async function postQuantumHeader(recipients: readonly string[]): Promise<NewHeader> {
  const { Encrypter } = await import('age-encryption');
  let fileKey: Uint8Array = NO_BYTES;
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  // Sees the file key and adds no stanza of its own.
  encrypter.addRecipient({
    wrapFileKey(key) {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const empty = await encrypter.encrypt(NO_BYTES);
  return { header: empty.subarray(0, empty.length - EMPTY_PAYLOAD_BYTES), fileKey };
}

/**
 * The file key that a header wraps for the first of `identities` that it names.
 *
 * @throws `seal/key-unreadable` for an identity that is none; `seal/no-identity` when it was encrypted to
 *   none of them; `seal/ciphertext-altered`
 */
export async function unwrapFileKey(bytes: Uint8Array, identities: readonly string[]): Promise<Uint8Array> {
  const secrets = readIdentities(identities);
  const header = readAgeHeader(bytes);
  if (header === undefined) throw new IcarusError('seal/ciphertext-altered');
  for (const secret of secrets) {
    const fileKey =
      typeof secret === 'string' ? await postQuantumKey(bytes, secret) : unwrapClassical(header, secret);
    if (fileKey === undefined) continue;
    if (!sameBytes(headerMac(header.signed, fileKey), header.mac))
      throw new IcarusError('seal/ciphertext-altered');
    return fileKey;
  }
  throw new IcarusError('seal/no-identity');
}

interface ReadKeys {
  readonly texts: readonly string[];
  readonly keys: readonly (X25519Key | string)[];
}

/** A memo for as long as a node keeps its list of identities: reading a key takes longer than using it. */
const READ = new WeakMap<readonly string[], ReadKeys>();

function readIdentities(identities: readonly string[]): ReadKeys['keys'] {
  const known = READ.get(identities);
  const isSame =
    known?.texts.length === identities.length && known.texts.every((text, i) => text === identities[i]);
  if (known !== undefined && isSame) return known.keys;
  const keys = identities.map(readIdentity);
  READ.set(identities, { texts: [...identities], keys });
  return keys;
}

/** The key of a classical identity; the text itself of a post-quantum one. */
function readIdentity(identity: string): X25519Key | string {
  const secret = identity.startsWith('AGE-SECRET-KEY-1') ? bech32Bytes(identity, SECRET) : undefined;
  if (secret !== undefined) return x25519Key(secret);
  if (identity.startsWith('AGE-SECRET-KEY-PQ-1') && bech32Bytes(identity, POST_QUANTUM_SECRET))
    return identity;
  throw new IcarusError('seal/key-unreadable', { reason: 'it is not an age identity' });
}

function unwrapClassical({ stanzas }: AgeHeader, key: X25519Key): Uint8Array | undefined {
  for (const { args, body } of stanzas) {
    if (args[0] !== CLASSICAL) continue;
    const share = args.length === 2 ? fromBase64NoPad(args[1] ?? '') : undefined;
    const shared = share?.length === KEY_BYTES ? key.shared(share) : undefined;
    if (share === undefined || shared === undefined || body.length !== WRAPPED_BYTES) {
      throw new IcarusError('seal/ciphertext-altered');
    }
    const wrapping = hkdfSha256(shared, concatBytes([share, key.publicKey]), LABEL, KEY_BYTES);
    const fileKey = chaCha(wrapping).open(NONCE, body);
    if (fileKey !== undefined) return fileKey;
  }
  return undefined;
}

/**
 * The same for one classical identity and a header at hand.
 * @throws `seal/key-unreadable`, `seal/no-identity`, `seal/ciphertext-altered`
 */
export function unwrapForOne(bytes: Uint8Array, identity: string): Uint8Array {
  const header = readAgeHeader(bytes);
  const secret = readIdentity(identity);
  if (header === undefined) throw new IcarusError('seal/ciphertext-altered');
  const fileKey = typeof secret === 'string' ? undefined : unwrapClassical(header, secret);
  if (fileKey === undefined) throw new IcarusError('seal/no-identity');
  if (!sameBytes(headerMac(header.signed, fileKey), header.mac))
    throw new IcarusError('seal/ciphertext-altered');
  return fileKey;
}

async function postQuantumKey(header: Uint8Array, identity: string): Promise<Uint8Array | undefined> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  let noneMatched = false;
  decrypter.addIdentity(identity);
  // Asked last, only when the one before it had no answer.
  decrypter.addIdentity({
    unwrapFileKey() {
      noneMatched = true;
      return null;
    },
  });
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    if (noneMatched) return undefined;
    throw new IcarusError('seal/ciphertext-altered', {}, { cause });
  }
}
