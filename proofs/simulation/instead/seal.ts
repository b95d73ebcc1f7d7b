/** In the place of `#seal/seal.ts` for the exchange. */
import { createHash } from 'node:crypto';
import { type Envelope, PACKAGE_FORMAT, PAYLOAD_FILE } from '#seal/envelope.ts';
import type * as real from '#seal/seal.ts';
import { writeCheap } from './seal-format.ts';

const WRITE_BYTES = 2048;

export const sealPackage: typeof real.sealPackage = async (request) => {
  const files = [];
  const all = createHash('sha512');
  for await (const entry of request.entries) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry.content()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const sha512 = createHash('sha512').update(bytes).digest('hex');
    all.update(`${entry.path} ${sha512}\n`);
    files.push({ path: entry.path, sizeBytes: bytes.length, sha512, base64: bytes.toString('base64') });
  }
  const contentDigest = all.digest('hex');
  const sealed = { sizeBytes: 0, sha256: '0'.repeat(64), sha512: '0'.repeat(128) };
  const envelope: Envelope = {
    ...request.envelope,
    format: PACKAGE_FORMAT,
    file: PAYLOAD_FILE,
    ...sealed,
  };
  const bytes = writeCheap({ envelope, contentDigest, bagInfo: request.bagInfo ?? {}, files });
  for (let at = 0; at < bytes.length; at += WRITE_BYTES)
    await request.output.write(bytes.subarray(at, at + WRITE_BYTES));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { envelope, sizeBytes: bytes.length, sha256, contentDigest };
};
