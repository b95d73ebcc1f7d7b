/** A package around hostile content: sealed and signed by a key of a card that its reader trusts, as a stream. */
import { createHash } from 'node:crypto';
import { ageWriter } from '#seal/age.ts';
import { recipientsOf } from '#seal/card.ts';
import { type Envelope, envelopeText, PACKAGE_FORMAT, PAYLOAD_FILE } from '#seal/envelope.ts';
import { fieldsOf, type Party } from '#seal/fixtures.ts';
import { ENVELOPE_NAMESPACE, sumsText } from '#seal/seal.ts';
import { signStatement } from '#seal/sshsig.ts';
import { TAR_END, tarEntry, tarHeader, tarPadding } from '#seal/tar.ts';
import { bytesOf, type Piece, sizeOf } from './archive.ts';

export interface Hostile {
  /** The inner archive, encrypted to the reader. */
  readonly inner?: readonly Piece[];
  /** Stands instead of the encrypted inner archive. */
  readonly ciphertext?: readonly Piece[];
  /** Stands instead of the envelope's text. */
  readonly json?: (text: string) => string;
  /** Stands behind the ciphertext instead of the other three files. */
  readonly tail?: readonly Piece[];
  /** What the outer header claims of the ciphertext, where not the truth. */
  readonly claimedBytes?: number;
}

export async function* hostileStream(
  { from, to }: { from: Party; to: Party },
  hostile: Hostile,
): AsyncGenerator<Uint8Array, void> {
  const fields = fieldsOf(from, [to]);
  const { chunks, sizeBytes } = await ciphertextOf(hostile, to);
  const payload = tarHeader({
    path: `${fields.id}/${PAYLOAD_FILE}`,
    sizeBytes: hostile.claimedBytes ?? sizeBytes,
  });
  yield payload;
  const digests = [createHash('sha256'), createHash('sha512')] as const;
  for await (const chunk of chunks) {
    for (const digest of digests) digest.update(chunk);
    yield chunk;
  }
  yield tarPadding(sizeBytes);
  if (hostile.tail) return yield* bytesOf(hostile.tail);
  const [sha256 = '', sha512 = ''] = digests.map((digest) => digest.digest('hex'));
  const envelope: Envelope = {
    ...fields,
    format: PACKAGE_FORMAT,
    file: PAYLOAD_FILE,
    sizeBytes,
    sha256,
    sha512,
  };
  const text = envelopeText(envelope);
  const json = Buffer.from(hostile.json?.(text) ?? text);
  const signature = Buffer.from(await signStatement(from.signer, ENVELOPE_NAMESPACE, json));
  yield tarEntry(`${fields.id}/package.json`, json);
  yield tarEntry(`${fields.id}/package.json.sig`, signature);
  yield tarEntry(
    `${fields.id}/SHA512SUMS`,
    Buffer.from(sumsText({ json, signature, ciphertextSha512: sha512 })),
  );
  yield TAR_END;
}

async function ciphertextOf({ inner = [], ciphertext }: Hostile, to: Party) {
  if (ciphertext) return { chunks: bytesOf(ciphertext), sizeBytes: sizeOf(ciphertext) };
  const writer = await ageWriter(recipientsOf([to.card]));
  return { chunks: writer.encrypt(bytesOf(inner)), sizeBytes: writer.fileBytes(sizeOf(inner)) };
}
