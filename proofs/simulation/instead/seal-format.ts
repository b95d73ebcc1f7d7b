/**
 * A sealed package that costs nothing: one line of JSON with the envelope and a digest over it, one with the
 * content. It has the real one's courier's checks (whole, unaltered, known sender, not from the future)
 * and its errors; what it lacks is cryptography, which no schedule of events can change.
 */
import { IcarusError } from '#core/errors.ts';
import type { BagInfo, PackagedFile } from '#seal/bag.ts';
import type { Envelope } from '#seal/envelope.ts';
import { hashOf } from './crypto.ts';

export interface CheapPackage {
  readonly envelope: Envelope;
  readonly contentDigest: string;
  readonly bagInfo: BagInfo;
  readonly files: readonly (PackagedFile & { readonly base64: string })[];
}

const SECRET = 'only the senders of this simulation know it';

export function writeCheap(content: CheapPackage): Buffer {
  const text = JSON.stringify(content);
  return Buffer.from(`${hashOf(`${SECRET}${text}`)}\n${text}\n`, 'utf8');
}

/** @throws seal/truncated, seal/ciphertext-altered */
export function readCheap(bytes: Buffer): CheapPackage {
  const [digest = '', text, ...rest] = bytes.toString('utf8').split('\n');
  if (text === undefined || rest.length === 0) throw new IcarusError('seal/truncated');
  if (hashOf(`${SECRET}${text}`) !== digest) throw new IcarusError('seal/ciphertext-altered');
  return JSON.parse(text) as CheapPackage;
}
