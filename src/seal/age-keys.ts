/**
 * age keys of both profiles. X25519 stanzas are wrapped and unwrapped here (age-encryption.org/v1,
 * "The X25519 recipient type"), because every small message pays for it; post-quantum ones by
 * the `age-encryption` package.
 */
import { bech32 } from '@scure/base';
import { Decrypter, Encrypter } from 'age-encryption';
import { IcarusError } from '#core/errors.ts';
import { hkdfSha256, openChaCha, randomBytes, sealChaCha, x25519, x25519Public } from '#primitives';
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
const POST_QUANTUM = 'AGE-SECRET-KEY-PQ-1';

/** Which profile a recipient belongs to; undefined when it is no recipient of this format. */
export function ageKind(recipient: string): AgeKind | undefined {
  if (/^age1pq1[0-9a-z]{1900,2100}$/.test(recipient)) return parses(recipient) ? 'post-quantum' : undefined;
  return classicalKey(recipient) === undefined ? undefined : 'classical';
}

function parses(recipient: string): boolean {
  try {
    new Encrypter().addRecipient(recipient);
    return true;
  } catch {
    return false;
  }
}

function classicalKey(recipient: string): Uint8Array | undefined {
  return /^age1[0-9a-z]{58}$/.test(recipient) ? bech32Bytes(recipient, 'age') : undefined;
}

function bech32Bytes(text: string, prefix: string): Uint8Array | undefined {
  const read = bech32.decodeUnsafe(text);
  const bytes =
    read?.prefix.toUpperCase() === prefix.toUpperCase() ? bech32.fromWordsUnsafe(read.words) : undefined;
  return bytes instanceof Uint8Array && bytes.length === KEY_BYTES ? bytes : undefined;
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
  const secret = randomBytes(KEY_BYTES);
  const share = x25519Public(secret);
  const shared = x25519(secret, recipient);
  if (shared === undefined) throw new IcarusError('seal/recipients-invalid');
  const key = hkdfSha256(shared, concatBytes([share, recipient]), LABEL, KEY_BYTES);
  return { args: [CLASSICAL, base64NoPad(share)], body: concatBytes(sealChaCha(key, NONCE, fileKey)) };
}

/** By the `age-encryption` package: it encrypts an empty file, whose header is kept. */
async function postQuantumHeader(recipients: readonly string[]): Promise<NewHeader> {
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
  const secrets = identities.map(readIdentity);
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

/** The secret of a classical identity; the text itself of a post-quantum one. */
function readIdentity(identity: string): Uint8Array | string {
  if (identity.startsWith(POST_QUANTUM) && bech32Bytes(identity, 'AGE-SECRET-KEY-PQ-') !== undefined)
    return identity;
  const secret = identity.startsWith('AGE-SECRET-KEY-1')
    ? bech32Bytes(identity, 'AGE-SECRET-KEY-')
    : undefined;
  if (secret === undefined)
    throw new IcarusError('seal/key-unreadable', { reason: 'it is not an age identity' });
  return secret;
}

function unwrapClassical({ stanzas }: AgeHeader, secret: Uint8Array): Uint8Array | undefined {
  const recipient = x25519Public(secret);
  for (const { args, body } of stanzas) {
    if (args[0] !== CLASSICAL) continue;
    const share = args.length === 2 ? fromBase64NoPad(args[1] ?? '') : undefined;
    const shared = share?.length === KEY_BYTES ? x25519(secret, share) : undefined;
    if (share === undefined || shared === undefined || body.length !== WRAPPED_BYTES) {
      throw new IcarusError('seal/ciphertext-altered');
    }
    const fileKey = openChaCha(
      hkdfSha256(shared, concatBytes([share, recipient]), LABEL, KEY_BYTES),
      NONCE,
      body,
    );
    if (fileKey !== undefined) return fileKey;
  }
  return undefined;
}

async function postQuantumKey(header: Uint8Array, identity: string): Promise<Uint8Array | undefined> {
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
