/**
 * age files (age-encryption.org/v1): header and keys by the `age-encryption` package, the payload by
 * Node's own ChaCha20-Poly1305, which is several times faster. Plaintext comes out chunk by chunk,
 * before the last one is authenticated: whoever reads it must keep it aside until the end.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Decrypter, Encrypter } from 'age-encryption';
import { IcarusError } from '#core/errors.ts';
import { type ByteReader, byteReader, NO_BYTES } from './bytes.ts';

const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const NONCE_BYTES = 16;
/** Far above what 64 post-quantum recipients need. */
const MAX_HEADER_BYTES = 256 * 1024;
const CIPHER = 'chacha20-poly1305';

export type AgeKind = 'classical' | 'post-quantum';

/** Which profile a recipient belongs to; undefined when it is no recipient of this format. */
export function ageKind(recipient: string): AgeKind | undefined {
  if (/^age1pq1[0-9a-z]{1900,2100}$/.test(recipient)) return parses(recipient) ? 'post-quantum' : undefined;
  return /^age1[0-9a-z]{58}$/.test(recipient) && parses(recipient) ? 'classical' : undefined;
}

function parses(recipient: string): boolean {
  try {
    new Encrypter().addRecipient(recipient);
    return true;
  } catch {
    return false;
  }
}

/** An age file about to be written: its header is made, so its size can be told. */
export interface AgeWriter {
  /** Bytes of the whole age file for a plaintext of this many bytes. */
  fileBytes(plaintextBytes: number): number;
  encrypt(plaintext: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void>;
}

/**
 * Prepares encryption to `recipients`, all of one profile: one classical recipient would take the
 * protection of the post-quantum ones away.
 *
 * @throws `seal/recipients-invalid`, `seal/recipients-mixed`
 */
export async function ageWriter(recipients: readonly string[]): Promise<AgeWriter> {
  const kinds = new Set(recipients.map(ageKind));
  if (kinds.has(undefined) || kinds.size === 0) throw new IcarusError('seal/recipients-invalid');
  if (kinds.size > 1) throw new IcarusError('seal/recipients-mixed');
  let fileKey: Uint8Array = NO_BYTES;
  const encrypter = new Encrypter();
  for (const recipient of new Set(recipients)) encrypter.addRecipient(recipient);
  // Sees the file key and adds no stanza of its own.
  encrypter.addRecipient({
    wrapFileKey(key) {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const empty = await encrypter.encrypt(NO_BYTES);
  const header = empty.subarray(0, empty.length - NONCE_BYTES - TAG_BYTES);
  const chunks = (size: number) => Math.max(1, Math.ceil(size / CHUNK_BYTES));
  return {
    fileBytes: (size) => header.length + NONCE_BYTES + size + chunks(size) * TAG_BYTES,
    async *encrypt(plaintext) {
      yield header;
      const nonce = randomBytes(NONCE_BYTES);
      yield nonce;
      yield* encryptPayload(byteReader(plaintext), payloadKey(fileKey, nonce));
    },
  };
}

/**
 * The plaintext of an age file, for the first of `identities` that it was encrypted to.
 *
 * @throws `seal/key-unreadable` for an identity that is none; `seal/no-identity` when it was encrypted to none of them; `seal/ciphertext-altered` when any
 *   part is changed, missing or added, possibly after plaintext has come out
 */
export async function* decryptAge(
  file: ByteReader,
  identities: readonly string[],
): AsyncGenerator<Uint8Array, void> {
  const fileKey = await unwrapFileKey(await readHeader(file), identities);
  const nonce = await file.take(NONCE_BYTES);
  if (nonce.length < NONCE_BYTES) throw new IcarusError('seal/ciphertext-altered');
  yield* decryptPayload(file, payloadKey(fileKey, nonce));
}

async function readHeader(file: ByteReader): Promise<Uint8Array> {
  const lines: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const line = await readLine(file, MAX_HEADER_BYTES - size);
    lines.push(line);
    size += line.length;
    if (line[0] === 0x2d && line[1] === 0x2d && line[2] === 0x2d) return Buffer.concat(lines);
  }
}

/** One line with its line feed, at most `limit` bytes. */
async function readLine(file: ByteReader, limit: number): Promise<Uint8Array> {
  const bytes: number[] = [];
  while (bytes.length < limit) {
    const [byte] = await file.some(1);
    if (byte === undefined) break;
    bytes.push(byte);
    if (byte === 0x0a) return Uint8Array.from(bytes);
  }
  throw new IcarusError('seal/ciphertext-altered');
}

async function unwrapFileKey(header: Uint8Array, identities: readonly string[]): Promise<Uint8Array> {
  const decrypter = decrypterFor(identities);
  let noneMatched = false;
  // Asked last, only when none before it had an answer.
  decrypter.addIdentity({
    unwrapFileKey() {
      noneMatched = true;
      return null;
    },
  });
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    throw new IcarusError(noneMatched ? 'seal/no-identity' : 'seal/ciphertext-altered', {}, { cause });
  }
}

function decrypterFor(identities: readonly string[]): Decrypter {
  const decrypter = new Decrypter();
  try {
    for (const identity of identities) decrypter.addIdentity(identity);
  } catch (cause) {
    throw new IcarusError('seal/key-unreadable', { reason: 'it is not an age identity' }, { cause });
  }
  return decrypter;
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

async function* encryptPayload(plaintext: ByteReader, key: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let counter = 0; ; counter++) {
    const chunk = await plaintext.take(CHUNK_BYTES);
    const last = await plaintext.atEnd();
    const cipher = createCipheriv(CIPHER, key, chunkNonce(counter, last), { authTagLength: TAG_BYTES });
    yield cipher.update(chunk);
    cipher.final();
    yield cipher.getAuthTag();
    if (last) return;
  }
}

async function* decryptPayload(file: ByteReader, key: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let counter = 0; ; counter++) {
    const chunk = await file.take(CHUNK_BYTES + TAG_BYTES);
    const last = await file.atEnd();
    const plaintext = openChunk(chunk, key, chunkNonce(counter, last));
    // Only an empty file has an empty last chunk.
    if (plaintext === undefined || (plaintext.length === 0 && counter > 0)) {
      throw new IcarusError('seal/ciphertext-altered');
    }
    yield plaintext;
    if (last) return;
  }
}

function openChunk(chunk: Uint8Array, key: Uint8Array, nonce: Uint8Array): Uint8Array | undefined {
  if (chunk.length < TAG_BYTES) return undefined;
  const end = chunk.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(chunk.subarray(end));
  const plaintext = decipher.update(chunk.subarray(0, end));
  try {
    decipher.final();
    return plaintext;
  } catch {
    return undefined;
  }
}

/** Eleven bytes that count, one that marks the last chunk. */
function chunkNonce(counter: number, last: boolean): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(counter, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}
