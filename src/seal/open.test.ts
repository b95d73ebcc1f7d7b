import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import { craft } from './craft.ts';
import { chunksOf, keyringOf, memorySink, type Party, party, RECEIVED_AT, sealed } from './fixtures.ts';
import { type OpenRequest, openPackage, readEnvelope } from './open.ts';
import { isSafePath, pathSet } from './paths.ts';

let denmark: Party;
let malta: Party;
let france: Party;
beforeAll(async () => {
  denmark = await party('dk', 'DK');
  malta = await party('mt', 'MT');
  france = await party('fr', 'FR');
});

const FILES = { 'summary.json': '{"targets":1}\n', 'dossiers/MT-0001.pdf': 'synthetic '.repeat(50) };

async function open(bytes: Uint8Array, change: Partial<OpenRequest> = {}) {
  const sink = memorySink();
  const stream = chunksOf(bytes);
  const keyring = keyringOf(denmark.card);
  const usual = {
    stream,
    keyring,
    identities: [malta.identity],
    me: malta.card.agencyId,
    at: RECEIVED_AT,
    sink,
  };
  const opened = await openPackage({ ...usual, ...change }).catch((error: unknown) => error);
  return { opened, code: opened instanceof IcarusError ? opened.code : opened, sink };
}

test('any one changed byte anywhere is refused with a coded error, and nothing becomes visible', async () => {
  const { bytes } = await sealed(denmark, [malta], FILES);
  const { sha256 } = await readEnvelope(chunksOf(bytes), keyringOf(denmark.card), RECEIVED_AT);
  expect((await open(bytes, { checkedSha256: sha256 })).sink.state()).toBe('committed');
  const property = fc.asyncProperty(
    fc.nat({ max: bytes.length - 1 }),
    fc.integer({ min: 1, max: 255 }),
    async (at, by) => {
      const altered = Uint8Array.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ by;
      for (const change of [{}, { checkedSha256: sha256 }]) {
        const { opened, sink } = await open(altered, change);
        expect(opened).toBeInstanceOf(IcarusError);
        expect(sink.state()).toBe('discarded');
      }
      const courier = readEnvelope(chunksOf(altered), keyringOf(denmark.card), RECEIVED_AT);
      await expect(courier).rejects.toBeInstanceOf(IcarusError);
    },
  );
  await fc.assert(property, { numRuns: 400 });
});

test('a package cut at any place is refused with a coded error', async () => {
  const { bytes } = await sealed(denmark, [malta], FILES);
  const property = fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), async (length) => {
    const { code, sink } = await open(bytes.subarray(0, length));
    expect(code).toBe('seal/truncated');
    expect(sink.state()).toBe('discarded');
  });
  await fc.assert(property, { numRuns: 100 });
});

test('any files with names that the rules allow come back as they were, however the stream is cut', async () => {
  const letters = fc.constantFrom(...Array.from("abcXYZ019 ._-+()@,=#&'éßñΩж語ि"));
  const name = fc.string({ unit: letters, minLength: 1, maxLength: 60 });
  const path = fc
    .array(name, { minLength: 1, maxLength: 6 })
    .map((names) => names.join('/'))
    .filter(isSafePath);
  const files = fc
    .uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 2000 })), { maxLength: 12 })
    .map((all) => {
      const paths = pathSet();
      return all.filter(([each]) => paths.add(each));
    });
  const property = fc.asyncProperty(files, fc.integer({ min: 1, max: 5000 }), async (all, chunkBytes) => {
    const { bytes } = await sealed(denmark, [malta, france], Object.fromEntries(all));
    const { sink } = await open(bytes, { stream: chunksOf(bytes, chunkBytes) });
    expect(sink.visible()).toEqual(
      Object.fromEntries(all.map(([each, b]) => [each, Buffer.from(b).toString('latin1')])),
    );
  });
  await fc.assert(property, { numRuns: 60 });
});

test('of several faults the first of the checklist is named, not the first in the stream', async () => {
  // Altered content for somebody else, by an unknown sender: each fault hides the ones after it.
  const broken = await craft(denmark, [france], { files: FILES, inner: (parts) => parts.slice(1) });
  expect((await open(broken, { keyring: keyringOf() })).code).toBe('seal/unknown-sender');
  expect((await open(broken)).code).toBe('seal/not-addressed');
  expect((await open(broken, { me: france.card.agencyId })).code).toBe('seal/no-identity');
  const reads = { me: france.card.agencyId, identities: [france.identity] };
  expect((await open(broken, reads)).code).toBe('seal/content-altered');
});

test('more files or bytes than the node accepts are refused', async () => {
  const { bytes } = await sealed(denmark, [malta], FILES);
  const limits = { maxFiles: 2, maxContentBytes: 514 };
  expect((await open(bytes, { limits })).sink.state()).toBe('committed');
  expect((await open(bytes, { limits: { ...limits, maxFiles: 1 } })).code).toBe('seal/too-large');
  expect((await open(bytes, { limits: { ...limits, maxContentBytes: 513 } })).code).toBe('seal/too-large');
  const large = await sealed(denmark, [malta], { large: 'x'.repeat(400_000) });
  const courier = readEnvelope(chunksOf(large.bytes), keyringOf(denmark.card), RECEIVED_AT, { limits });
  await expect(courier).rejects.toThrow(/holds more than this node accepts/);
});

test('a package is opened with an earlier key of the addressee too', async () => {
  const { bytes } = await sealed(denmark, [malta], FILES);
  expect((await open(bytes, { identities: [france.identity, malta.identity] })).sink.state()).toBe(
    'committed',
  );
});

test('opening stops when it is told to, and leaves nothing', async () => {
  const { bytes } = await sealed(denmark, [malta], FILES);
  const { opened, sink } = await open(bytes, { signal: AbortSignal.abort(new Error('stopped')) });
  expect(opened).toMatchObject({ message: 'stopped' });
  expect(sink.state()).toBe('discarded');
});

test('a sink that fails keeps its own reason, and is discarded', async () => {
  const { bytes } = await sealed(denmark, [malta], FILES);
  const sink = memorySink();
  const full = { ...sink, create: () => Promise.reject(new IcarusError('disk/full', { place: 'inbox' })) };
  expect((await open(bytes, { sink: full })).code).toBe('disk/full');
  expect(sink.state()).toBe('discarded');
});
