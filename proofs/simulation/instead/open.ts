/** In the place of `#seal/open.ts` for the exchange. */
import { createHash } from 'node:crypto';
import { IcarusError } from '#core/errors.ts';
import type * as real from '#seal/open.ts';
import { readCheap } from './seal-format.ts';

const CLOCK_TOLERANCE_MS = 10 * 60_000;

async function check(stream: AsyncIterable<Uint8Array>, keyring: real.Keyring, at: Date) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const content = readCheap(bytes);
  const { from, createdAt } = content.envelope;
  if (!keyring.cardOf(from)) throw new IcarusError('seal/unknown-sender', { agency: from });
  if (new Date(createdAt).getTime() > at.getTime() + CLOCK_TOLERANCE_MS)
    throw new IcarusError('seal/created-in-future', { createdAt });
  const checked: real.CheckedPackage = {
    envelope: content.envelope,
    signedBy: `simulated ${from}`,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  return { content, checked };
}

export const readEnvelope: typeof real.readEnvelope = async (stream, keyring, at) =>
  (await check(stream, keyring, at)).checked;

export const openPackage: typeof real.openPackage = async ({ stream, keyring, at, me, sink }) => {
  try {
    const { content, checked } = await check(stream, keyring, at);
    if (!content.envelope.to.includes(me)) throw new IcarusError('seal/not-addressed', { agency: me });
    for (const { path, base64 } of content.files) {
      const file = await sink.create(path);
      await file.write(Buffer.from(base64, 'base64'));
      await file.close();
    }
    await sink.commit();
    const files = content.files.map(({ path, sizeBytes, sha512 }) => ({ path, sizeBytes, sha512 }));
    return { ...checked, bagInfo: content.bagInfo, files, contentDigest: content.contentDigest };
  } catch (error) {
    await sink.discard();
    throw error;
  }
};
