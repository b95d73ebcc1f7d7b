/**
 * age files (age-encryption.org/v1): header and keys in age-header.ts and age-keys.ts, here the payload
 * as a stream. Plaintext comes out chunk by chunk, before the last one is authenticated: whoever reads it
 * must keep it aside until the end.
 */
import { IcarusError } from '#core/errors.ts';
import { chaCha, hkdfSha256, randomBytes } from '#primitives';
import { takeAgeHeader } from './age-header.ts';
import { ageKind, newAgeHeader, unwrapFileKey, unwrapForOne } from './age-keys.ts';
import { type ByteReader, byteReader } from './bytes.ts';

const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const NONCE_BYTES = 16;

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
  const [kind, ...otherKinds] = new Set(recipients.map(ageKind));
  if (kind === undefined || otherKinds.includes(undefined)) throw new IcarusError('seal/recipients-invalid');
  if (otherKinds.length > 0) throw new IcarusError('seal/recipients-mixed');
  const { header, fileKey } = await newAgeHeader([...new Set(recipients)], kind);
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
  const header = await takeAgeHeader(file);
  if (header === undefined) throw new IcarusError('seal/ciphertext-altered');
  const fileKey = await unwrapFileKey(header, identities);
  const nonce = await file.take(NONCE_BYTES);
  if (nonce.length < NONCE_BYTES) throw new IcarusError('seal/ciphertext-altered');
  yield* decryptPayload(file, payloadKey(fileKey, nonce));
}

/**
 * The plaintext of an age file of one chunk (64 KiB) at most, held whole, for one classical identity: at once, for
 * whoever cannot wait.
 *
 * @throws `seal/key-unreadable`, `seal/no-identity`, `seal/ciphertext-altered`
 */
export function openSmallAge(file: Uint8Array, identity: string): Uint8Array {
  // One character a byte.
  const text = new TextDecoder('latin1').decode(file);
  const headerBytes = text.indexOf('\n', text.indexOf('\n--- ') + 1) + 1;
  const fileKey = unwrapForOne(file.subarray(0, headerBytes), identity);
  const payload = file.subarray(headerBytes);
  const key = payloadKey(fileKey, payload.subarray(0, NONCE_BYTES));
  const plaintext = chaCha(key).open(chunkNonce(0, true), payload.subarray(NONCE_BYTES));
  if (payload.length < NONCE_BYTES || plaintext === undefined)
    throw new IcarusError('seal/ciphertext-altered');
  return plaintext;
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return hkdfSha256(fileKey, nonce, 'payload', 32);
}

async function* encryptPayload(plaintext: ByteReader, key: Uint8Array): AsyncGenerator<Uint8Array, void> {
  const cipher = chaCha(key);
  for (let counter = 0; ; counter++) {
    const chunk = await plaintext.take(CHUNK_BYTES);
    const last = await plaintext.atEnd();
    yield* cipher.seal(chunkNonce(counter, last), chunk);
    if (last) return;
  }
}

async function* decryptPayload(file: ByteReader, key: Uint8Array): AsyncGenerator<Uint8Array, void> {
  const cipher = chaCha(key);
  for (let counter = 0; ; counter++) {
    const chunk = await file.take(CHUNK_BYTES + TAG_BYTES);
    const last = await file.atEnd();
    const plaintext = cipher.open(chunkNonce(counter, last), chunk);
    // Only an empty file has an empty last chunk.
    if (plaintext === undefined || (plaintext.length === 0 && counter > 0)) {
      throw new IcarusError('seal/ciphertext-altered');
    }
    yield plaintext;
    if (last) return;
  }
}

/** Eleven bytes that count, one that marks the last chunk. */
function chunkNonce(counter: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  // Counts to 2^53: beyond every file.
  const view = new DataView(nonce.buffer);
  view.setUint32(3, Math.floor(counter / 2 ** 32));
  view.setUint32(7, counter % 2 ** 32);
  nonce[11] = last ? 1 : 0;
  return nonce;
}
