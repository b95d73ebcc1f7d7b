import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { generateHybridIdentity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { ageWriter, decryptAge } from './age.ts';
import { ageKind, generateAgeIdentity } from './age-keys.ts';
import { byteReader } from './bytes.ts';
import { chunksOf } from './fixtures.ts';

/** The age project's own test vectors; https://c2sp.org/CCTV/age describes their form. */
const cctv = await import('cctv-age');
const all = Object.entries<unknown>(cctv)
  .flatMap(([name, file]) => (file instanceof Uint8Array ? [{ name, file }] : []))
  .map(({ name, file }) => ({ name, ...parseVector(Buffer.from(file)) }));
/** A package is never armored: armor is another way to write the same file, and there is one. */
const vectors = all.filter((vector) => vector.fields.get('armored') !== 'yes');

function parseVector(file: Buffer) {
  const end = file.indexOf('\n\n');
  const lines = file
    .subarray(0, end)
    .toString()
    .split('\n')
    .map((line) => /^([^:]+): (.*)$/.exec(line));
  const fields = new Map(lines.map((line) => [line?.[1] ?? '', line?.[2] ?? '']));
  const body = file.subarray(end + 2);
  return { fields, file: fields.get('compressed') === 'zlib' ? inflateSync(body) : body };
}

async function decrypt(file: Uint8Array, identities: readonly string[], chunkBytes?: number) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of decryptAge(byteReader(chunksOf(file, chunkBytes)), identities))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function encrypt(plaintext: Uint8Array, recipients: readonly string[]) {
  const writer = await ageWriter(recipients);
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer.encrypt(chunksOf(plaintext, 10_000))) chunks.push(chunk);
  return { file: Buffer.concat(chunks), promisedBytes: writer.fileBytes(plaintext.length) };
}

const codeOf = (error: unknown) => (error instanceof IcarusError ? error.code : error);

describe('the age project’s vectors', () => {
  test('are all here, 33 armored ones among them', () =>
    expect([all.length, vectors.length]).toEqual([143, 110]));

  test.each(vectors)('$name', async ({ fields, file }) => {
    const identity = fields.get('identity');
    const plaintext = decrypt(file, identity === undefined ? [] : [identity]);
    const outcome = plaintext.then((bytes) => createHash('sha256').update(bytes).digest('hex'), codeOf);
    expect(expectedOutcomes(fields)).toContain(await outcome);
  });
});

function expectedOutcomes(fields: ReadonlyMap<string, string>): unknown[] {
  const refusals = ['seal/no-identity', 'seal/ciphertext-altered'];
  // A file under a passphrase names no recipient, so it is no package: refused, however well made.
  if (fields.get('passphrase') !== undefined) return refusals;
  if (fields.get('expect') === 'success') return [fields.get('payload')];
  return fields.get('expect') === 'no match' ? ['seal/no-identity'] : refusals;
}

describe('sizes and chunks', () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 131_072])(
    '%i bytes come back, and the size is told before',
    async (size) => {
      const { identity, recipient } = await generateAgeIdentity();
      const plaintext = Buffer.alloc(size, 7);
      const { file, promisedBytes } = await encrypt(plaintext, [recipient]);
      expect(file.length).toBe(promisedBytes);
      expect((await decrypt(file, [identity])).equals(plaintext)).toBe(true);
    },
  );

  test('any cut of the stream into chunks gives the same content', async () => {
    const { identity, recipient } = await generateAgeIdentity();
    const plaintext = Buffer.alloc(70_000, 'observation');
    const { file } = await encrypt(plaintext, [recipient]);
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 80_000 }), async (chunkBytes) => {
      expect((await decrypt(file, [identity], chunkBytes)).equals(plaintext)).toBe(true);
    });
    await fc.assert(property, { numRuns: 30 });
  });

  test('an encrypted file that ends early at any place is refused', async () => {
    const { identity, recipient } = await generateAgeIdentity();
    const { file } = await encrypt(Buffer.alloc(70_000), [recipient]);
    const property = fc.asyncProperty(fc.nat({ max: file.length - 1 }), async (length) => {
      const error = await decrypt(file.subarray(0, length), [identity]).catch((reason: unknown) => reason);
      expect(codeOf(error)).toBe('seal/ciphertext-altered');
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

describe('recipients', () => {
  test('post-quantum and classical recipients are never mixed, which would silently remove the protection', async () => {
    const classical = (await generateAgeIdentity()).recipient;
    const identity = await generateHybridIdentity();
    const postQuantum = await identityToRecipient(identity);
    expect([ageKind(classical), ageKind(postQuantum)]).toEqual(['classical', 'post-quantum']);
    await expect(ageWriter([classical, postQuantum])).rejects.toSatisfy((e) =>
      isIcarusError(e, 'seal/recipients-mixed'),
    );
    const { file } = await encrypt(Buffer.from('kept'), [postQuantum]);
    expect((await decrypt(file, [identity])).toString()).toBe('kept');
  });

  test('every one of several recipients opens the file, nobody else does', async () => {
    const [a, b, c] = await Promise.all([
      generateAgeIdentity(),
      generateAgeIdentity(),
      generateAgeIdentity(),
    ]);
    const { file } = await encrypt(Buffer.from('for two'), [a.recipient, b.recipient]);
    expect((await decrypt(file, [a.identity])).toString()).toBe('for two');
    expect((await decrypt(file, [c.identity, b.identity])).toString()).toBe('for two');
    await expect(decrypt(file, [c.identity])).rejects.toSatisfy((error) =>
      isIcarusError(error, 'seal/no-identity'),
    );
  });

  test('an identity that is none is named as the fault', async () => {
    const { recipient } = await generateAgeIdentity();
    const { file } = await encrypt(Buffer.from('kept'), [recipient]);
    const notAKey = (error: unknown) => isIcarusError(error, 'seal/key-unreadable');
    await expect(decrypt(file, ['AGE-SECRET-KEY-1XYZ'])).rejects.toSatisfy(notAKey);
    await expect(decrypt(file, [recipient])).rejects.toSatisfy(notAKey);
  });
});
