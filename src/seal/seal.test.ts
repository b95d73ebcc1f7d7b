import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import {
  chunksOf,
  entriesOf,
  fieldsOf,
  keyringOf,
  memoryOutput,
  memorySink,
  type Party,
  party,
  RECEIVED_AT,
  sealed,
} from './fixtures.ts';
import { openPackage, readEnvelope } from './open.ts';
import { sealPackage } from './seal.ts';

let denmark: Party;
let malta: Party;
beforeAll(async () => {
  denmark = await party('dk', 'DK');
  malta = await party('mt', 'MT');
});

const refusal = async (act: Promise<unknown>) => {
  const error = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof IcarusError ? error.code : error;
};

test('what was sealed for an agency is what it opens, with the sender named', async () => {
  const files = { 'summary.json': '{}', 'dossiers/Ċetta 1.pdf': 'x'.repeat(200_000), 'empty.txt': '' };
  const { bytes, result } = await sealed(denmark, [malta], files, { bagInfo: { Operation: 'ICARUS' } });
  const sink = memorySink();
  const opened = await openPackage({
    stream: chunksOf(bytes),
    keyring: keyringOf(denmark.card),
    identities: [malta.identity],
    me: malta.card.agencyId,
    at: RECEIVED_AT,
    sink,
  });
  expect(sink.visible()).toEqual(files);
  expect(opened.envelope).toEqual(result.envelope);
  expect(opened.contentDigest).toBe(result.contentDigest);
  expect(opened.bagInfo).toMatchObject({
    Operation: 'ICARUS',
    'Icarus-To': 'mt',
    'Payload-Oxum': '200002.3',
  });
  expect(opened.files.map((file) => file.path)).toEqual(Object.keys(files));
  expect(opened.signedBy).toBe(denmark.card.signingKeys[0]?.publicKey);
});

test('size and digest that sealing reports are those of the file, and the courier sees the same', async () => {
  const { bytes, result } = await sealed(denmark, [malta], { 'a.txt': 'a' });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(result).toMatchObject({ sizeBytes: bytes.length, sha256 });
  const seen = await readEnvelope(chunksOf(bytes, 1000), keyringOf(denmark.card), RECEIVED_AT);
  expect(seen).toMatchObject({ envelope: result.envelope, sizeBytes: bytes.length, sha256 });
});

test('a file that grows or shrinks while it is sealed ends the sealing', async () => {
  for (const sizeBytes of [2, 4]) {
    const entries = [{ path: 'a.txt', sizeBytes, content: () => chunksOf(Buffer.from('abc')) }];
    expect(await refusal(sealed(denmark, [malta], {}, { entries }))).toBe('seal/entry-changed');
  }
});

test('names, recipients, envelope and description are checked before a byte is written', async () => {
  const base = {
    envelope: fieldsOf(denmark, [malta]),
    entries: entriesOf({ a: '' }),
    signer: denmark.signer,
  };
  const recipients = malta.card.ageRecipients;
  const cases: [string, object][] = [
    ['seal/unsafe-path', { entries: entriesOf({ '../a': '' }) }],
    ['seal/duplicate-path', { entries: entriesOf({ 'A/x': '', 'a/y': '' }) }],
    ['seal/recipients-invalid', { recipients: [] }],
    ['seal/recipients-invalid', { recipients: ['age1malta'] }],
    ['seal/envelope-invalid', { envelope: { ...base.envelope, id: '../x' } }],
    ['seal/envelope-invalid', { envelope: { ...base.envelope, to: [] } }],
    ['seal/envelope-invalid', { envelope: { ...base.envelope, subject: 'two\nlines' } }],
    ['seal/bag-info-invalid', { bagInfo: { 'Icarus-To': 'fr' } }],
    ['seal/bag-info-invalid', { bagInfo: { Operation: 'ICARUS\nIcarus-To: fr' } }],
  ];
  for (const [code, change] of cases) {
    const output = memoryOutput();
    expect(await refusal(sealPackage({ ...base, recipients, output, ...change }))).toBe(code);
    expect(output.bytes().length).toBe(0);
  }
});

test('sealing stops when it is told to', async () => {
  const signal = AbortSignal.abort(new Error('stopped by the officer'));
  await expect(sealed(denmark, [malta], { a: 'a' }, { signal })).rejects.toThrow('stopped by the officer');
});
